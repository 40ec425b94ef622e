import type { FieldPath } from './types.ts'

/**
 * A field path as Kubernetes' validation errors write it (apimachinery's `field.Path`): names joined by dots,
 * indexes, `*` (every item) and keys with dots or slashes in brackets.
 *
 * @returns e.g. `spec.containers[0].image`, `metadata.annotations[haetae.io/skip]`
 */
export function formatFieldPath(path: FieldPath): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else if (part === '' || /[*./[\]]/.test(part)) text += `[${part}]`
    else text += text === '' ? part : `.${part}`
  }
  return text
}
