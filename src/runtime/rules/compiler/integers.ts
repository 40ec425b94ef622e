import type { FieldType } from '../fields/index.ts'
import { CompileProblem } from './value.ts'

/** Size in bits and sign of the integer types. */
const INTEGERS: Readonly<Partial<Record<FieldType, { readonly bits: number; readonly signed: boolean }>>> = {
  INT8: { bits: 8, signed: true },
  INT16: { bits: 16, signed: true },
  INT32: { bits: 32, signed: true },
  INT64: { bits: 64, signed: true },
  FD: { bits: 64, signed: true },
  PID: { bits: 64, signed: true },
  ERRNO: { bits: 64, signed: true },
  UINT8: { bits: 8, signed: false },
  SIGTYPE: { bits: 8, signed: false },
  FLAGS8: { bits: 8, signed: false },
  ENUMFLAGS8: { bits: 8, signed: false },
  UINT16: { bits: 16, signed: false },
  SYSCALLID: { bits: 16, signed: false },
  PORT: { bits: 16, signed: false },
  FLAGS16: { bits: 16, signed: false },
  ENUMFLAGS16: { bits: 16, signed: false },
  UINT32: { bits: 32, signed: false },
  MODE: { bits: 32, signed: false },
  FLAGS32: { bits: 32, signed: false },
  ENUMFLAGS32: { bits: 32, signed: false },
  UINT64: { bits: 64, signed: false },
  RELTIME: { bits: 64, signed: false },
  ABSTIME: { bits: 64, signed: false },
}

export function isInteger(type: FieldType): boolean {
  return INTEGERS[type] !== undefined
}

/**
 * A number written in a condition. As with C's sscanf, a negative one wraps around in an unsigned type and any one in a
 * type too small for it; hexadecimal is read as well.
 *
 * @throws CompileProblem `x is not a valid number`
 */
export function parseInteger(text: string, type: FieldType): number | bigint {
  const { bits, signed } = INTEGERS[type] ?? { bits: 64, signed: true }
  if (!/^[ \t\n]*(?:[+-]?[0-9]+|0[xX][0-9a-fA-F]+)$/.test(text)) {
    throw new CompileProblem(`${text} is not a valid number`)
  }
  const small = Number(text)
  if (Number.isSafeInteger(small) && fits(small, bits, signed)) return small
  const wrapped = wrap(BigInt(text.trim().replace(/^\+/, '')), bits, signed)
  return normalized(wrapped)
}

/** A number that an event carries as text; undefined where the text is none. */
export function readInteger(text: string, type: FieldType, base: 8 | 10 | 16): number | bigint | undefined {
  if (base !== 10) {
    const number = Number.parseInt(text, base)
    return Number.isNaN(number) ? undefined : number
  }
  const small = Number(text)
  if (text !== '' && Number.isSafeInteger(small)) {
    const { bits, signed } = INTEGERS[type] ?? { bits: 64, signed: true }
    return small >= 0 || signed ? small : normalized(wrap(BigInt(small), bits, signed))
  }
  return /^-?[0-9]+$/.test(text) ? normalized(BigInt(text)) : undefined
}

function fits(value: number, bits: number, signed: boolean): boolean {
  const limit = 2 ** (signed ? bits - 1 : bits)
  return value < limit && value >= (signed ? -limit : 0)
}

function wrap(value: bigint, bits: number, signed: boolean): bigint {
  return signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)
}

/** Equal numbers are identical: a bigint stands only for what no number can be exact about. */
function normalized(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
