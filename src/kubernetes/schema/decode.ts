import { isRecord } from '../objects/json.ts'
import type { FieldPath, KubernetesObject } from '../objects/types.ts'
import { fitsScalar, type GivenType, givenType, zeroOf } from './scalars.ts'
import { anyObjectType, type FieldType, type ObjectType, objectType, typeOfObject } from './types.ts'

/** A field that Kubernetes does not know at this place. The API server drops it, or refuses the object. */
export interface UnknownField {
  readonly path: FieldPath
  /** The name of the API type that lacks it, e.g. `PodSpec`. */
  readonly type: string
  readonly value: unknown
}

/** A field whose value is of another type than the API's: the API server's decoder refuses the object. */
export interface MistypedField {
  readonly path: FieldPath
  /** As in the schema: `string`, `int64`, `[]Container`, `{}string`, … */
  readonly expected: string
  readonly given: GivenType
}

/** An object as the API server would decode it, and what it would not have taken. */
export interface Decoded<T = KubernetesObject> {
  readonly object: T
  readonly unknown: readonly UnknownField[]
  readonly mistyped: readonly MistypedField[]
}

const NOTHING: readonly never[] = []

/**
 * Decodes an object the way the API server's JSON decoder does, by the schema's field names and types.
 *
 * Names are case-sensitive: "unmarshals with case-sensitive field matching" (sigs.k8s.io/json, README). `null`
 * leaves a field at its zero value, whatever its type (Go's encoding/json, `Unmarshal`).
 *
 * @returns `object`: the very same object where nothing is amiss, else a copy without nulls, unknown and
 *   mistyped fields (a list keeps its length: such items are replaced by the zero value), so that every field
 *   has the type it is declared with. Of kinds that the schema does not have only `metadata` is cleaned, and
 *   nothing is listed, since what such a document means is not known.
 */
export function decodeObject(object: KubernetesObject): Decoded {
  const type = typeOfObject(object)
  if (type !== undefined) return decode<KubernetesObject>(object, type)
  const { object: cleaned } = decode<KubernetesObject>(object, anyObjectType())
  return { object: cleaned, unknown: NOTHING, mistyped: NOTHING }
}

/**
 * Makes a decoder for values whose type is known from where they stand, e.g. the `pod` of an evaluation request.
 *
 * @param name - the API type's name: `Pod`, `PodSpec`, `Namespace`, …
 * @throws Error for a name that the schema does not have
 */
export function createDecoder<T>(name: string): (value: unknown) => Decoded<T> {
  const type = objectType(name)
  return (value) => decode<T>(value, type)
}

function decode<T>(value: unknown, type: ObjectType): Decoded<T> {
  if (fitsObject(value, type)) return { object: value as T, unknown: NOTHING, mistyped: NOTHING }
  const found: Found = { path: [], unknown: [], mistyped: [] }
  const object = isRecord(value) ? cleanObject(value, type, found) : mistypedObject(value, type, found)
  return { object: object as T, unknown: found.unknown, mistyped: found.mistyped }
}

/** Whether the API server's decoder would take a value for a field; unknown fields inside it do not matter. */
export function acceptsValue(field: FieldType, value: unknown): boolean {
  if (value === null || fitsField(value, field)) return true
  const found: Found = { path: [], unknown: [], mistyped: [] }
  cleanField(value, field, found)
  return found.mistyped.length === 0
}

/** The walk for the usual case: nothing is amiss, nothing is allocated. */
function fitsObject(value: unknown, type: ObjectType): boolean {
  if (!isRecord(value)) return false
  for (const name in value) {
    const field = type.fields.get(name)
    if (field === undefined) {
      if (!type.open) return false
    } else if (!fitsField(value[name], field)) return false
  }
  return true
}

function fitsField(value: unknown, { shape, item }: FieldType): boolean {
  if (shape === 'one') return fitsItem(value, item)
  if (shape === 'list') {
    if (!Array.isArray(value)) return false
    for (const each of value) if (!fitsItem(each, item)) return false
    return true
  }
  if (!isRecord(value)) return false
  for (const key in value) if (!fitsItem(value[key], item)) return false
  return true
}

function fitsItem(value: unknown, item: FieldType['item']): boolean {
  if (typeof item !== 'string') return fitsObject(value, item)
  return value !== null && fitsScalar(value, item)
}

/** What the thorough walk has met so far, and where it stands. */
interface Found {
  readonly path: (string | number)[]
  readonly unknown: UnknownField[]
  readonly mistyped: MistypedField[]
}

type Fields = Record<string, unknown>

/** The walk for the other case: lists what is amiss and copies the rest. */
function cleanObject(value: Fields, type: ObjectType, found: Found): Fields {
  const cleaned: Fields = {}
  for (const name of Object.keys(value)) {
    found.path.push(name)
    const field = type.fields.get(name)
    const given = value[name]
    if (field !== undefined) {
      const decoded = given === null ? undefined : cleanField(given, field, found)
      if (decoded !== undefined) put(cleaned, name, decoded)
    } else if (type.open) put(cleaned, name, given)
    else found.unknown.push({ path: [...found.path], type: type.name, value: given })
    found.path.pop()
  }
  return cleaned
}

/** @returns undefined where the value does not fit */
function cleanField(value: unknown, field: FieldType, found: Found): unknown {
  const { shape, item } = field
  if (shape === 'one') return cleanItem(value, field, found)
  if (shape === 'list') {
    if (!Array.isArray(value)) return mistyped(value, field.text, 'list', found)
    return value.map((each, index) => {
      found.path.push(index)
      const decoded = each === null ? undefined : cleanItem(each, field, found)
      found.path.pop()
      return decoded === undefined ? zeroOfItem(item) : decoded
    })
  }
  if (!isRecord(value)) return mistyped(value, field.text, 'map', found)
  const cleaned: Fields = {}
  for (const key of Object.keys(value)) {
    found.path.push(key)
    const each = value[key]
    const decoded = each === null ? zeroOfItem(item) : cleanItem(each, field, found)
    if (decoded !== undefined) put(cleaned, key, decoded)
    found.path.pop()
  }
  return cleaned
}

function cleanItem(value: unknown, { item }: FieldType, found: Found): unknown {
  if (typeof item === 'string') return fitsScalar(value, item) ? value : mistyped(value, item, item, found)
  return isRecord(value) ? cleanObject(value, item, found) : mistyped(value, item.name, 'object', found)
}

function mistyped(
  value: unknown,
  expected: string,
  shape: Parameters<typeof givenType>[1],
  found: Found,
): undefined {
  found.mistyped.push({ path: [...found.path], expected, given: givenType(value, shape) })
}

function mistypedObject(value: unknown, type: ObjectType, found: Found): Fields {
  mistyped(value, type.name, 'object', found)
  return {}
}

function zeroOfItem(item: FieldType['item']): unknown {
  return typeof item === 'string' ? zeroOf(item) : {}
}

/** Sets an own property, whatever the name: a plain assignment to `__proto__` would change the prototype. */
function put(target: Fields, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
  else target[name] = value
}
