import { List } from '../values/list.ts'
import { Mapping } from '../values/mapping.ts'
import type { Value } from '../values/value.ts'

/** What it costs to go over a value and all that is in it (k8s.io/apiserver, `traversalCost`). */
export function traversalCost(value: Value): number {
  if (typeof value === 'string') return Math.floor(Buffer.byteLength(value) * 0.1)
  if (value instanceof Uint8Array) return Math.floor(value.length * 0.1)
  let cost = 0
  if (value instanceof List) {
    for (const element of value) cost += traversalCost(element)
    return cost
  }
  if (value instanceof Mapping) {
    for (const key of value.keys()) cost += traversalCost(key) + traversalCost(value.get(key) ?? null)
    return cost
  }
  return 1
}
