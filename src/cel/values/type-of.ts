import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  DYN_LIST,
  INT,
  NULL,
  optionalOf,
  STRING,
  TIMESTAMP,
  TYPE,
  type Type,
  UINT,
} from '../types/type.ts'
import { List } from './list.ts'
import { Mapping } from './mapping.ts'
import { Optional } from './optional.ts'
import { Duration, Timestamp, TypeValue, Uint, type Value } from './value.ts'

const DYN_OPTIONAL = optionalOf(DYN)

/** The type that a value has when an expression runs; lists and maps are of anything. */
export function typeOf(value: Value): Type {
  switch (typeof value) {
    case 'string':
      return STRING
    case 'boolean':
      return BOOL
    case 'bigint':
      return INT
    case 'number':
      return DOUBLE
    default:
      if (value === null) return NULL
      if (value instanceof Mapping) return value.type
      if (value instanceof List) return DYN_LIST
      if (value instanceof Uint) return UINT
      if (value instanceof Timestamp) return TIMESTAMP
      if (value instanceof Duration) return DURATION
      if (value instanceof TypeValue) return TYPE
      if (value instanceof Optional) return DYN_OPTIONAL
      return value instanceof Uint8Array ? BYTES : value.type
  }
}
