import { type CallCost, type FunctionDeclaration, member, type Overload } from '../check/declarations.ts'
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  INT,
  listOf,
  parameter,
  STRING,
  TIMESTAMP,
  type Type,
  UINT,
} from '../types/type.ts'
import { compareValues } from '../values/compare.ts'
import { equals } from '../values/equals.ts'
import type { List } from '../values/list.ts'
import { toInt, toUint } from '../values/numbers.ts'
import { Duration, Failure, type Result, Uint, type Value } from '../values/value.ts'
import { traversalCost } from './traversal-cost.ts'

const A = parameter('A')
const LIST_A = listOf(A)

const SUMMABLE: readonly (readonly [name: string, type: Type, zero: Value])[] = [
  ['int', INT, 0n],
  ['uint', UINT, new Uint(0n)],
  ['double', DOUBLE, 0],
  ['duration', DURATION, new Duration(0n)],
]

/** The types with an order, in Kubernetes' order. */
export const COMPARABLE: readonly (readonly [name: string, type: Type])[] = [
  ['int', INT],
  ['uint', UINT],
  ['double', DOUBLE],
  ['bool', BOOL],
  ['duration', DURATION],
  ['timestamp', TIMESTAMP],
  ['string', STRING],
  ['bytes', BYTES],
]

const traversal: CallCost = ([list = null]) => traversalCost(list)

function isSorted(list: List): Result {
  let previous: Value | undefined
  for (const element of list) {
    if (previous !== undefined) {
      const order = compareValues(previous, element)
      if (order === undefined) return new Failure('no such overload')
      if (order > 0) return false
    }
    previous = element
  }
  return true
}

function add(one: Value, other: Value): Result {
  if (typeof one === 'bigint' && typeof other === 'bigint') return toInt(one + other)
  if (typeof one === 'number' && typeof other === 'number') return one + other
  if (one instanceof Uint && other instanceof Uint) return toUint(one.value + other.value)
  if (one instanceof Duration && other instanceof Duration) {
    const nanos = toInt(one.nanos + other.nanos)
    return nanos instanceof Failure ? nanos : new Duration(nanos)
  }
  return new Failure('no such overload')
}

function sum(list: List, zero: Value): Result {
  let total: Value = zero
  for (const element of list) {
    const next: Result = add(total, element)
    if (next instanceof Failure) return next
    total = next
  }
  return total
}

/** @param prefers - whether an element takes the place of the one found before, given the order of the two */
function extreme(name: string, list: List, prefers: (order: number) => boolean): Result {
  let found: Value | undefined
  for (const element of list) {
    const order: number | undefined = found === undefined ? undefined : compareValues(found, element)
    if (found === undefined || (order !== undefined && prefers(order))) found = element
    else if (order === undefined) return new Failure('no such overload')
  }
  return found === undefined ? new Failure(`${name} called on empty list`) : found
}

/** `[1, 2].indexOf(2)` */
export const listIndexOf: Overload = member(
  'list_a_index_of_int',
  [LIST_A, A],
  INT,
  (list: List, value: Value) => {
    for (let index = 0; index < list.size; index++) if (equals(list.at(index), value)) return BigInt(index)
    return -1n
  },
)

export const listIndexOfLast: Overload = member(
  'list_a_last_index_of_int',
  [LIST_A, A],
  INT,
  (list: List, value: Value) => {
    for (let index = list.size - 1; index >= 0; index--)
      if (equals(list.at(index), value)) return BigInt(index)
    return -1n
  },
)

/** Kubernetes' own list library (Kubernetes documentation, "CEL in Kubernetes", "Kubernetes list library"). */
export const lists: readonly FunctionDeclaration[] = [
  {
    name: 'isSorted',
    cost: traversal,
    overloads: COMPARABLE.map(([name, type]) =>
      member(`list_${name}_is_sorted_bool`, [listOf(type)], BOOL, isSorted),
    ),
  },
  {
    name: 'sum',
    cost: traversal,
    overloads: SUMMABLE.map(([name, type, zero]) =>
      member(`list_${name}_sum_${name}`, [listOf(type)], type, (list: List) => sum(list, zero)),
    ),
  },
  {
    name: 'max',
    cost: traversal,
    overloads: COMPARABLE.map(([name, type]) =>
      member(`list_${name}_max_${name}`, [listOf(type)], type, (list: List) =>
        extreme('max', list, (order) => order < 0),
      ),
    ),
  },
  {
    name: 'min',
    cost: traversal,
    overloads: COMPARABLE.map(([name, type]) =>
      member(`list_${name}_min_${name}`, [listOf(type)], type, (list: List) =>
        extreme('min', list, (order) => order > 0),
      ),
    ),
  },
]
