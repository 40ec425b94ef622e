/** Any JSON value, as JSON.parse makes it. */
export type Json = unknown

/**
 * The value below some keys; a key into an array is an index.
 *
 * @returns undefined where there is none; a `null` in the JSON is a value, as it is to Falco's extractor
 */
export function valueAt(value: Json, keys: readonly string[]): Json {
  let current = value
  for (let index = 0; index < keys.length; index++) {
    current = child(current, keys[index] ?? '')
    if (current === undefined) return undefined
  }
  return current
}

export function child(value: Json, key: string): Json {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return /^(?:0|[1-9][0-9]*)$/.test(key) ? value[Number(key)] : undefined
  const found = (value as Readonly<Record<string, Json>>)[key]
  // Neither stands in JSON: an object has them from its prototype. This is quicker than to ask whether the key is its own.
  return typeof found === 'function' || found === Object.prototype ? undefined : found
}

/** Text of a value: a string as it is, anything else as JSON (`null` for null). */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
