import { isRecord, type KubernetesObject } from '../../../../kubernetes/index.ts'
import { type ResourceList, resourceListOf } from '../pods/resource-list.ts'

/** One entry of a LimitRange's `spec.limits`. */
export interface Limit {
  readonly type: string
  readonly min: ResourceList
  readonly max: ResourceList
  /** As written, since they are copied into pods. */
  readonly default: Readonly<Record<string, unknown>>
  readonly defaultRequest: Readonly<Record<string, unknown>>
  readonly maxLimitRequestRatio: ResourceList
}

/** The limits of a LimitRange, in order; what is malformed is empty, since the API server keeps no such object. */
export function limitsOf(limitRange: KubernetesObject): readonly Limit[] {
  const spec = limitRange['spec']
  const limits: unknown = isRecord(spec) ? spec['limits'] : undefined
  if (!Array.isArray(limits)) return []
  return limits.filter(isRecord).map((limit) => ({
    type: String(limit['type']),
    min: resourceListOf(limit['min']),
    max: resourceListOf(limit['max']),
    default: isRecord(limit['default']) ? limit['default'] : {},
    defaultRequest: isRecord(limit['defaultRequest']) ? limit['defaultRequest'] : {},
    maxLimitRequestRatio: resourceListOf(limit['maxLimitRequestRatio']),
  }))
}
