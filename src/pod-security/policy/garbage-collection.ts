import { isDeepStrictEqual } from 'node:util'
import type { Pod } from '../../kubernetes/index.ts'

/**
 * Whether an update touches nothing but what garbage collection does: who may update and delete a pod may do that
 * under any policy.
 *
 * Fields are compared as given, with null, an empty list and an empty map of strings as absent. Where two different
 * spellings mean the same (`1` and `1000m`), the update is judged like any other.
 */
export function isOnlyGarbageCollection(pod: Pod, oldPod: Pod | undefined): boolean {
  return oldPod !== undefined && isDeepStrictEqual(withoutOwners(pod), withoutOwners(oldPod))
}

const IGNORED = ['ownerReferences', 'finalizers', 'selfLink', 'managedFields']

const STRING_MAPS = ['annotations', 'labels', 'nodeSelector']

function withoutOwners(pod: Pod): unknown {
  const metadata = Object.entries(pod.metadata ?? {}).filter(([field]) => !IGNORED.includes(field))
  return comparable({ ...pod, metadata: Object.fromEntries(metadata) })
}

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).filter(([name, field]) => !isZero(name, field))
  return Object.fromEntries(fields.map(([name, field]) => [name, comparable(field)]))
}

function isZero(name: string, value: unknown): boolean {
  if (value === null || value === undefined) return true
  if (Array.isArray(value)) return value.length === 0
  return STRING_MAPS.includes(name) && typeof value === 'object' && Object.keys(value).length === 0
}
