import { type FunctionDeclaration, member, overload } from '../check/declarations.ts'
import { BOOL, listOf, optionalOf, parameter } from '../types/type.ts'
import { List } from '../values/list.ts'
import { Mapping } from '../values/mapping.ts'
import { isNumber } from '../values/numbers.ts'
import { NO_VALUE, Optional } from '../values/optional.ts'
import { Duration, Failure, type Result, Uint, type Value } from '../values/value.ts'

const V = parameter('V')
const OPTIONAL_V = optionalOf(V)
const LIST_V = listOf(V)

const planned = (): Result => new Failure('no such overload')

function isZero(value: Value): boolean {
  if (value === null || value === '' || value === false) return true
  if (isNumber(value)) return value instanceof Uint ? value.value === 0n : Number(value) === 0
  if (value instanceof List || value instanceof Mapping) return value.size === 0
  if (value instanceof Duration) return value.nanos === 0n
  return value instanceof Uint8Array && value.length === 0
}

function element(list: List, index: number): Optional {
  return list.size === 0 ? NO_VALUE : new Optional(list.at(index))
}

/** Values that may be absent (cel-go, "OptionalTypes"); `optMap` and `optFlatMap` are macros. */
export const optionals: readonly FunctionDeclaration[] = [
  {
    name: 'optional.of',
    overloads: [overload('optional_of', [V], OPTIONAL_V, (value: Value) => new Optional(value))],
  },
  {
    name: 'optional.ofNonZeroValue',
    overloads: [
      overload('optional_ofNonZeroValue', [V], OPTIONAL_V, (value: Value) =>
        isZero(value) ? NO_VALUE : new Optional(value),
      ),
    ],
  },
  { name: 'optional.none', overloads: [overload('optional_none', [], OPTIONAL_V, () => NO_VALUE)] },
  {
    name: 'value',
    overloads: [
      member('optional_value', [OPTIONAL_V], V, ({ value }: Optional) =>
        value === undefined ? new Failure('optional.none() dereference') : value,
      ),
    ],
  },
  {
    name: 'hasValue',
    overloads: [
      member('optional_hasValue', [OPTIONAL_V], BOOL, ({ value }: Optional) => value !== undefined),
    ],
  },
  { name: 'or', overloads: [member('optional_or_optional', [OPTIONAL_V, OPTIONAL_V], OPTIONAL_V, planned)] },
  { name: 'orValue', overloads: [member('optional_orValue_value', [OPTIONAL_V, V], V, planned)] },
  {
    name: 'first',
    overloads: [member('list_first', [LIST_V], OPTIONAL_V, (list: List) => element(list, 0))],
  },
  {
    name: 'last',
    overloads: [member('list_last', [LIST_V], OPTIONAL_V, (list: List) => element(list, list.size - 1))],
  },
]
