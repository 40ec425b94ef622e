import { DYN_MAP, type Type } from '../types/type.ts'
import { List } from './list.ts'
import { Mapping } from './mapping.ts'
import { Optional } from './optional.ts'
import { StructValue } from './struct.ts'
import { Duration, Opaque, Timestamp, TypeValue, Uint, type Value } from './value.ts'

/**
 * A value for something of JSON: objects and lists as they are, looked into when an expression does; whole numbers are
 * ints, as the API server reads them. What is a value already stays what it is.
 */
export function fromNative(native: unknown): Value {
  switch (typeof native) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return native
    case 'number':
      return Number.isSafeInteger(native) ? BigInt(native) : native
    case 'object':
      if (native === null) return null
      if (Array.isArray(native)) return new JsonList(native)
      return isValueObject(native) ? native : new JsonMap(native as Readonly<Record<string, unknown>>)
    default:
      return null
  }
}

type ValueObject = Extract<Value, object>

function isValueObject(value: object): value is ValueObject {
  // Plain objects, by far the most, are told at once.
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return false
  return (
    value instanceof List ||
    value instanceof Mapping ||
    value instanceof Optional ||
    value instanceof StructValue ||
    value instanceof Opaque ||
    value instanceof Uint ||
    value instanceof Timestamp ||
    value instanceof Duration ||
    value instanceof TypeValue ||
    value instanceof Uint8Array
  )
}

/** A list of an object as JSON gave it; its elements become values when they are looked at. */
export class JsonList extends List {
  readonly raw: readonly unknown[]

  constructor(raw: readonly unknown[]) {
    super()
    this.raw = raw
  }

  get size(): number {
    return this.raw.length
  }

  at(index: number): Value {
    return fromNative(this.raw[index])
  }
}

/** An object as JSON gave it; its fields become values when they are looked at. */
export class JsonMap extends Mapping {
  readonly raw: Readonly<Record<string, unknown>>
  /** The declared type of the object, where it has one. */
  readonly #type: Type

  constructor(raw: Readonly<Record<string, unknown>>, type: Type = DYN_MAP) {
    super()
    this.raw = raw
    this.#type = type
  }

  override get type(): Type {
    return this.#type
  }

  get size(): number {
    let size = 0
    for (const key in this.raw) if (this.raw[key] !== undefined && Object.hasOwn(this.raw, key)) size++
    return size
  }

  get(key: Value): Value | undefined {
    return typeof key === 'string' ? this.field(key) : undefined
  }

  field(name: string): Value | undefined {
    if (!Object.hasOwn(this.raw, name)) return undefined
    const value = this.raw[name]
    return value === undefined ? undefined : fromNative(value)
  }

  *keys(): Generator<Value> {
    for (const key in this.raw) if (this.raw[key] !== undefined && Object.hasOwn(this.raw, key)) yield key
  }
}
