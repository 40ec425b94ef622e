import {
  type FieldError,
  fieldsOf,
  goSlice,
  invalid,
  listOf,
  notSupported,
} from '../../../../kubernetes/index.ts'

const LIMIT_TYPES = ['Server', 'Namespace', 'User', 'SourceAndObject'] as const

/** One entry of `limits` in the plugin's configuration (eventratelimit.admission.k8s.io/v1alpha1). */
export interface EventLimit {
  /** What shares a bucket: everything, what is of one namespace, one user, or one source and object. */
  readonly type: (typeof LIMIT_TYPES)[number]
  readonly qps: number
  readonly burst: number
  /** Buckets that are kept; 0 for 4096. */
  readonly cacheSize: number
}

/**
 * The limits of the plugin's configuration file, as decoded.
 *
 * @returns the errors instead, in Kubernetes' words
 */
export function eventLimitsOf(
  configuration: unknown,
): { readonly limits: readonly EventLimit[] } | { readonly errors: readonly FieldError[] } {
  const { limits: given } = fieldsOf(configuration)
  const list = listOf(given)
  if (list.length === 0)
    return { errors: [invalid(['limits'], goSlice('eventratelimit.Limit', []), 'must not be empty')] }
  const errors: FieldError[] = []
  const limits = list.map((item, index): EventLimit => {
    const limit = fieldsOf(item)
    const type = LIMIT_TYPES.find((each) => each === limit['type'])
    const path = ['limits', index]
    const numberOf = (name: string): number => {
      const value = limit[name] ?? 0
      return typeof value === 'number' && Number.isInteger(value) ? value : Number.NaN
    }
    if (type === undefined)
      errors.push(notSupported([...path, 'type'], String(limit['type'] ?? ''), LIMIT_TYPES))
    for (const name of ['burst', 'qps'])
      if (!(numberOf(name) > 0)) errors.push(invalid([...path, name], numberOf(name), 'must be positive'))
    if (type !== 'Server' && !(numberOf('cacheSize') >= 0))
      errors.push(invalid([...path, 'cacheSize'], numberOf('cacheSize'), 'must not be negative'))
    return {
      type: type ?? 'Server',
      qps: numberOf('qps'),
      burst: numberOf('burst'),
      cacheSize: numberOf('cacheSize'),
    }
  })
  return errors.length > 0 ? { errors } : { limits }
}
