import { List } from './list.ts'
import { Mapping } from './mapping.ts'
import { spend, spendOnText } from './meter.ts'
import { compareNumbers, isNumber } from './numbers.ts'
import { Optional } from './optional.ts'
import { StructValue } from './struct.ts'
import { Duration, Opaque, Timestamp, TypeValue, type Value } from './value.ts'

/**
 * CEL's `==` (CEL language definition, "Equality"): numbers by their value whatever their types, values of different
 * types never, lists and maps by what is in them.
 */
export function equals(one: Value, other: Value): boolean {
  if (typeof one === 'string') {
    spendOnText(one.length)
    return one === other
  }
  if (one === other) return !Number.isNaN(one)
  if (isNumber(one)) return isNumber(other) && compareNumbers(one, other) === 0
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object') return false
  if (one instanceof Mapping) return other instanceof Mapping && mapsEqual(one, other)
  if (one instanceof List) return other instanceof List && listsEqual(one, other)
  if (one instanceof Timestamp) return other instanceof Timestamp && one.nanos === other.nanos
  if (one instanceof Duration) return other instanceof Duration && one.nanos === other.nanos
  if (one instanceof TypeValue) return other instanceof TypeValue && one.type.name === other.type.name
  if (one instanceof Uint8Array) return other instanceof Uint8Array && Buffer.compare(one, other) === 0
  if (one instanceof Optional) return other instanceof Optional && optionalsEqual(one, other)
  if (one instanceof StructValue) return other instanceof StructValue && structsEqual(one, other)
  return (
    one instanceof Opaque && other instanceof Opaque && one.type.name === other.type.name && one.equals(other)
  )
}

function listsEqual(one: List, other: List): boolean {
  const { size } = one
  if (size !== other.size) return false
  spend(size)
  for (let index = 0; index < size; index++) if (!equals(one.at(index), other.at(index))) return false
  return true
}

function mapsEqual(one: Mapping, other: Mapping): boolean {
  if (one.size !== other.size) return false
  spend(one.size)
  for (const key of one.keys()) {
    const [mine, theirs] = [one.get(key), other.get(key)]
    if (mine === undefined || theirs === undefined || !equals(mine, theirs)) return false
  }
  return true
}

function optionalsEqual({ value: one }: Optional, { value: other }: Optional): boolean {
  return one === undefined || other === undefined ? one === other : equals(one, other)
}

function structsEqual(one: StructValue, other: StructValue): boolean {
  if (one.type.name !== other.type.name || one.fields.size !== other.fields.size) return false
  for (const [name, mine] of one.fields) {
    const theirs = other.fields.get(name)
    if (theirs === undefined || !equals(mine, theirs)) return false
  }
  return true
}
