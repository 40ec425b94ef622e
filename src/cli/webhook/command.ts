import { join } from 'node:path'
import {
  type AuthenticationChain,
  AuthenticationSetupError,
  answerTokenReview,
  authenticationChain,
  authenticationFileMessages,
  authenticationMessages,
  authorityMessages,
  bearerAuthenticator,
  issuedServingCertificate,
  openAuthority,
  reloadedStaticTokens,
  staticTokenAuthenticator,
} from '../../api-access/authentication/index.ts'
import { type Authorizer, answerReview, authorizationMessages } from '../../api-access/authorization/index.ts'
import { visible } from '../../findings/index.ts'
import {
  ClusterError,
  clusterMessages,
  fixedObjects,
  loadKubeconfig,
  readingMessages,
  watchedObjects,
} from '../../kubernetes/index.ts'
import { createRenderer, type Language, type Message } from '../../messages/index.ts'
import { type AuthorizationOptions, chooseAuthorizers } from '../authorization/choose-authorizers.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { stopOnSignals } from '../signals.ts'
import { writeKubeconfigs } from './kubeconfigs.ts'
import { webhookCommandMessages } from './messages.ts'
import { openWebhookServer, type WebhookAnswer } from './server.ts'

const { make } = webhookCommandMessages

export interface WebhookCommandOptions extends AuthorizationOptions {
  readonly listen: string
  readonly state: string
  readonly url?: string
  readonly tokenAuthFile?: string
  readonly kubeconfig?: string
  readonly context?: string
  readonly quiet?: boolean
}

type Handler = (body: unknown, address: string) => Promise<WebhookAnswer>

/**
 * `haetae webhook`: answers `/authorize` (SubjectAccessReview) and `/authenticate` (TokenReview) for API servers until
 * it is told to stop, and writes the kubeconfigs that point an API server at it.
 *
 * @throws UsageError, also where the cluster's kubeconfig cannot be used
 */
export async function webhook(options: WebhookCommandOptions, language: Language): Promise<ExitStatus> {
  const tell = tellerOf(language)
  const note = (message: Message) => (options.quiet === true ? undefined : tell(message))
  try {
    const opened = await open(options, tell)
    note(make.ready({ address: opened.address }))
    for (const [flag, file] of opened.flags) note(make.flag({ flag, file }))
    await new Promise<void>((stop) => {
      stopOnSignals({ stop, reload: () => {} })
    })
    note(make.stopping({}))
    await opened.close()
    return EXIT.done
  } catch (error) {
    if (error instanceof ClusterError) throw new UsageError(error.code, error.said, clusterMessages)
    if (error instanceof AuthenticationSetupError)
      throw new UsageError(error.code, error.detail, authenticationFileMessages)
    throw error
  }
}

async function open(options: WebhookCommandOptions, tell: (message: Message) => void) {
  const { host, port } = addressOf(options.listen)
  const chosen = chooseAuthorizers(options)
  const { tokenAuthFile } = options
  if (chosen === undefined && tokenAuthFile === undefined)
    throw new UsageError('ERR_USAGE', make.nothing({}), webhookCommandMessages)

  const needsCluster = chosen !== undefined && chosen.types.length > 0
  const watched = needsCluster
    ? watchedObjects(await clusterOf(options), chosen.types, { onProblem: (_, problem) => tell(problem) })
    : undefined
  const opened = await chosen?.open(watched ?? fixedObjects([]))
  const handlers: Record<string, Handler> = {}
  if (opened !== undefined) handlers['/authorize'] = authorizing(opened.authorizer)
  if (tokenAuthFile !== undefined) {
    const tokens = reloadedStaticTokens(tokenAuthFile, { onProblem: tell })
    const chain = authenticationChain([bearerAuthenticator(staticTokenAuthenticator(tokens))])
    handlers['/authenticate'] = authenticating(chain)
  }

  const authority = await openAuthority({ folder: join(options.state, 'ca') })
  const names = [...new Set(['localhost', '127.0.0.1', '::1', host, ...nameOf(options.url)])]
  const serving = await issuedServingCertificate(authority, names, { onProblem: tell })
  const isReady = () => chosen?.types.every((type) => watched?.isComplete(type) ?? true) ?? true
  const onError = (error: unknown) =>
    tell(make.trouble({ problem: error instanceof Error ? error.message : String(error) }))
  const tls = serving.current()
  const { server, port: listening } = await openWebhookServer({
    host,
    port,
    tls,
    clientCa: authority.certificate,
    handlers,
    isReady,
    onError,
  }).catch((error: unknown) => {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const message = make['cannot-listen']({ address: options.listen, reason })
    throw new UsageError('ERR_LISTEN', message, webhookCommandMessages)
  })
  serving.subscribe(({ cert, key }) => server.setSecureContext({ cert, key, ca: authority.certificate }))
  const address = options.url ?? `https://${host.includes(':') ? `[${host}]` : host}:${listening}`
  return {
    address,
    flags: await writeKubeconfigs(options.state, address, authority, Object.keys(handlers)),
    async close() {
      serving.close()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      await closed
      opened?.close()
      await watched?.stop()
    },
  }
}

/** Reasons are in the language of the API: English. */
function authorizing(authorizer: Authorizer): Handler {
  const render = createRenderer(authorizationMessages, 'en')
  return async (body) => {
    const { kind } = (body ?? {}) as { readonly kind?: unknown }
    if (kind !== 'SubjectAccessReview')
      return { status: 400, message: 'the body is not a SubjectAccessReview' }
    return answerReview(body, { authorizer, user: { name: '', groups: [] }, namespace: '', render })
  }
}

/** Static tokens are bound to no audience: they are good for those that the API server asks for, which are its own. */
function authenticating(chain: AuthenticationChain): Handler {
  return (body, address) => answerTokenReview(body, chain, address, audiencesOf(body))
}

function audiencesOf(body: unknown): readonly string[] {
  const { spec } = (body ?? {}) as { readonly spec?: unknown }
  const { audiences } = (spec ?? {}) as { readonly audiences?: unknown }
  return Array.isArray(audiences) ? audiences.filter((each) => typeof each === 'string') : []
}

function clusterOf({ kubeconfig, context }: WebhookCommandOptions) {
  return loadKubeconfig({
    environment: process.env,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  })
}

function addressOf(given: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:]+)):(\d{1,5})$/.exec(given) ?? []
  const host = bracketed ?? plain
  if (host === undefined || Number(port) > 65_535)
    throw new UsageError('ERR_ADDRESS', make.address({ given }), webhookCommandMessages)
  return { host, port: Number(port) }
}

function nameOf(url: string | undefined): string[] {
  return url !== undefined && URL.canParse(url) ? [new URL(url).hostname.replace(/^\[|\]$/g, '')] : []
}

function tellerOf(language: Language): (message: Message) => void {
  const sets = [webhookCommandMessages, clusterMessages, readingMessages, ...authorizationMessages]
  const authentication = [authenticationFileMessages, authenticationMessages, authorityMessages]
  const render = createRenderer([...sets, ...authentication], language)
  return (message) => {
    process.stderr.write(`${visible(render(message))}\n`)
  }
}
