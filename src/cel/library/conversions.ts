import { goQuote } from '../../kubernetes/index.ts'
import { type FunctionDeclaration, overload } from '../check/declarations.ts'
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  parameter,
  STRING,
  TIMESTAMP,
  type Type,
  typeOfType,
  UINT,
} from '../types/type.ts'
import { MAX_INT, MIN_INT, toInt, toUint } from '../values/numbers.ts'
import {
  formatDouble,
  formatDuration,
  formatTimestamp,
  parseDuration,
  parseTimestamp,
} from '../values/text.ts'
import { typeOf } from '../values/type-of.ts'
import {
  type Duration,
  Failure,
  type Result,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from '../values/value.ts'

const A = parameter('A')
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

function unconvertible(from: string, to: Type): Failure {
  return new Failure(`type conversion error from '${from}' to '${to.name}'`)
}

/** @param parse - undefined for a text that says no such value */
function fromText<T extends Value>(
  to: Type,
  parse: (text: string) => T | undefined,
): (text: string) => Result {
  return (text) => parse(text) ?? unconvertible('string', to)
}

function parseInteger(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text) || text.length > 25) return undefined
  const value = BigInt(text.replace(/^\+/, ''))
  return value > MAX_INT || value < MIN_INT ? undefined : value
}

function parseUnsigned(text: string): Uint | undefined {
  if (!/^\d+$/.test(text) || text.length > 25) return undefined
  const value = toUint(BigInt(text))
  return value instanceof Failure ? undefined : value
}

function parseDouble(text: string): number | undefined {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text)
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return Number.NaN
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

function parseBool(text: string): boolean | undefined {
  if (TRUE.has(text)) return true
  return FALSE.has(text) ? false : undefined
}

function intOfDouble(value: number): Result {
  if (!(Math.abs(value) < 2 ** 63)) return new Failure('integer overflow')
  return BigInt(Math.trunc(value))
}

function uintOfDouble(value: number): Result {
  if (!(value >= 0 && value < 2 ** 64)) return new Failure('unsigned integer overflow')
  return new Uint(BigInt(Math.trunc(value)))
}

function textOfBytes(bytes: Uint8Array): Result {
  try {
    return decoder.decode(bytes)
  } catch {
    return new Failure('invalid UTF-8 in bytes, cannot convert to string')
  }
}

function timestampOfText(text: string): Result {
  return parseTimestamp(text) ?? new Failure(`invalid RFC 3339 timestamp ${goQuote(text)}`)
}

const same = (value: Value): Result => value

/** Conversions between types (CEL language definition, "List of Standard Definitions"). */
export const conversions: readonly FunctionDeclaration[] = [
  {
    name: 'type',
    overloads: [overload('type', [A], typeOfType(A), (value: Value) => new TypeValue(typeOf(value)))],
  },
  { name: 'dyn', overloads: [overload('to_dyn', [A], DYN, same)] },
  {
    name: 'bool',
    overloads: [
      overload('bool_to_bool', [BOOL], BOOL, same),
      overload('string_to_bool', [STRING], BOOL, fromText(BOOL, parseBool)),
    ],
  },
  {
    name: 'bytes',
    overloads: [
      overload('bytes_to_bytes', [BYTES], BYTES, same),
      overload('string_to_bytes', [STRING], BYTES, (text: string) => encoder.encode(text)),
    ],
  },
  {
    name: 'double',
    overloads: [
      overload('double_to_double', [DOUBLE], DOUBLE, same),
      overload('int64_to_double', [INT], DOUBLE, (value: bigint) => Number(value)),
      overload('string_to_double', [STRING], DOUBLE, fromText(DOUBLE, parseDouble)),
      overload('uint64_to_double', [UINT], DOUBLE, ({ value }: Uint) => Number(value)),
    ],
  },
  {
    name: 'duration',
    overloads: [
      overload('duration_to_duration', [DURATION], DURATION, same),
      overload('string_to_duration', [STRING], DURATION, fromText(DURATION, parseDuration)),
    ],
  },
  {
    name: 'int',
    overloads: [
      overload('int64_to_int64', [INT], INT, same),
      overload('double_to_int64', [DOUBLE], INT, intOfDouble),
      overload('duration_to_int64', [DURATION], INT, ({ nanos }: Duration) => nanos),
      overload('string_to_int64', [STRING], INT, fromText(INT, parseInteger)),
      overload('timestamp_to_int64', [TIMESTAMP], INT, ({ nanos }: Timestamp) =>
        floorDivide(nanos, 1_000_000_000n),
      ),
      overload('uint64_to_int64', [UINT], INT, ({ value }: Uint) => toInt(value)),
    ],
  },
  {
    name: 'string',
    overloads: [
      overload('string_to_string', [STRING], STRING, same),
      overload('bool_to_string', [BOOL], STRING, String),
      overload('bytes_to_string', [BYTES], STRING, textOfBytes),
      overload('double_to_string', [DOUBLE], STRING, formatDouble),
      overload('duration_to_string', [DURATION], STRING, formatDuration),
      overload('int64_to_string', [INT], STRING, String),
      overload('timestamp_to_string', [TIMESTAMP], STRING, formatTimestamp),
      overload('uint64_to_string', [UINT], STRING, ({ value }: Uint) => String(value)),
    ],
  },
  {
    name: 'timestamp',
    overloads: [
      overload('timestamp_to_timestamp', [TIMESTAMP], TIMESTAMP, same),
      overload(
        'int64_to_timestamp',
        [INT],
        TIMESTAMP,
        (value: bigint) => new Timestamp(value * 1_000_000_000n),
      ),
      overload('string_to_timestamp', [STRING], TIMESTAMP, timestampOfText),
    ],
  },
  {
    name: 'uint',
    overloads: [
      overload('uint64_to_uint64', [UINT], UINT, same),
      overload('double_to_uint64', [DOUBLE], UINT, uintOfDouble),
      overload('int64_to_uint64', [INT], UINT, (value: bigint) => toUint(value)),
      overload('string_to_uint64', [STRING], UINT, fromText(UINT, parseUnsigned)),
    ],
  },
]

function floorDivide(value: bigint, by: bigint): bigint {
  return value < 0n && value % by !== 0n ? value / by - 1n : value / by
}
