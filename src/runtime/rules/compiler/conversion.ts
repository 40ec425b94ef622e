import type { Field, FieldType } from '../fields/index.ts'
import { parseAddress } from './address.ts'
import type { RawScalar, RawValue } from './event-source.ts'
import { readInteger } from './integers.ts'
import { comparisonOf } from './operators.ts'
import type { Scalar, Value } from './value.ts'

/**
 * Makes what turns a field as an event carries it into a value of the field's type. Text that does not read as the type
 * is no value.
 */
export function converter(type: FieldType, notation: Field['notation']): (raw: RawValue) => Value {
  const convert = scalarConverter(type, notation)
  return (raw) => {
    if (raw === undefined || raw === null) return undefined
    if (typeof raw !== 'object') return convert(raw)
    const values: Scalar[] = []
    for (const element of raw) {
      const value = convert(element)
      if (value !== undefined) values.push(value)
    }
    return values.length === 0 ? undefined : values
  }
}

function scalarConverter(
  type: FieldType,
  notation: Field['notation'],
): (raw: RawScalar) => Scalar | undefined {
  const comparison = comparisonOf(type)
  if (comparison === 'boolean') return toBoolean
  if (comparison === 'address') return (raw) => (typeof raw === 'string' ? parseAddress(raw) : undefined)
  if (comparison === 'number') {
    return type === 'DOUBLE' ? toDouble : (raw) => toInteger(raw, type, BASES[notationOf(type, notation)])
  }
  return (raw) => (typeof raw === 'string' ? raw : String(raw))
}

const BASES = { decimal: 10, hexadecimal: 16, octal: 8 } as const

/** Falco prints flags in hexadecimal and modes in octal. */
function notationOf(type: FieldType, notation: Field['notation']): Field['notation'] {
  if (type.startsWith('FLAGS')) return 'hexadecimal'
  return type === 'MODE' ? 'octal' : notation
}

function toBoolean(raw: RawScalar): boolean | undefined {
  if (typeof raw === 'boolean') return raw
  if (raw === 'true' || raw === '1' || raw === 1) return true
  if (raw === 'false' || raw === '0' || raw === 0) return false
  return undefined
}

function toDouble(raw: RawScalar): number | undefined {
  const number = typeof raw === 'string' && raw.trim() === '' ? Number.NaN : Number(raw)
  return Number.isNaN(number) ? undefined : number
}

function toInteger(raw: RawScalar, type: FieldType, base: 8 | 10 | 16): number | bigint | undefined {
  if (typeof raw === 'number') return Number.isInteger(raw) ? raw : undefined
  if (typeof raw === 'bigint') return readInteger(String(raw), type, 10)
  return typeof raw === 'string' ? readInteger(raw, type, base) : Number(raw)
}

/** Of which JavaScript type raw values are that conversion leaves as they are. */
export type AsItIs = 'string' | 'boolean' | 'integer' | 'nothing'

export function asItIs(type: FieldType): AsItIs {
  const comparison = comparisonOf(type)
  if (comparison === 'boolean') return 'boolean'
  if (comparison === 'address') return 'nothing'
  if (comparison === 'number') return type === 'DOUBLE' ? 'nothing' : 'integer'
  return 'string'
}
