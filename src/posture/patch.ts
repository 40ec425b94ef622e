import type { PatchOperation } from '../findings/index.ts'
import { type FieldPath, isRecord } from '../kubernetes/index.ts'

/**
 * The JSON Patch step that sets a nested field. RFC 6902, 4.1: the object that holds the added member must
 * exist, so that the first missing ancestor is added whole.
 *
 * @param owner - the object at `path`, as it stands in the manifest
 * @param fields - names from `owner` down to the field, e.g. `['securityContext', 'runAsNonRoot']`
 */
export function setField(
  owner: unknown,
  path: FieldPath,
  fields: readonly string[],
  value: unknown,
): PatchOperation {
  const { holder, depth } = holderOf(owner, fields)
  let nested = value
  for (const field of fields.slice(depth + 1).reverse()) nested = { [field]: nested }
  const op = Object.hasOwn(holder, fields[depth] ?? '') ? 'replace' : 'add'
  return { op, path: [...path, ...fields.slice(0, depth + 1)], value: nested }
}

/** All of the owner that `setField` looks at, as part of a key for `Recall`. */
export function settingKey(owner: unknown, fields: readonly string[]): number {
  const { holder, depth } = holderOf(owner, fields)
  return depth * 2 + Number(Object.hasOwn(holder, fields[depth] ?? ''))
}

/** The object that is to get the first of the fields that is missing, or whose value is replaced. */
function holderOf(
  owner: unknown,
  fields: readonly string[],
): { readonly holder: object; readonly depth: number } {
  let holder = isRecord(owner) ? owner : {}
  let depth = 0
  for (; depth < fields.length - 1; depth++) {
    const next = holder[fields[depth] ?? '']
    if (!isRecord(next)) break
    holder = next
  }
  return { holder, depth }
}

/** The steps that append items to a list, which is made where there is none. */
export function appendItems(list: unknown, path: FieldPath, items: readonly unknown[]): PatchOperation[] {
  if (!Array.isArray(list)) return [{ op: 'add', path, value: items }]
  // RFC 6902, 4.1: the index may equal the number of elements, which appends.
  return items.map((value, offset) => ({ op: 'add', path: [...path, list.length + offset], value }))
}
