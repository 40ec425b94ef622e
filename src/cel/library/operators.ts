import { type FunctionDeclaration, overload } from '../check/declarations.ts'
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  INT,
  listOf,
  mapOf,
  optionalOf,
  parameter,
  STRING,
  TIMESTAMP,
  type Type,
  UINT,
} from '../types/type.ts'
import { compareValues } from '../values/compare.ts'
import { equals } from '../values/equals.ts'
import type { List } from '../values/list.ts'
import type { Mapping } from '../values/mapping.ts'
import { toInt, toUint } from '../values/numbers.ts'
import { MAX_TIMESTAMP, MIN_TIMESTAMP } from '../values/text.ts'
import { Duration, Failure, type Result, Timestamp, type Uint, type Value } from '../values/value.ts'
import { boundedText } from './bounded.ts'
import { concatLists } from './concat.ts'

const A = parameter('A')
const B = parameter('B')
const LIST_A = listOf(A)
const MAP_AB = mapOf(A, B)

const TIME_RANGE = new Failure('timestamp overflow')
const DURATION_RANGE = new Failure('duration overflow')

function timestamp(nanos: bigint): Result {
  return nanos < MIN_TIMESTAMP || nanos > MAX_TIMESTAMP ? TIME_RANGE : new Timestamp(nanos)
}

function duration(nanos: bigint): Result {
  return toInt(nanos) instanceof Failure ? DURATION_RANGE : new Duration(nanos)
}

/** What the planner does itself has no call of its own. */
const planned = (): Result => new Failure('no such overload')

function divide(left: bigint, right: bigint): Result {
  return right === 0n ? new Failure('division by zero') : toInt(left / right)
}

function modulo(left: bigint, right: bigint): Result {
  return right === 0n ? new Failure('modulus by zero') : left % right
}

/** The types that have an order, by the names that overloads are made of. */
const ORDERED: readonly (readonly [name: string, type: Type])[] = [
  ['bool', BOOL],
  ['int64', INT],
  ['uint64', UINT],
  ['double', DOUBLE],
  ['string', STRING],
  ['bytes', BYTES],
  ['timestamp', TIMESTAMP],
  ['duration', DURATION],
]
const NUMBERS = ORDERED.slice(1, 4)

function comparison(name: string, prefix: string, holds: (order: number) => boolean): FunctionDeclaration {
  const call = (left: Value, right: Value): Result => {
    const order = compareValues(left, right)
    return order === undefined ? new Failure('no such overload') : holds(order)
  }
  return {
    name,
    overloads: [
      ...ORDERED.map(([type, of]) => overload(`${prefix}_${type}`, [of, of], BOOL, call)),
      ...NUMBERS.flatMap(([one, left]) =>
        NUMBERS.filter(([other]) => other !== one).map(([other, right]) =>
          overload(`${prefix}_${one}_${other}`, [left, right], BOOL, call),
        ),
      ),
    ],
  }
}

