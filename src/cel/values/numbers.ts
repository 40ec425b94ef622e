import { Failure, Uint, type Value } from './value.ts'

export type Numeric = bigint | number | Uint

export const MAX_INT = 2n ** 63n - 1n
export const MIN_INT = -(2n ** 63n)
const MAX_UINT = 2n ** 64n - 1n

export function isNumber(value: Value): value is Numeric {
  return typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint
}

/** @returns below, at or above 0; NaN where one is not a number */
export function compareNumbers(one: Numeric, other: Numeric): number {
  const left = one instanceof Uint ? one.value : one
  const right = other instanceof Uint ? other.value : other
  if (left < right) return -1
  if (left > right) return 1
  // JavaScript compares a bigint and a number by their mathematical values; only NaN is neither.
  return Number.isNaN(left) || Number.isNaN(right) ? Number.NaN : 0
}

export function toInt(value: bigint, overflow = 'integer overflow'): bigint | Failure {
  return value > MAX_INT || value < MIN_INT ? new Failure(overflow) : value
}

export function toUint(value: bigint, overflow = 'unsigned integer overflow'): Uint | Failure {
  return value > MAX_UINT || value < 0n ? new Failure(overflow) : new Uint(value)
}
