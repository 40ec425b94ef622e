import type { RequestAttributes } from '../../api-access/request/index.ts'
import { auditedRequest, type RequestJson } from '../audit/audited-request.ts'

/**
 * A request's attributes from its JSON; without a user it is nobody's, with neither name nor groups.
 */
export function authorizationRequest(given: RequestJson): RequestAttributes {
  const { user, ...attributes } = auditedRequest(given)
  return { ...attributes, user: user ?? { name: '', groups: [] } }
}
