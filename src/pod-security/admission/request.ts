import type { KubernetesObject } from '../../kubernetes/index.ts'

export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

export interface GroupVersionResource {
  readonly group: string
  readonly version: string
  readonly resource: string
}

/** An object that came with a request: decoded, or what the decoder had against it. */
export type RequestObject = { readonly object: KubernetesObject } | { readonly error: string }

/** A request to the API server, as far as Pod Security Admission looks at it (admission.k8s.io/v1, AdmissionRequest). */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  readonly kind: GroupVersionKind
  readonly resource: GroupVersionResource
  /** `''` for the object itself. */
  readonly subresource: string
  /** May be empty on CREATE, where the server makes the name up. */
  readonly name: string
  /** For a request about a namespace: that namespace's own name. */
  readonly namespace: string
  /** The authenticated, or impersonated, username. */
  readonly user: string
  readonly object: RequestObject
  /** The stored object; an error where there is none. Looked at only for UPDATE. */
  readonly oldObject: RequestObject
}

/** Whether an object is of a kind of the core API, e.g. `Pod` of `v1`. */
export function isCoreKind(object: KubernetesObject, kind: string): boolean {
  return object.apiVersion === 'v1' && object.kind === kind
}