/** CEL's operators (CEL language definition, "List of Standard Definitions"). */
export const operators: readonly FunctionDeclaration[] = [
  { name: '_?_:_', overloads: [overload('conditional', [BOOL, A, A], A, planned)] },
  { name: '_&&_', overloads: [overload('logical_and', [BOOL, BOOL], BOOL, planned)] },
  { name: '_||_', overloads: [overload('logical_or', [BOOL, BOOL], BOOL, planned)] },
  { name: '@not_strictly_false', overloads: [overload('not_strictly_false', [BOOL], BOOL, planned)] },
  { name: '!_', overloads: [overload('logical_not', [BOOL], BOOL, (value: boolean) => !value)] },
  { name: '_==_', overloads: [overload('equals', [A, A], BOOL, equals)] },
  {
    name: '_!=_',
    overloads: [overload('not_equals', [A, A], BOOL, (left: Value, right: Value) => !equals(left, right))],
  },
  comparison('_<_', 'less', (order) => order < 0),
  comparison('_<=_', 'less_equals', (order) => order <= 0),
  comparison('_>_', 'greater', (order) => order > 0),
  comparison('_>=_', 'greater_equals', (order) => order >= 0),
  {
    name: '_+_',
    overloads: [
      overload('add_bytes', [BYTES, BYTES], BYTES, (left: Uint8Array, right: Uint8Array) =>
        Uint8Array.from(Buffer.concat([left, right])),
      ),
      overload('add_double', [DOUBLE, DOUBLE], DOUBLE, (left: number, right: number) => left + right),
      overload('add_duration_duration', [DURATION, DURATION], DURATION, (left: Duration, right: Duration) =>
        duration(left.nanos + right.nanos),
      ),
      overload(
        'add_duration_timestamp',
        [DURATION, TIMESTAMP],
        TIMESTAMP,
        (left: Duration, right: Timestamp) => timestamp(left.nanos + right.nanos),
      ),
      overload(
        'add_timestamp_duration',
        [TIMESTAMP, DURATION],
        TIMESTAMP,
        (left: Timestamp, right: Duration) => timestamp(left.nanos + right.nanos),
      ),
      overload('add_int64', [INT, INT], INT, (left: bigint, right: bigint) => toInt(left + right)),
      overload('add_list', [LIST_A, LIST_A], LIST_A, (left: List, right: List) => concatLists(left, right)),
      overload('add_string', [STRING, STRING], STRING, (left: string, right: string) =>
        boundedText(left.length + right.length, () => left + right),
      ),
      overload('add_uint64', [UINT, UINT], UINT, (left: Uint, right: Uint) =>
        toUint(left.value + right.value),
      ),
    ],
  },
  {
    name: '_-_',
    overloads: [
      overload('subtract_double', [DOUBLE, DOUBLE], DOUBLE, (left: number, right: number) => left - right),
      overload(
        'subtract_duration_duration',
        [DURATION, DURATION],
        DURATION,
        (left: Duration, right: Duration) => duration(left.nanos - right.nanos),
      ),
      overload('subtract_int64', [INT, INT], INT, (left: bigint, right: bigint) => toInt(left - right)),
      overload(
        'subtract_timestamp_duration',
        [TIMESTAMP, DURATION],
        TIMESTAMP,
        (left: Timestamp, right: Duration) => timestamp(left.nanos - right.nanos),
      ),
      overload(
        'subtract_timestamp_timestamp',
        [TIMESTAMP, TIMESTAMP],
        DURATION,
        (left: Timestamp, right: Timestamp) => duration(left.nanos - right.nanos),
      ),
      overload('subtract_uint64', [UINT, UINT], UINT, (left: Uint, right: Uint) =>
        toUint(left.value - right.value),
      ),
    ],
  },
  {
    name: '_*_',
    overloads: [
      overload('multiply_double', [DOUBLE, DOUBLE], DOUBLE, (left: number, right: number) => left * right),
      overload('multiply_int64', [INT, INT], INT, (left: bigint, right: bigint) => toInt(left * right)),
      overload('multiply_uint64', [UINT, UINT], UINT, (left: Uint, right: Uint) =>
        toUint(left.value * right.value),
      ),
    ],
  },
  {
    name: '_/_',
    overloads: [
      overload('divide_double', [DOUBLE, DOUBLE], DOUBLE, (left: number, right: number) => left / right),
      overload('divide_int64', [INT, INT], INT, divide),
      overload('divide_uint64', [UINT, UINT], UINT, (left: Uint, right: Uint) =>
        right.value === 0n ? new Failure('division by zero') : toUint(left.value / right.value),
      ),
    ],
  },
  {
    name: '_%_',
    overloads: [
      overload('modulo_int64', [INT, INT], INT, modulo),
      overload('modulo_uint64', [UINT, UINT], UINT, (left: Uint, right: Uint) =>
        right.value === 0n ? new Failure('modulus by zero') : toUint(left.value % right.value),
      ),
    ],
  },
  {
    name: '-_',
    overloads: [
      overload('negate_double', [DOUBLE], DOUBLE, (value: number) => -value),
      overload('negate_int64', [INT], INT, (value: bigint) => toInt(-value)),
    ],
  },
  {
    name: '@in',
    overloads: [
      overload('in_list', [A, LIST_A], BOOL, (value: Value, list: List) => {
        for (const element of list) if (equals(element, value)) return true
        return false
      }),
      overload('in_map', [A, MAP_AB], BOOL, (value: Value, map: Mapping) => map.get(value) !== undefined),
    ],
  },
  {
    name: '_[_]',
    overloads: [
      overload('index_list', [LIST_A, INT], A, planned),
      overload('index_map', [MAP_AB, A], B, planned),
      overload('optional_list_index_int', [optionalOf(LIST_A), INT], optionalOf(A), planned),
      overload('optional_map_index_value', [optionalOf(MAP_AB), A], optionalOf(B), planned),
    ],
  },
  {
    name: '_[?_]',
    overloads: [
      overload('list_optindex_optional_int', [LIST_A, INT], optionalOf(A), planned),
      overload('optional_list_optindex_optional_int', [optionalOf(LIST_A), INT], optionalOf(A), planned),
      overload('map_optindex_optional_value', [MAP_AB, A], optionalOf(B), planned),
      overload('optional_map_optindex_optional_value', [optionalOf(MAP_AB), A], optionalOf(B), planned),
    ],
  },
  {
    name: 'cel.@mapInsert',
    overloads: [
      overload('@mapInsert_map_key_value', [MAP_AB, A, B], MAP_AB, planned),
      overload('@mapInsert_map_map', [MAP_AB, MAP_AB], MAP_AB, planned),
    ],
  },
]
