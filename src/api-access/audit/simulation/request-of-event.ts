import type { AuditEvent } from '../event/index.ts'
import type { AuditedRequest } from '../policy/index.ts'

/**
 * The request as the policy saw it, from an event that it left: `user` is the one before impersonation, and a request
 * to create an object had no name yet, though the event may carry that of the object.
 */
export function requestOfEvent(event: AuditEvent): AuditedRequest {
  const { user, verb = '', objectRef, requestURI = '' } = event
  const query = requestURI.indexOf('?')
  const { resource = '', subresource = '', name = '' } = objectRef ?? {}
  // "The event's objectRef does not apply for … non-resource requests."
  const resourceRequest = objectRef !== undefined
  const isUnnamed = verb === 'create' && subresource === ''
  const groups = user?.groups ?? []
  const username = user?.username ?? ''
  return {
    // A request that failed to authenticate has an empty user.
    ...((username !== '' || groups.length > 0) && { user: { name: username, groups } }),
    verb,
    apiGroup: objectRef?.apiGroup ?? '',
    apiVersion: objectRef?.apiVersion ?? '',
    resource,
    subresource,
    namespace: objectRef?.namespace ?? '',
    name: isUnnamed ? '' : name,
    path: query < 0 ? requestURI : requestURI.slice(0, query),
    resourceRequest,
  }
}
