import { type FieldPath, isRecord } from '../../kubernetes/index.ts'

/**
 * A place in an object together with what stands there. A value read through it always knows its path, so
 * what is said of a value and where it was read cannot drift apart. Reading what is absent gives an absent field.
 */
export interface Field {
  readonly path: FieldPath
  /** `undefined` where nothing is given; `null` counts as nothing, as it does for the API server's decoder. */
  readonly value: unknown
}

/** A field at the path from the object's root. */
export function fieldAt(path: FieldPath, value: unknown): Field {
  return { path, value: value ?? undefined }
}

/** The field below `field` along `keys`; absent where something on the way is absent or of another shape. */
export function under(field: Field, ...keys: readonly (string | number)[]): Field {
  let value = field.value
  for (const key of keys) value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return fieldAt([...field.path, ...keys], value)
}

/** The items of a list field; none where it is absent or no list. */
export function items(field: Field): readonly Field[] {
  if (!Array.isArray(field.value)) return []
  return field.value.map((value: unknown, index) => fieldAt([...field.path, index], value))
}

/** The names of the fields given in an object field. */
export function givenKeys(field: Field): readonly string[] {
  if (!isRecord(field.value)) return []
  return Object.entries(field.value).flatMap(([key, value]) => (value == null ? [] : [key]))
}

export function isGiven(field: Field): boolean {
  return field.value !== undefined
}

export function asBoolean({ value }: Field): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

export function asInteger({ value }: Field): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}

/** A string; the empty one counts as absent, as it does for the optional string fields of the Kubernetes API. */
export function asText({ value }: Field): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The strings in a list field; other items are passed over. */
export function asTexts(field: Field): readonly string[] {
  return items(field).flatMap((item) => asText(item) ?? [])
}
