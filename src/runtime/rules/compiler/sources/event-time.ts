import type { RawValue } from '../event-source.ts'

/** Nanoseconds since 1970 at which an audit event was made: its `stageTimestamp`. */
export function nanosecondsOf(event: unknown): bigint | undefined {
  if (typeof event !== 'object' || event === null) return undefined
  const { stageTimestamp, timestamp } = event as Readonly<Record<string, unknown>>
  const text = stageTimestamp ?? timestamp
  return typeof text === 'string' ? parseTime(text) : undefined
}

/** RFC 3339 with up to nine digits of a second. */
function parseTime(text: string): bigint | undefined {
  const canonical = parseCanonical(text)
  if (canonical !== undefined) return canonical
  const fraction = /\.(\d{1,9})\d*/.exec(text)
  const milliseconds = Date.parse(fraction === null ? text : text.replace(fraction[0], ''))
  if (Number.isNaN(milliseconds)) return undefined
  return BigInt(milliseconds) * 1_000_000n + BigInt((fraction?.[1] ?? '').padEnd(9, '0'))
}

/** `2026-01-02T03:04:05.000006Z`, as the API server writes its times: read without a regular expression. */
function parseCanonical(text: string): bigint | undefined {
  const end = text.length - 1
  if (end < 19 || end > 29 || text.charCodeAt(end) !== Z || text.charCodeAt(10) !== T) return undefined
  const milliseconds = Date.parse(`${text.slice(0, 19)}Z`)
  if (Number.isNaN(milliseconds)) return undefined
  let fraction = 0
  for (let at = 20; at < 29; at++) {
    const digit = at < end ? text.charCodeAt(at) - ZERO : 0
    if (digit < 0 || digit > 9) return undefined
    fraction = fraction * 10 + digit
  }
  if (end > 19 && text.charCodeAt(19) !== POINT) return undefined
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction)
}

const [T, Z, ZERO, POINT] = [84, 90, 48, 46]

/** Makes what writes a time as one of the `evt.*` time fields; times of day are in UTC. */
export function timeField(name: string): ((nanoseconds: bigint) => RawValue) | undefined {
  return Object.hasOwn(TIME_FIELDS, name) ? TIME_FIELDS[name] : undefined
}

const SECOND = 1_000_000_000n

const TIME_FIELDS: Readonly<Record<string, (nanoseconds: bigint) => RawValue>> = {
  'evt.time': (time) => `${clock(time)}.${fraction(time)}`,
  'evt.time.s': clock,
  'evt.time.iso8601': (time) => `${day(time)}T${clock(time)}.${fraction(time)}+0000`,
  'evt.datetime': (time) => `${day(time)} ${clock(time)}.${fraction(time)}`,
  'evt.datetime.s': (time) => `${day(time)} ${clock(time)}`,
  'evt.rawtime': (time) => time,
  'evt.rawtime.s': (time) => time / SECOND,
  'evt.rawtime.ns': (time) => time % SECOND,
  'json.rawtime': (time) => String(time),
  'jevt.rawtime': (time) => String(time),
}

function fraction(time: bigint): string {
  return String(time % SECOND).padStart(9, '0')
}

function day(time: bigint): string {
  return iso(time).slice(0, 10)
}

function clock(time: bigint): string {
  return iso(time).slice(11, 19)
}

function iso(time: bigint): string {
  return new Date(Number(time / 1_000_000n)).toISOString()
}
