import { type CallCost, type FunctionDeclaration, member, overload } from '../check/declarations.ts'
import { DYN_LIST, INT, listOf, parameter } from '../types/type.ts'
import { compareValues } from '../values/compare.ts'
import { equals } from '../values/equals.ts'
import { List, ValueList } from '../values/list.ts'
import { Cancelled, spend } from '../values/meter.ts'
import { costSize } from '../values/size.ts'
import { typeOf } from '../values/type-of.ts'
import { Failure, type Result, type Value } from '../values/value.ts'
import { MAX_LIST } from './concat.ts'
import { COMPARABLE } from './lists.ts'

const T = parameter('T')
const LIST = listOf(T)

/** The call, the new list, and what is put into it. */
const allocation = (size: number): number => 1 + 10 + Math.floor(size)
const ofResult: CallCost = (_, result) => allocation(costSize(result))

/** Comparing each with each; a little more for texts. Where the types leave several overloads it is not counted. */
function selfComparison(list: Value, id: string): number {
  if (id === '') return 1
  if (!(list instanceof List) || list.size === 0) return allocation(0)
  const first = list.at(0)
  const factor = typeof first === 'string' || first instanceof Uint8Array ? 2.1 : 2
  return allocation(list.size * list.size * factor)
}

function slice(list: List, start: bigint, end: bigint): Result {
  const range = `cannot slice(${start}, ${end})`
  if (start < 0n || end < 0n) return new Failure(`${range}, negative indexes not supported`)
  if (start > end) return new Failure(`${range}, start index must be less than or equal to end index`)
  if (BigInt(list.size) < end) return new Failure(`${range}, list is length ${list.size}`)
  const values: Value[] = []
  for (let index = Number(start); index < Number(end); index++) values.push(list.at(index))
  return new ValueList(values)
}

function flatten(list: List, depth: bigint): Result {
  if (depth < 0n) return new Failure('level must be non-negative')
  const values: Value[] = []
  const add = (from: List, left: bigint): void => {
    spend(from.size)
    for (const element of from) {
      if (element instanceof List && left > 0n) add(element, left - 1n)
      else values.push(element)
    }
  }
  add(list, depth)
  return new ValueList(values)
}

function range(size: bigint): Result {
  if (size < 0n) return new Failure(`lists.range: size must be non-negative, got ${size}`)
  if (size > MAX_LIST) throw new Cancelled()
  return new ValueList(Array.from({ length: Number(size) }, (_, index) => BigInt(index)))
}

function distinct(list: List): Result {
  const found: Value[] = []
  for (const element of list) {
    spend(found.length)
    if (!found.some((other) => equals(element, other))) found.push(element)
  }
  return new ValueList(found)
}

/** @param keys - as many as the list has elements: the order is theirs */
function sortBy(list: List, keys: List): Result {
  if (list.size !== keys.size)
    return new Failure(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${list.size} and ${keys.size} elements respectively`,
    )
  const pairs = [...keys].map((key, index) => ({ key, value: list.at(index) }))
  const [first] = pairs
  if (first === undefined) return list
  const { kind } = typeOf(first.key)
  if (compareValues(first.key, first.key) === undefined)
    return new Failure('list elements must be comparable')
  if (pairs.some(({ key }) => typeOf(key).kind !== kind))
    return new Failure('list elements must have the same type')
  spend(pairs.length * 4)
  return new ValueList(
    pairs.toSorted((one, other) => compareValues(one.key, other.key) ?? 0).map(({ value }) => value),
  )
}

/** cel-go's extension "Lists", version 3, which Kubernetes has since 1.34; `sortBy` is a macro. */
export const moreLists: readonly FunctionDeclaration[] = [
  { name: 'slice', cost: ofResult, overloads: [member('list_slice', [LIST, INT, INT], LIST, slice)] },
  {
    name: 'flatten',
    cost: ([list = null, depth]) =>
      allocation(costSize(list) * (typeof depth === 'bigint' && depth >= 0n ? Number(depth) : 1)),
    overloads: [
      member('list_flatten', [listOf(LIST)], LIST, (list: List) => flatten(list, 1n)),
      member('list_flatten_int', [DYN_LIST, INT], DYN_LIST, flatten),
    ],
  },
  {
    name: 'sort',
    cost: ([list = null], _, id) => selfComparison(list, id),
    overloads: COMPARABLE.map(([, type]) =>
      member(`list_${type.name}_sort`, [listOf(type)], listOf(type), (list: List) => sortBy(list, list)),
    ),
  },
  {
    name: '@sortByAssociatedKeys',
    cost: ([, keys = null], _, id) => selfComparison(keys, id),
    overloads: COMPARABLE.map(([, type]) =>
      member(`list_${type.name}_sortByAssociatedKeys`, [LIST, listOf(type)], LIST, sortBy),
    ),
  },
  { name: 'lists.range', cost: ofResult, overloads: [overload('lists_range', [INT], listOf(INT), range)] },
  {
    name: 'reverse',
    cost: ofResult,
    overloads: [member('list_reverse', [LIST], LIST, (list: List) => new ValueList([...list].toReversed()))],
  },
  {
    name: 'distinct',
    cost: ([list = null], _, id) => selfComparison(list, id),
    overloads: [member('list_distinct', [LIST], LIST, distinct)],
  },
]
