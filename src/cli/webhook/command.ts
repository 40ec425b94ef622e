import { join } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import {
  answerTokenReview,
  authenticationChain,
  issuedServingCertificate,
  openLastingAuthority,
} from '../../api-access/authentication/index.ts'
import { type Authorizer, answerReview, authorizationMessages } from '../../api-access/authorization/index.ts'
import {
  type ClusterClient,
  clusterClient,
  fixedObjects,
  loadKubeconfig,
  watchedObjects,
} from '../../kubernetes/index.ts'
import { createRenderer, type Language, type Message, reasonOf } from '../../messages/index.ts'
import { addressIn } from '../address.ts'
import { asUsageError } from '../authentication/setup-error.ts'
import { inState } from '../authentication/state-folder.ts'
import { openTokens } from '../authentication/token-authenticators.ts'
import type { TokenOptions } from '../authentication/token-options.ts'
import { type AuthorizationOptions, chooseAuthorizers } from '../authorization/choose-authorizers.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { type Closing, openParts } from '../parts.ts'
import { stopOnSignals } from '../signals.ts'
import { createTeller } from '../teller.ts'
import { writeKubeconfigs } from './kubeconfigs.ts'
import { webhookCommandMessages } from './messages.ts'
import { openWebhookServer, type WebhookAnswer } from './server.ts'

const { make } = webhookCommandMessages

export interface WebhookCommandOptions extends AuthorizationOptions, TokenOptions {
  readonly listen: string
  readonly state: string
  readonly url?: string
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
  const {
    note,
    problem: tell,
    trouble,
  } = createTeller({
    messages: [webhookCommandMessages],
    language,
    isQuiet: options.quiet === true,
    trouble: make.trouble,
  })
  try {
    const opened = await openParts((open) => assemble(options, tell, trouble, open))
    note(make.ready({ address: opened.address }))
    for (const [flag, file] of opened.flags) note(make.flag({ flag, file }))
    await new Promise<void>((stop) => {
      stopOnSignals({ stop, reload: () => {} })
    })
    note(make.stopping({}))
    await opened.close()
    return EXIT.done
  } catch (error) {
    throw asUsageError(error)
  }
}

/** Between two looks whether the own authority needs a successor. */
const LOOK_MILLISECONDS = 3_600_000

/** @param open - takes what closes each part, in the order in which they were opened */
async function assemble(
  options: WebhookCommandOptions,
  tell: (message: Message) => void,
  onError: (error: unknown) => void,
  open: Closing[],
) {
  const { host, port } = addressOf(options.listen)
  const chosen = chooseAuthorizers(options)
  let loaded: KubeConfig | undefined
  let client: ClusterClient | undefined
  const config = async () => {
    loaded ??= await clusterOf(options)
    return loaded
  }
  const tokens = await openTokens(options, {
    async cluster() {
      client ??= clusterClient(await config())
      return { client, config: await config() }
    },
    onProblem: tell,
    areForWhoAsks: true,
  })
  open.push(
    () => client?.close(),
    () => tokens.close(),
  )
  if (chosen === undefined && tokens.authenticators.length === 0)
    throw new UsageError('ERR_USAGE', make.nothing({}), webhookCommandMessages)

  const needsCluster = chosen !== undefined && chosen.types.length > 0
  const watched = needsCluster
    ? watchedObjects(await config(), chosen.types, { onProblem: (_, problem) => tell(problem) })
    : undefined
  open.push(() => watched?.stop())
  const opened = await chosen?.open(watched ?? fixedObjects([]))
  open.push(() => opened?.close())
  const handlers: Record<string, Handler> = {}
  if (opened !== undefined) handlers['/authorize'] = authorizing(opened.authorizer)
  if (tokens.authenticators.length > 0) {
    const known = authenticationChain(tokens.authenticators)
    handlers['/authenticate'] = (body, address) =>
      answerTokenReview(body, known, address, options.apiAudiences)
  }

  const authority = await inState(() => openLastingAuthority({ folder: join(options.state, 'ca') }))
  const names = [...new Set(['localhost', '127.0.0.1', '::1', host, ...nameOf(options.url)])]
  const serving = await issuedServingCertificate(authority, names, { onProblem: tell })
  open.push(() => serving.close())
  const isReady = () => chosen?.types.every((type) => watched?.isComplete(type) ?? true) ?? true
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
    const reason = reasonOf(error)
    const message = make['cannot-listen']({ address: options.listen, reason })
    throw new UsageError('ERR_LISTEN', message, webhookCommandMessages)
  })
  open.push(async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeIdleConnections()
    await closed
  })
  const looking = setInterval(() => void authority.look().catch(onError), LOOK_MILLISECONDS).unref()
  open.push(() => clearInterval(looking))
  serving.subscribe(({ cert, key }) => server.setSecureContext({ cert, key, ca: authority.certificate }))
  const address = options.url ?? `https://${host.includes(':') ? `[${host}]` : host}:${listening}`
  return {
    address,
    flags: await inState(() => writeKubeconfigs(options.state, address, authority, Object.keys(handlers))),
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

function clusterOf({ kubeconfig, context }: WebhookCommandOptions) {
  return loadKubeconfig({
    environment: process.env,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  })
}

function addressOf(given: string): { readonly host: string; readonly port: number } {
  const address = addressIn(given)
  if (address === undefined || address.host === '')
    throw new UsageError('ERR_ADDRESS', make.address({ given }), webhookCommandMessages)
  return address
}

function nameOf(url: string | undefined): string[] {
  return url !== undefined && URL.canParse(url) ? [new URL(url).hostname.replace(/^\[|\]$/g, '')] : []
}
