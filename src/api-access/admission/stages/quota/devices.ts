import { type KubernetesObject, type Quantity, quantityOf } from '../../../../kubernetes/index.ts'
import { fieldsOf } from '../fields.ts'

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
    const { deviceClassName, allocationMode = 'ExactCount', count = 1 } = fieldsOf(alternative)
    if (typeof deviceClassName !== 'string') continue
    const devices = allocationMode === 'All' ? MOST_DEVICES : allocationMode === 'ExactCount' ? count : 0
    const known = most.get(deviceClassName) ?? 0
    most.set(deviceClassName, Math.max(known, typeof devices === 'number' ? devices : 0))
  }
  return most
}

function addAll(total: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [name, count] of more) total.set(name, (total.get(name) ?? 0) + count)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
