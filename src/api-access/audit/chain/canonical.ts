import type { Fields } from '../../../kubernetes/index.ts'

/**
 * A value's canonical JSON: the same text for the same value, however its keys were ordered and its text laid out (RFC
 * 8785, "JSON Canonicalization Scheme": keys sorted by their UTF-16 code units, no white space, numbers and strings as
 * ECMAScript writes them).
 *
 * @param value - as `JSON.parse` makes it; a field that is undefined counts as absent
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  return Array.isArray(value) ? canonicalList(value) : canonicalObject(value as Fields)
}

function canonicalList(list: readonly unknown[]): string {
  let text = '['
  for (let index = 0; index < list.length; index++)
    text += (index === 0 ? '' : ',') + canonicalJson(list[index])
  return `${text}]`
}

function canonicalObject(object: Fields): string {
  let text = '{'
  for (const key of sortedKeys(object)) {
    const field = object[key]
    if (field !== undefined) text += `${text.length === 1 ? '' : ','}${quote(key)}:${canonicalJson(field)}`
  }
  return `${text}}`
}

/** The API server writes most objects' keys in order. */
function sortedKeys(object: Fields): readonly string[] {
  const keys = Object.keys(object)
  for (let index = 1; index < keys.length; index++)
    if ((keys[index - 1] ?? '') > (keys[index] ?? '')) return keys.sort()
  return keys
}

/** What JSON has to escape: few texts have any of it. */
const ESCAPED = /[^\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\uffff]/

function quote(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`
}
