import type { GroupResource, KubernetesObject } from '../../../../kubernetes/index.ts'
import type { AdmissionRequest } from '../../stage.ts'
import type { ResourceList } from '../pods/resource-list.ts'
import type { ScopeRequirement } from './scopes.ts'

/** What a quota can count of the objects of one type (`k8s.io/apiserver/pkg/quota/v1`, `Evaluator`). */
export interface Evaluator {
  handles(request: AdmissionRequest): boolean
  /** Whether a quota's resource is one that such objects take. */
  counts(resource: string): boolean
  /** What an object takes. @param now - milliseconds since 1970 */
  usage(object: KubernetesObject, now: number): ResourceList
  /** Whether the object is in a scope; of types without scopes nothing is. */
  isInScope(object: KubernetesObject, scope: ScopeRequirement): boolean
  /** What of the required resources an object fails to state; sorted. */
  missing(object: KubernetesObject, required: readonly string[]): readonly string[]
  /** The type whose objects take of the same resources: pods and claims both take devices. */
  readonly beside?: GroupResource
  /** Other types, on whose objects it depends what one takes. */
  readonly reads?: readonly GroupResource[]
}

export const WITHOUT_SCOPES = {
  isInScope: () => false,
  missing: () => [],
} satisfies Partial<Evaluator>

export function isWriteOfObject({ operation, subresource }: AdmissionRequest): boolean {
  return subresource === '' && (operation === 'CREATE' || operation === 'UPDATE')
}
