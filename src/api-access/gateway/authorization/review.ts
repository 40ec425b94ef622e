import type { RequestAttributes } from '../../request/index.ts'

/** The `spec` of a SubjectAccessReview (authorization.k8s.io/v1) that asks what the attributes ask. */
export function reviewSpec(attributes: RequestAttributes): Record<string, unknown> {
  const { user, verb, resourceRequest, path, apiGroup, apiVersion, resource, subresource, namespace, name } =
    attributes
  const { name: person, groups, uid, extra } = user
  const subject = {
    user: person,
    groups,
    ...(uid !== undefined && { uid }),
    ...(extra !== undefined && { extra }),
  }
  if (!resourceRequest) return { ...subject, nonResourceAttributes: { path, verb } }
  const given = { namespace, verb, group: apiGroup, version: apiVersion, resource, subresource, name }
  const resourceAttributes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
  return { ...subject, resourceAttributes }
}
