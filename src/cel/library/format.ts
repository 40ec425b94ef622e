import { goQuote } from '../../kubernetes/index.ts'
import { type FunctionDeclaration, member } from '../check/declarations.ts'
import { DYN_LIST, STRING } from '../types/type.ts'
import { List } from '../values/list.ts'
import { Mapping } from '../values/mapping.ts'
import { formatDouble, formatDuration, formatTimestamp } from '../values/text.ts'
import { typeOf } from '../values/type-of.ts'
import { Duration, Failure, type Result, Timestamp, TypeValue, Uint, type Value } from '../values/value.ts'
import { boundedText } from './bounded.ts'

/** A clause that cannot be formatted. */
class FormatError extends Error {}

const AROUND = 'error during formatting: '

/** cel-go's extension "Strings", `format`: "%s", "%d", "%f", "%e", "%b", "%x", "%X", "%o" and "%%". */
export const formatting: readonly FunctionDeclaration[] = [
  { name: 'format', overloads: [member('string_format', [STRING, DYN_LIST], STRING, format)] },
]

function format(template: string, args: List): Result {
  const parts: string[] = []
  let length = 0
  let index = 0
  let copied = 0
  try {
    for (let at = template.indexOf('%'); at >= 0; at = template.indexOf('%', copied)) {
      add(template.slice(copied, at))
      if (template[at + 1] === '%') {
        add('%')
        copied = at + 2
        continue
      }
      if (index >= args.size) return new Failure(`index ${index} out of range`)
      const [, precision, clause] = /^%(?:\.(\d+))?(.)/s.exec(template.slice(at, at + 30)) ?? []
      if (clause === undefined) return new Failure('unexpected end of string')
      const number = precision === undefined ? 6 : Number(precision)
      if (number > 100) return new Failure('could not parse formatting clause: precision too large')
      add(clauseText(clause, args.at(index++), number))
      copied = at + 2 + (precision === undefined ? 0 : precision.length + 1)
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return new Failure(error.message)
  }
  add(template.slice(copied))
  return parts.join('')

  function add(part: string): void {
    length += part.length
    boundedText(length, () => part)
    parts.push(part)
  }
}

function clauseText(clause: string, value: Value, precision: number): string {
  switch (clause) {
    case 's':
      return plainText(value)
    case 'd':
      if (typeof value === 'bigint') return String(value)
      if (value instanceof Uint) return String(value.value)
      throw new FormatError(
        `${AROUND}decimal clause can only be used on integers, was given ${typeOf(value).name}`,
      )
    case 'f':
      return fixed(doubleOf(value, 'fixed-point'), precision)
    case 'e':
      return scientific(doubleOf(value, 'scientific'), precision)
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0'
      return integer(value, 2, 'only integers and bools can be formatted as binary')
    case 'o':
      return integer(value, 8, 'octal clause can only be used on integers')
    case 'x':
      return hexadecimal(value)
    case 'X':
      return hexadecimal(value).toUpperCase()
    default:
      throw new FormatError(`could not parse formatting clause: unrecognized formatting clause "${clause}"`)
  }
}

/** `%s` of a value; texts within lists and maps are quoted. */
function plainText(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'number':
      return formatDouble(value)
    default:
  }
  if (value === null) return 'null'
  if (value instanceof Uint) return String(value.value)
  if (value instanceof Timestamp) return formatTimestamp(value)
  if (value instanceof Duration) return formatDuration(value)
  if (value instanceof TypeValue) return value.type.name
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (value instanceof List) return `[${[...value].map(innerText).join(', ')}]`
  if (value instanceof Mapping) {
    const entries = [...value.keys()].map(
      (key) => [innerText(key), innerText(value.get(key) ?? null)] as const,
    )
    const sorted = entries.toSorted(([one], [other]) => (one < other ? -1 : 1))
    return `{${sorted.map((entry) => entry.join(':')).join(', ')}}`
  }
  throw new FormatError(
    `${AROUND}string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${typeOf(value).name}`,
  )
}

function innerText(value: Value): string {
  if (typeof value === 'string') return goQuote(value)
  if (value instanceof Uint8Array) return `b${goQuote(plainText(value))}`
  if (value instanceof Timestamp) return `timestamp("${formatTimestamp(value)}")`
  if (value instanceof Duration) return `duration("${formatDuration(value)}")`
  if (typeof value === 'number')
    return Number.isFinite(value) ? value.toFixed(6) : goQuote(formatDouble(value))
  return plainText(value)
}

function doubleOf(value: Value, clause: string): number {
  if (typeof value === 'number') return value
  const special = {
    NaN: Number.NaN,
    Infinity: Number.POSITIVE_INFINITY,
    '-Infinity': Number.NEGATIVE_INFINITY,
  }
  if (typeof value === 'string' && value in special) return special[value as keyof typeof special]
  throw new FormatError(
    `${AROUND}${clause} clause can only be used on doubles, was given ${typeOf(value).name}`,
  )
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return undefined
  return value > 0 ? '∞' : '-∞'
}

/** As American English writes it, which the API server's locale is: `1,234.50`. */
function fixed(value: number, precision: number): string {
  const digits = {
    minimumFractionDigits: precision,
    maximumFractionDigits: precision,
    roundingMode: 'halfEven',
  } as const
  return special(value) ?? value.toLocaleString('en-US', digits)
}

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** `1.234568×10⁰⁴`: always six digits; what is written as the precision is the width, as in the API server. */
function scientific(value: number, width: number): string {
  const odd = special(value)
  if (odd !== undefined) return odd.padStart(width)
  const [mantissa = '', exponent = '0'] = value.toExponential(6).split('e')
  const digits = String(Math.abs(Number(exponent))).padStart(2, '0')
  const raised = [...digits].map((digit) => SUPERSCRIPT[Number(digit)]).join('')
  return `${mantissa}×10${Number(exponent) < 0 ? '⁻' : ''}${raised}`.padStart(width)
}

function integer(value: Value, base: number, problem: string): string {
  if (typeof value === 'bigint') return value.toString(base)
  if (value instanceof Uint) return value.value.toString(base)
  throw new FormatError(`${AROUND}${problem}, was given ${typeOf(value).name}`)
}

function hexadecimal(value: Value): string {
  if (typeof value === 'string') return Buffer.from(value).toString('hex')
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return integer(value, 16, 'only integers, byte buffers, and strings can be formatted as hex')
}
