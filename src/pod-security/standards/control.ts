import type { FieldPath } from '../../kubernetes/index.ts'
import type { ContainerList, PodView } from './pod.ts'
import type { Level } from './version.ts'

/** Who set the field, or should have set it. */
export type Setter =
  | { readonly kind: 'pod' }
  | {
      readonly kind: 'container'
      readonly name: string
      readonly list: ContainerList
      readonly index: number
    }
  | { readonly kind: 'volume'; readonly name: string }
  | { readonly kind: 'annotation'; readonly key: string }

/** One thing about a pod that a control does not accept, in a form that can be put in any language. */
export interface Offence {
  readonly setter: Setter
  /** `forbidden`: a field has a value that it must not have. `missing`: a field has to be set. */
  readonly kind: 'forbidden' | 'missing'
  /**
   * The offending fields, relative to the container where that is the setter, else to the pod; for a missing one
   * the place where it belongs. Never empty. `pathsOf` makes paths of them.
   */
  readonly fields: readonly [FieldPath, ...FieldPath[]]
  /** The offending values as text, one for each field; empty for a missing one. */
  readonly values: readonly string[]
}

/** The two texts in which Kubernetes says why a pod is forbidden. */
export interface Wording {
  /** Short, the same for all pods or nearly so: `hostPort`. */
  readonly reason: string
  /** With the names and values: `container "a" uses hostPort 80`. */
  readonly detail: string
}

/** What a control asks for from one version of the standards on, up to the next revision. */
export interface Revision {
  /** Minor version of Kubernetes 1.x. */
  readonly since: number
  /** Ids of baseline controls that need not be looked at where this one is, being the stricter. */
  readonly overrides?: readonly string[]
  /** The verdict alone. Allocates nothing. */
  forbids(pod: PodView): boolean
  /** Why, in the order in which Kubernetes names things: empty exactly where `forbids` is false. */
  offences(pod: PodView): readonly Offence[]
}

/** One control of the Pod Security Standards with its history. */
export interface Control {
  /** Kubernetes' own id of it. */
  readonly id: string
  /** The lowest level that has it. */
  readonly level: Exclude<Level, 'privileged'>
  /** Oldest first; before the oldest one the control does not exist. */
  readonly revisions: readonly [Revision, ...Revision[]]
  /** Kubernetes' texts for these offences, all or some of those found in one pod. */
  describe(offences: readonly Offence[]): Wording
}
