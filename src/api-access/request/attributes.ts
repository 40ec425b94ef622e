import type { SelectorRequirement } from './selector.ts'
import type { User } from './user.ts'

/**
 * What authorization and auditing look at in a request (Kubernetes documentation, "Authorization Overview", "Request
 * attributes used in authorization"). Text that a request does not have is empty.
 */
export interface RequestAttributes {
  readonly user: User
  /** `get`, `list`, `deletecollection`, …; for a non-resource request the HTTP method in lower case. */
  readonly verb: string
  /** `''` is the core group. */
  readonly apiGroup: string
  readonly apiVersion: string
  /** In the plural, lower case: `pods`. */
  readonly resource: string
  /** `log` of `pods/log`. */
  readonly subresource: string
  /** `''` for a cluster-scoped object, and for all namespaces. */
  readonly namespace: string
  readonly name: string
  /** The URL's path without query, e.g. `/healthz`, `/api/v1/pods`. */
  readonly path: string
  /** Whether an object or a list of objects is meant, and not a mere path such as `/metrics`. */
  readonly resourceRequest: boolean
  /** What `?fieldSelector=` asks of each object; only of `list`, `watch` and `deletecollection`. */
  readonly fieldSelector?: readonly SelectorRequirement[]
  /** What `?labelSelector=` asks of each object. */
  readonly labelSelector?: readonly SelectorRequirement[]
}
