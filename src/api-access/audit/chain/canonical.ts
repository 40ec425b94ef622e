/**
 * A value's canonical JSON: the same text for the same value, however its keys were ordered and its text laid out (RFC
 * 8785, "JSON Canonicalization Scheme": keys sorted by their UTF-16 code units, no white space, numbers and strings as
 * ECMAScript writes them).
 *
 * @param value - as `JSON.parse` makes it; a field that is undefined counts as absent
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) {
    let text = '['
    for (let index = 0; index < value.length; index++)
      text += (index === 0 ? '' : ',') + canonicalJson(value[index])
    return `${text}]`
  }
  const object = value as Readonly<Record<string, unknown>>
  let text = ''
  for (const key of Object.keys(object).sort()) {
    const field = object[key]
    if (field !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(field)}`
  }
  return `{${text}}`
}
