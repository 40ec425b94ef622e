import { type FieldPath, isRecord } from '../../../kubernetes/index.ts'

/** A field that a policy sets on a pod. */
export interface FieldChange {
  readonly path: FieldPath
  readonly value: unknown
}

/**
 * The fields in which a mutated object differs from the given one. Mutation only sets, so nothing is ever removed.
 *
 * @returns each at the highest place that is new or different; lists of another length as a whole
 */
export function changesBetween(before: unknown, after: unknown, path: FieldPath = []): FieldChange[] {
  if (before === after) return []
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return after.flatMap((value, index) => changesBetween(before[index], value, [...path, index]))
  if (isRecord(before) && isRecord(after))
    return Object.keys(after).flatMap((key) => changesBetween(before[key], after[key], [...path, key]))
  if (isRecord(after) && (before === undefined || before === null)) return leaves(after, path)
  return [{ path, value: after }]
}

function leaves(value: Readonly<Record<string, unknown>>, path: FieldPath): FieldChange[] {
  return Object.entries(value).flatMap(([key, field]) =>
    isRecord(field) ? leaves(field, [...path, key]) : [{ path: [...path, key], value: field }],
  )
}
