import type { ScalarType } from './types.ts'

/** What a manifest gave where another type belongs. */
export type GivenType =
  | 'string'
  | 'bool'
  | 'number'
  | 'fraction'
  | 'out-of-range'
  | 'malformed'
  | 'object'
  | 'list'
  | 'null'

/**
 * "quantities must match the regular expression": a signed decimal number with a binary suffix, a decimal
 * suffix or an exponent (apimachinery, `resource.ParseQuantity`).
 */
const QUANTITY = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/

const INT64_LIMIT = 2 ** 63

/**
 * Whether the API server's JSON decoder takes a value for a scalar type. Numbers and strings are never turned
 * into each other, except where the type has both forms (`intstr.IntOrString`, `resource.Quantity`).
 *
 * @param value - anything but null, which the decoder takes for every type
 */
export function fitsScalar(value: unknown, type: ScalarType): boolean {
  switch (type) {
    case 'string':
    case 'time':
      return typeof value === 'string'
    case 'bool':
      return typeof value === 'boolean'
    case 'int32':
      return typeof value === 'number' && (value | 0) === value
    case 'int64':
      return Number.isInteger(value) && Math.abs(value as number) <= INT64_LIMIT
    case 'int-or-string':
      return typeof value === 'string' || (typeof value === 'number' && (value | 0) === value)
    case 'quantity':
      return typeof value === 'string' ? QUANTITY.test(value) : Number.isFinite(value)
    case 'any':
      return true
  }
}

/** The value that Go's decoder leaves where a list or map has a `null`. */
export function zeroOf(type: ScalarType): unknown {
  switch (type) {
    case 'string':
    case 'time':
      return ''
    case 'bool':
      return false
    case 'quantity':
      return '0'
    case 'any':
      return null
    default:
      return 0
  }
}

/** What a value is, in view of the type that was expected. */
export function givenType(value: unknown, expected: ScalarType | 'object' | 'list' | 'map'): GivenType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'object') return 'object'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return expected === 'quantity' ? 'malformed' : 'string'
  if (expected !== 'int32' && expected !== 'int64' && expected !== 'int-or-string') return 'number'
  return Number.isInteger(value) ? 'out-of-range' : 'fraction'
}
