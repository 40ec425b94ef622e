import {
  fieldsOf,
  type KubernetesObject,
  listOf,
  type Quantity,
  quantityOf,
} from '../../../../kubernetes/index.ts'

/** `gpu.deviceclass.resource.k8s.io/devices` (KEP-4381). */
export const DEVICES_OF_CLASS = '.deviceclass.resource.k8s.io/devices'

/** "AllocationResultsMaxSize": the worst case of a request for all devices. */
const MOST_DEVICES = 32

/**
 * How many devices of each class a ResourceClaim asks for, by the names that quotas have for them
 * (`pkg/quota/v1/evaluator/core`, `claimEvaluator`). Of alternatives the most of each class counts: which will be had,
 * nobody knows yet.
 *
 * @param claim - of any version of `resource.k8s.io`
 */
export function devicesOf(claim: KubernetesObject): ReadonlyMap<string, Quantity> {
  const { requests } = fieldsOf(fieldsOf(claim['spec'])['devices'])
  const total = new Map<string, number>()
  for (const request of listOf(requests)) {
    const { firstAvailable, exactly, deviceClassName } = fieldsOf(request)
    const alternatives = listOf(firstAvailable)
    if (alternatives.length > 0) addAll(total, mostOf(alternatives))
    else if (exactly !== undefined && exactly !== null) addAll(total, mostOf([exactly]))
    // Until v1beta1 the request is itself what it asks for exactly.
    else if (typeof deviceClassName === 'string') addAll(total, mostOf([request]))
  }
  return new Map([...total].map(([name, count]) => [`${name}${DEVICES_OF_CLASS}`, quantityOf(count)]))
}

function mostOf(alternatives: readonly unknown[]): ReadonlyMap<string, number> {
  const most = new Map<string, number>()
  for (const alternative of alternatives) {
    const { deviceClassName, allocationMode, count } = fieldsOf(alternative)
    if (typeof deviceClassName !== 'string') continue
    const known = most.get(deviceClassName) ?? 0
    most.set(deviceClassName, Math.max(known, numberOf(allocationMode, count)))
  }
  return most
}

/**
 * As the API server sets them before it counts: no mode, or an empty one, is `ExactCount`, and of that no count, or 0, is
 * 1. What is none of this it refuses itself.
 */
function numberOf(allocationMode: unknown, count: unknown): number {
  const mode = allocationMode || 'ExactCount'
  if (mode === 'All') return MOST_DEVICES
  const devices = count || 1
  return mode === 'ExactCount' && typeof devices === 'number' && Number.isInteger(devices) ? devices : 0
}

function addAll(total: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [name, count] of more) total.set(name, (total.get(name) ?? 0) + count)
}
