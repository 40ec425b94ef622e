import type { PatchOperation } from '../../../findings/index.ts'
import type { FieldPath } from '../../../kubernetes/index.ts'
import type { PodView } from '../pod.ts'

/**
 * The step that sets a field of a pod. "The object itself or an array containing it does need to exist" (RFC 6902,
 * 4.1), so the first missing ancestor is added whole.
 *
 * @param field - relative to the pod
 * @returns a step whose path is relative to the object that the pod stands in
 */
export function settingField(pod: PodView, field: FieldPath, value: unknown): PatchOperation {
  let holder: unknown = pod
  for (const [depth, part] of field.entries()) {
    const next = isHolder(holder) ? holder[part] : undefined
    const path = [...(pod.path ?? []), ...field.slice(0, depth + 1)]
    if (depth === field.length - 1) return { op: next == null ? 'add' : 'replace', path, value }
    if (next == null) return { op: 'add', path, value: nested(field.slice(depth + 1), value) }
    holder = next
  }
  throw new RangeError('a field path has at least one part')
}

/**
 * The steps that remove fields or list items, the last item of a list first, so that the other indexes stay. A
 * field that the pod only has by default is not in its manifest: "The target location MUST exist" (RFC 6902, 4.2).
 */
export function removingFields(pod: PodView, fields: readonly FieldPath[]): PatchOperation[] {
  const given = fields.filter((field) => valueAt(pod, field) != null)
  return given.toReversed().map((field) => ({ op: 'remove', path: [...(pod.path ?? []), ...field] }))
}

function valueAt(pod: PodView, field: FieldPath): unknown {
  return field.reduce<unknown>((holder, part) => (isHolder(holder) ? holder[part] : undefined), pod)
}

function nested(fields: FieldPath, value: unknown): unknown {
  return fields.reduceRight<unknown>((inner, field) => ({ [field]: inner }), value)
}

function isHolder(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null
}
