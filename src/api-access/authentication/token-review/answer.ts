import { stringsOf } from '../../../kubernetes/index.ts'
import { createRenderer } from '../../../messages/index.ts'
import type { AuthenticationChain } from '../chain.ts'
import { jwtMessages } from '../jwt/messages.ts'
import { authenticationMessages } from '../messages.ts'
import { tokenReviewMessages } from './messages.ts'

/** What an API server is answered that has Haetae for its token webhook. */
export type TokenReviewAnswer =
  | { readonly status: 201; readonly body: Readonly<Record<string, unknown>> }
  /** The body was no TokenReview with a token; `message` in the API server's words. */
  | { readonly status: 400; readonly message: string }

const render = createRenderer([authenticationMessages, jwtMessages, tokenReviewMessages], 'en')

/**
 * Answers a `TokenReview` of authentication.k8s.io v1 or v1beta1 by the chain that the gate's own requests pass.
 *
 * @param body - the JSON that was sent
 * @param address - the peer's
 * @param own - `--api-audiences`, for credentials that do not say what they are good for, such as static tokens; absent:
 *   what the API server asks for is its own
 */
export async function answerTokenReview(
  body: unknown,
  chain: AuthenticationChain,
  address: string,
  own?: readonly string[],
): Promise<TokenReviewAnswer> {
  const { apiVersion, kind, spec } = (body ?? {}) as { apiVersion?: unknown; kind?: unknown; spec?: unknown }
  const isKnown = apiVersion === 'authentication.k8s.io/v1' || apiVersion === 'authentication.k8s.io/v1beta1'
  if (!isKnown || kind !== 'TokenReview') return { status: 400, message: 'the body is not a TokenReview' }
  const { token, audiences } = (spec ?? {}) as { token?: unknown; audiences?: unknown }
  if (typeof token !== 'string' || token === '')
    return { status: 400, message: 'token is required for TokenReview in authentication' }
  const wanted = stringsOf(audiences)
  const presented = {
    headers: { authorization: `Bearer ${token}` },
    certificates: [],
    address,
    ...(wanted.length > 0 && { audiences: wanted }),
  }
  const outcome = await chain.authenticate(presented, '')
  const answered = (status: object) => ({
    status: 201 as const,
    body: { apiVersion, kind, spec: {}, status },
  })
  if (outcome.kind === 'unauthenticated') {
    const error = outcome.problems.map(({ detail }) => render(detail)).join('; ')
    return answered({ authenticated: false, ...(error !== '' && { error }) })
  }
  const { user, audiences: given = own ?? wanted } = outcome.by
  const common = wanted.length > 0 ? wanted.filter((audience) => given.includes(audience)) : given
  if (wanted.length > 0 && common.length === 0)
    return answered({ authenticated: false, error: 'audience mismatch' })
  const { name: username, uid, groups, extra } = user
  return answered({
    authenticated: true,
    user: { username, ...(uid !== undefined && { uid }), groups, ...(extra !== undefined && { extra }) },
    ...(common.length > 0 && { audiences: common }),
  })
}
