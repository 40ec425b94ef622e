import { List } from './list.ts'
import { Mapping } from './mapping.ts'
import { spendOnText } from './meter.ts'
import { Optional } from './optional.ts'
import { Failure, Opaque, type Result } from './value.ts'

/** The size of a string, which is in characters, not in UTF-16 units. */
export function lengthOf(text: string): number {
  let length = text.length
  spendOnText(length)
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit >= 0xd800 && unit < 0xdc00) length--
  }
  return length
}

/** What the cost of an operation on a value depends on: the size of what has one, 1 for all else. */
export function costSize(value: Result): number {
  if (typeof value === 'string') return lengthOf(value)
  if (typeof value !== 'object' || value === null || value instanceof Failure) return 1
  if (value instanceof List || value instanceof Mapping || value instanceof Opaque) return value.size
  if (value instanceof Uint8Array) return value.length
  if (value instanceof Optional && value.value !== undefined) return costSize(value.value)
  return 1
}
