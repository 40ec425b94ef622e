import { setTimeout as sleep } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { type ClusterAnswer, type ClusterClient, ClusterError } from '../../../kubernetes/index.ts'
import { AuthenticationError } from '../authentication-error.ts'
import type { Authenticated } from '../authenticator.ts'
import type { TokenAuthenticator } from '../bearer/bearer-token.ts'
import { secretDigest } from '../bearer/secret-digest.ts'
import { tokenReviewMessages } from './messages.ts'
import { type ReviewStatus, reviewStatus, type TokenReviewVersion, tokenReview } from './token-review.ts'

const { make } = tokenReviewMessages

export interface TokenReviewOptions {
  /** The label of metrics; `token-webhook` by default. */
  readonly name?: string
  /** Of the kubeconfig whose cluster is the webhook. */
  readonly client: ClusterClient
  /** After the kubeconfig's server; empty for a webhook, whose server is its whole address. */
  readonly path?: string
  readonly version?: TokenReviewVersion
  /** `--api-audiences`: what a token is good for of which the webhook does not say. */
  readonly audiences?: readonly string[]
  /** How long a verdict counts. `--authentication-token-webhook-cache-ttl`: 120 by default, refusals at most 10. */
  readonly cacheSeconds?: number
  /** For each try; 30 by default. */
  readonly timeoutSeconds?: number
  /** Waits before the next try; for tests. */
  readonly pause?: (milliseconds: number) => Promise<unknown>
  /** Milliseconds on any clock that only goes forward. */
  readonly now?: () => number
}

/** What was answered, as long as it counts. */
type Verdict = { readonly by: Authenticated } | { readonly error: AuthenticationError }

const REMEMBERED = 4096
const REFUSAL_SECONDS = 10

/** As client-go's webhook: half a second, and half as long again each time; five tries. */
const PAUSES = [500, 750, 1_125, 1_688]

/**
 * Users by a webhook (`--authentication-token-webhook-config-file`; Kubernetes documentation, "Authenticating", "Webhook
 * token authentication"). What it says is kept for a while, by a digest of the token; questions about one token that come
 * together are one question. An answer that is none is not kept, and the token not good.
 */
export function tokenReviewAuthenticator(options: TokenReviewOptions): TokenAuthenticator {
  const {
    name = 'token-webhook',
    cacheSeconds = 120,
    audiences: own,
    now = () => performance.now(),
  } = options
  const verdicts = new LRUCache<string, Verdict & { readonly until: number }>({ max: REMEMBERED })
  const asked = new Map<string, Promise<Verdict>>()

  async function ask(token: string, audiences: readonly string[] | undefined, key: string): Promise<Verdict> {
    const verdict = judge(await review(options, token, audiences), name, audiences, own)
    const seconds = 'by' in verdict ? cacheSeconds : Math.min(cacheSeconds, REFUSAL_SECONDS)
    verdicts.set(key, { ...verdict, until: now() + seconds * 1000 })
    return verdict
  }

  return {
    name,
    async authenticateToken(token, wanted = own) {
      const key = secretDigest(JSON.stringify([token, wanted]))
      const former = verdicts.get(key)
      let verdict: Verdict | undefined = former !== undefined && now() < former.until ? former : undefined
      if (verdict === undefined) {
        const pending = asked.get(key) ?? ask(token, wanted, key).finally(() => asked.delete(key))
        asked.set(key, pending)
        verdict = await pending
      }
      if ('error' in verdict) throw verdict.error
      return verdict.by
    },
  }
}

/**
 * Users by the cluster that the gate stands before: whatever token that cluster takes. The kubeconfig's user must be
 * allowed to create `tokenreviews`.
 */
export function clusterTokenAuthenticator(
  options: Omit<TokenReviewOptions, 'path' | 'name'>,
): TokenAuthenticator {
  const path = `/apis/authentication.k8s.io/${options.version ?? 'v1'}/tokenreviews`
  return tokenReviewAuthenticator({ ...options, path, name: 'cluster-token-review' })
}

/** @throws AuthenticationError ERR_TOKEN_REVIEW where no answer was to be had */
async function review(
  { client, path = '', version = 'v1', timeoutSeconds = 30, pause = sleep }: TokenReviewOptions,
  token: string,
  audiences: readonly string[] | undefined,
): Promise<ReviewStatus> {
  const request = {
    method: 'POST',
    path,
    body: tokenReview(version, token, audiences),
    timeoutSeconds,
  } as const
  for (let tried = 0; ; tried++) {
    const answer = await client.request(request).catch((error: unknown) => {
      if (error instanceof ClusterError) return error
      throw error
    })
    const wait = PAUSES[tried]
    if (wait === undefined || !mayBeBetterLater(answer)) return statusOf(answer)
    await pause(wait)
  }
}

function mayBeBetterLater(answer: ClusterAnswer | ClusterError): boolean {
  if (answer instanceof ClusterError)
    return answer.code === 'ERR_CLUSTER_UNREACHABLE' || answer.code === 'ERR_CLUSTER_TIMEOUT'
  return answer.status === 429 || answer.status >= 500
}

function statusOf(answer: ClusterAnswer | ClusterError): ReviewStatus {
  const unavailable = (reason: string, options?: ErrorOptions) =>
    new AuthenticationError('ERR_TOKEN_REVIEW', make.unavailable({ reason }), options)
  if (answer instanceof ClusterError) throw unavailable(answer.code, { cause: answer })
  if (answer.status < 200 || answer.status > 299) throw unavailable(`HTTP ${answer.status}`)
  const status = reviewStatus(answer.body)
  if (status === undefined) throw new AuthenticationError('ERR_TOKEN_REVIEW', make.malformed({}))
  return status
}

/**
 * "a successful response … should … set the status.audiences field to the audiences the token is valid for"; a webhook
 * that does not know of audiences speaks for the server's own (Kubernetes documentation, "Webhook token authentication").
 */
function judge(
  { authenticated, error, user, audiences: said }: ReviewStatus,
  name: string,
  wanted: readonly string[] | undefined,
  own: readonly string[] | undefined,
): Verdict {
  const refused = (detail: AuthenticationError['detail']) => ({
    error: new AuthenticationError('ERR_TOKEN_REFUSED', detail),
  })
  if (!authenticated) return refused(make.refused({ error: error.slice(0, 512) }))
  if (user === undefined) return refused(make.malformed({}))
  if (wanted === undefined) return { by: { user, authenticator: name } }
  const given = said.length > 0 ? said : (own ?? [])
  const audiences = wanted.filter((audience) => given.includes(audience))
  return audiences.length > 0
    ? { by: { user, authenticator: name, audiences } }
    : refused(make.refused({ error: `audiences ${given.join(', ')}` }))
}
