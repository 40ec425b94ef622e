import { DYN_MAP, type Type } from '../types/type.ts'
import { Uint, type Value } from './value.ts'

/** A map of CEL. */
export abstract class Mapping {
  abstract readonly size: number
  /** @returns undefined where there is no such key */
  abstract get(key: Value): Value | undefined
  abstract keys(): Iterable<Value>

  get type(): Type {
    return DYN_MAP
  }
}

/** A map that an expression made. Numbers that are equal are one key, whatever their types. */
export class ValueMap extends Mapping {
  readonly entries: ReadonlyMap<string, readonly [Value, Value]>

  /** @param entries - by {@link keyOf} */
  constructor(entries: ReadonlyMap<string, readonly [Value, Value]>) {
    super()
    this.entries = entries
  }

  get size(): number {
    return this.entries.size
  }

  get(key: Value): Value | undefined {
    const name = keyOf(key)
    return name === undefined ? undefined : this.entries.get(name)?.[1]
  }

  *keys(): Generator<Value> {
    for (const [key] of this.entries.values()) yield key
  }
}

/** The text that a key of a map is found by; undefined for what can be no key. */
export function keyOf(key: Value): string | undefined {
  switch (typeof key) {
    case 'string':
      return `s${key}`
    case 'bigint':
      return `n${key}`
    case 'boolean':
      return `b${key}`
    case 'number':
      // 1.0 finds what 1 is the key of; 1.5 finds nothing, since a double can be no key.
      return Number.isInteger(key) ? `n${BigInt(key)}` : undefined
    default:
      return key instanceof Uint ? `n${key.value}` : undefined
  }
}
