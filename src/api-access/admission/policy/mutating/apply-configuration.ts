import { type Fields, isRecord, listOf } from '../../../../kubernetes/index.ts'
import { isSame } from '../../chain/json-patch.ts'
import type { FieldMerge, MergeType } from './merge-schema.ts'

/**
 * Merges an apply configuration into an object as server-side apply would, without ownership of fields: objects field
 * by field, lists with keys item by item, sets by their values; what is new in a list goes to its end.
 *
 * @param patch - the fields that are to be so
 */
export function mergeConfiguration(object: Fields, patch: Fields, type: MergeType): Fields {
  const merged: Record<string, unknown> = { ...object }
  for (const [name, value] of Object.entries(patch)) {
    // A field of that name would change the object's prototype instead.
    if (name === '__proto__') continue
    merged[name] = mergeField(object[name], value, type.field(name))
  }
  return merged
}

function mergeField(before: unknown, value: unknown, merge: FieldMerge | undefined): unknown {
  if (merge?.kind === 'keyed' && Array.isArray(value))
    return mergeKeyed(listOf(before), value, merge.keys, merge.type)
  if (merge?.kind === 'set' && Array.isArray(value)) {
    const list = listOf(before)
    return [...list, ...value.filter((item) => !list.some((other) => isSame(item, other)))]
  }
  if (merge?.kind !== 'atomic' && isRecord(value))
    return mergeConfiguration(
      isRecord(before) ? before : {},
      value,
      merge?.kind === 'object' ? merge.type : PLAIN,
    )
  return value
}

const PLAIN: MergeType = { field: () => undefined }

/** Fields of keys that an item may lack: it has these then. */
const KEY_DEFAULTS: Fields = { protocol: 'TCP' }

function mergeKeyed(
  before: readonly unknown[],
  patch: readonly unknown[],
  keys: readonly string[],
  type: MergeType,
): unknown[] {
  const merged = [...before]
  for (const item of patch) {
    const at = merged.findIndex((other) => keys.every((key) => isSame(keyOf(item, key), keyOf(other, key))))
    const found = merged[at]
    if (at < 0 || !isRecord(found) || !isRecord(item)) merged.push(item)
    else merged[at] = mergeConfiguration(found, item, type)
  }
  return merged
}

function keyOf(item: unknown, key: string): unknown {
  return isRecord(item) ? (item[key] ?? KEY_DEFAULTS[key]) : item
}

/**
 * The places of an apply configuration that would replace a list or an object as a whole: "may not mutate atomic
 * arrays, maps or structs".
 */
export function atomicPaths(patch: Fields, type: MergeType, path = ''): string[] {
  return Object.entries(patch).flatMap(([name, value]) => {
    const at = `${path}.${name}`
    const merge = type.field(name)
    if (merge === undefined) return []
    if (merge.kind === 'atomic') return isRecord(value) || Array.isArray(value) ? [at] : []
    if (merge.kind === 'object') return isRecord(value) ? atomicPaths(value, merge.type, at) : []
    if (merge.kind === 'set' || !Array.isArray(value)) return []
    return value.flatMap((item, index) =>
      isRecord(item) ? atomicPaths(item, merge.type, `${at}[${index}]`) : [],
    )
  })
}
