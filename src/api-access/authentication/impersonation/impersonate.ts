import type { Message } from '../../../messages/index.ts'
import type { Decision, RequestAttributes, User } from '../../request/index.ts'
import type { Presented } from '../authenticator.ts'
import { askedUser, type ImpersonationRequest } from './asked-user.ts'
import { impersonationMessages } from './messages.ts'

/** Decides whether something may be done: the authorization chain. */
export type Authorize = (attributes: RequestAttributes) => Decision | Promise<Decision>

/** What the impersonation headers of a request come to. */
export type Impersonation =
  | { readonly kind: 'none' }
  /** The request goes on as this user. */
  | { readonly kind: 'as'; readonly user: User }
  /** Headers that make no sense together. */
  | { readonly kind: 'malformed'; readonly status: 400; readonly reason: Message }
  /** The user may not be impersonated by this one: `attributes` says what was asked, `reason` why not. */
  | {
      readonly kind: 'refused'
      readonly status: 403
      readonly attributes: RequestAttributes
      readonly reason: Message
    }

/**
 * Lets a user act as another, with `Impersonate-User`, `-Group`, `-Uid` and `-Extra-…` headers, where each part of it is
 * allowed: "a user making an impersonation request … must have the ability to perform the `impersonate` verb on the kind
 * of attribute being impersonated" (Kubernetes documentation, "User impersonation"). An authorizer that fails refuses.
 *
 * @param user - who is authenticated
 */
export async function impersonate(
  user: User,
  headers: Presented['headers'],
  authorize: Authorize,
): Promise<Impersonation> {
  const asked = askedUser(headers)
  if (asked === undefined) return { kind: 'none' }
  if ('problem' in asked) return { kind: 'malformed', status: 400, reason: asked.problem }
  for (const request of asked.requests) {
    const attributes = attributesOf(user, request)
    const decision = await decide(attributes, authorize)
    if (decision.verdict !== 'allow')
      return { kind: 'refused', status: 403, attributes, reason: decision.reason }
  }
  return { kind: 'as', user: asked.user }
}

async function decide(attributes: RequestAttributes, authorize: Authorize): Promise<Decision> {
  try {
    return await authorize(attributes)
  } catch (error) {
    const reason = impersonationMessages.make.failed({
      error: error instanceof Error ? error.name : typeof error,
    })
    return { verdict: 'deny', reason }
  }
}

/** The path stays empty: the request that is judged is not the one that was sent. */
function attributesOf(user: User, request: ImpersonationRequest): RequestAttributes {
  return { user, verb: 'impersonate', ...request, path: '', resourceRequest: true }
}
