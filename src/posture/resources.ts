import type { Container, PodSpec } from '../kubernetes/index.ts'

/** The resources that every node shares out. */
export type SharedResource = 'cpu' | 'memory'

type Resources = NonNullable<Container['resources']>

/**
 * Whether a limit is set that bounds something: for itself, or by the pod as a whole ("Pod-level limits", since
 * v1.34 on by default). A limit of 0 is none for the container runtime.
 */
export function hasLimit(
  spec: PodSpec,
  container: { readonly resources?: Resources },
  resource: SharedResource,
): boolean {
  return isAmount(container.resources?.limits?.[resource]) || isAmount(spec.resources?.limits?.[resource])
}

/**
 * Whether something is reserved. concepts/configuration/manage-resources-containers: "If you specify a limit for
 * a resource, but do not specify any request, [...] then Kubernetes copies the limit you specified and uses it
 * as the requested value".
 */
export function hasRequest(
  spec: PodSpec,
  container: { readonly resources?: Resources },
  resource: SharedResource,
): boolean {
  return isReserved(container.resources, resource) || isReserved(spec.resources, resource)
}

function isReserved(resources: Resources | undefined, resource: SharedResource): boolean {
  const request: unknown = resources?.requests?.[resource]
  return request === undefined ? isAmount(resources?.limits?.[resource]) : isAmount(request)
}

/** Quantities are strings, or numbers that YAML made of them; zero in any unit is no amount. */
function isAmount(quantity: unknown): boolean {
  if (typeof quantity === 'number') return quantity > 0
  return typeof quantity === 'string' && !/^[-+]?[0.]*[A-Za-z]*$/.test(quantity)
}
