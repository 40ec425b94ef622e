import type { Type } from '../types/type.ts'
import { List } from '../values/list.ts'
import { Mapping } from '../values/mapping.ts'
import { Optional } from '../values/optional.ts'
import { StructValue } from '../values/struct.ts'
import { Duration, Opaque, Timestamp, TypeValue, Uint, type Value } from '../values/value.ts'

/** Tells whether a value is of a type, as far as values know: what a list is of is not looked into. */
export function fits(type: Type): ((value: Value) => boolean) | undefined {
  switch (type.kind) {
    case 'bool':
      return (value) => typeof value === 'boolean'
    case 'int':
      return (value) => typeof value === 'bigint'
    case 'double':
      return (value) => typeof value === 'number'
    case 'string':
      return (value) => typeof value === 'string'
    case 'uint':
      return (value) => value instanceof Uint
    case 'bytes':
      return (value) => value instanceof Uint8Array
    case 'null':
      return (value) => value === null
    case 'timestamp':
      return (value) => value instanceof Timestamp
    case 'duration':
      return (value) => value instanceof Duration
    case 'list':
      return (value) => value instanceof List
    case 'map':
      return (value) => value instanceof Mapping
    case 'type':
      return (value) => value instanceof TypeValue
    case 'struct':
      return (value) => value instanceof Mapping || value instanceof StructValue
    case 'opaque':
      if (type.name === 'optional_type') return (value) => value instanceof Optional
      return (value) => value instanceof Opaque && value.type.name === type.name
    default:
      return undefined
  }
}
