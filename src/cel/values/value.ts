import type { Type } from '../types/type.ts'
import type { List } from './list.ts'
import type { Mapping } from './mapping.ts'
import type { Optional } from './optional.ts'
import type { StructValue } from './struct.ts'

/**
 * A value of CEL. A `bigint` is an int, a `number` a double: the two never mix by accident, and ints keep their 64
 * bits.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | List
  | Mapping
  | StructValue
  | Optional
  | TypeValue
  | Opaque

export class Uint {
  readonly value: bigint

  constructor(value: bigint) {
    this.value = value
  }
}

export class Timestamp {
  /** Nanoseconds since 1970. */
  readonly nanos: bigint

  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

export class Duration {
  readonly nanos: bigint

  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

/** A type as a value: what `type(x)` gives and `int` stands for. */
export class TypeValue {
  readonly type: Type

  constructor(type: Type) {
    this.type = type
  }
}

/** A value of a library's own type, e.g. a quantity or a CIDR. */
export abstract class Opaque {
  abstract readonly type: Type
  /** Whether another value of the same type is equal. */
  abstract equals(other: Opaque): boolean

  /** What the cost of going over it depends on; 1 for most. */
  get size(): number {
    return 1
  }
}

/** An object whose fields are worked out when they are asked for: the variables of a policy. */
export class LazyFields extends Opaque {
  readonly type: Type
  readonly #field: (name: string) => Result | undefined

  /** @param field - undefined where there is no such field */
  constructor(type: Type, field: (name: string) => Result | undefined) {
    super()
    this.type = type
    this.#field = field
  }

  field(name: string): Result | undefined {
    return this.#field(name)
  }

  equals(other: Opaque): boolean {
    return this === other
  }
}

/** What an expression gives instead of a value where it errs; `&&`, `||` and macros may go on with it. */
export class Failure {
  /** In the API server's words, e.g. `no such key: spec`. */
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

export type Result = Value | Failure
