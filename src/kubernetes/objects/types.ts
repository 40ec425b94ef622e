import type {
  V1Container,
  V1EphemeralContainer,
  V1ObjectMeta,
  V1Pod,
  V1PodSpec,
  V1PodTemplateSpec,
} from '@kubernetes/client-node'

/**
 * A Kubernetes type as a manifest may give it: every field may be absent, none is null. (The API server's JSON
 * decoder leaves a field that is `null` at its zero value; `decodeObject` removes such fields.)
 */
export type Given<T> = T extends Date
  ? string
  : T extends (infer Item)[]
    ? readonly Given<Item>[]
    : string extends keyof T // a map, such as labels: its values are there
      ? { readonly [Key in keyof T]: Given<NonNullable<T[Key]>> }
      : T extends object
        ? { readonly [Key in keyof T]?: Given<NonNullable<T[Key]>> }
        : T

export type ObjectMeta = Given<V1ObjectMeta>
export type Pod = Given<V1Pod>
export type PodSpec = Given<V1PodSpec>
export type PodTemplate = Given<V1PodTemplateSpec>
export type Container = Given<V1Container>
export type EphemeralContainer = Given<V1EphemeralContainer>

/** Any object of the Kubernetes API, as decoded: `apiVersion` and `kind` say which. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata?: ObjectMeta
  readonly [field: string]: unknown
}

/** A place in an object: field names and list indexes from its root, e.g. `['spec', 'containers', 0, 'image']`. */
export type FieldPath = readonly (string | number)[]
