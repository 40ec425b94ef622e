import type { EventObjectReference } from '../event.ts'

/** What a resource name of a GKE audit log entry says. */
export interface GoogleResource {
  /** The path of the request, without its query, which the entry does not have. */
  readonly path: string
  /** Undefined for a path that names no resource, such as `healthz`. */
  readonly reference?: EventObjectReference
}

/** "namespaces/foo/status" and "namespaces/foo/finalize" are subresources, not resources in the namespace. */
const NAMESPACE_SUBRESOURCES = ['status', 'finalize']

/**
 * Takes apart `core/v1/namespaces/shop/pods/web/exec`, `rbac.authorization.k8s.io/v1/clusterroles/admin`,
 * `apps/v1/namespaces/shop/deployments`: group, version and the path below them, as the API server's own paths
 * have them (Kubernetes documentation, "Kubernetes API Concepts", Resource URIs).
 */
export function googleResource(resourceName: string): GoogleResource {
  const [group = '', version = '', ...rest] = resourceName.split('/')
  if (rest.length === 0 || !/^v\d/.test(version)) return { path: `/${resourceName}` }
  const apiGroup = group === 'core' ? '' : group
  const path = `${apiGroup === '' ? '/api' : `/apis/${group}`}/${[version, ...rest].join('/')}`
  return { path, reference: { ...groupOf(apiGroup), apiVersion: version, ...objectOf(rest) } }
}

function groupOf(apiGroup: string): EventObjectReference {
  return apiGroup === '' ? {} : { apiGroup }
}

function objectOf(path: readonly string[]): EventObjectReference {
  const [first = '', namespace, third] = path
  const isNamespaced =
    first === 'namespaces' && path.length > 2 && !NAMESPACE_SUBRESOURCES.includes(third ?? '')
  const [resource = '', name, subresource] = isNamespaced ? path.slice(2) : path
  return {
    resource,
    // The API server takes a namespace as lying in itself.
    ...(namespace !== undefined && first === 'namespaces' && { namespace }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
  }
}
