import { compareNumbers, isNumber } from './numbers.ts'
import { Duration, Timestamp, type Value } from './value.ts'

/**
 * The order of two values of one type, or of two numbers.
 *
 * @returns below, at or above 0; NaN for NaN; undefined where they have no order
 */
export function compareValues(one: Value, other: Value): number | undefined {
  if (typeof one === 'string') return typeof other === 'string' ? compareStrings(one, other) : undefined
  if (isNumber(one)) return isNumber(other) ? compareNumbers(one, other) : undefined
  if (typeof one === 'boolean') return typeof other === 'boolean' ? Number(one) - Number(other) : undefined
  if (one instanceof Timestamp) return other instanceof Timestamp ? order(one.nanos, other.nanos) : undefined
  if (one instanceof Duration) return other instanceof Duration ? order(one.nanos, other.nanos) : undefined
  if (one instanceof Uint8Array) return other instanceof Uint8Array ? Buffer.compare(one, other) : undefined
  return undefined
}

function order(one: bigint, other: bigint): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}

/** By code points, which is also the order of the UTF-8 bytes; JavaScript's own is by UTF-16 units. */
function compareStrings(one: string, other: string): number {
  if (one === other) return 0
  const length = Math.min(one.length, other.length)
  for (let index = 0; index < length; index++) {
    const [left, right] = [one.charCodeAt(index), other.charCodeAt(index)]
    if (left === right) continue
    const surrogates = [left, right].map((unit) => unit >= 0xd800 && unit <= 0xdfff)
    if (surrogates[0] !== surrogates[1]) return surrogates[0] ? 1 : -1
    return left < right ? -1 : 1
  }
  return one.length < other.length ? -1 : 1
}
