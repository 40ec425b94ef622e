import { Duration, Timestamp } from './value.ts'

/** A double as Go prints it shortest (`strconv.FormatFloat(x, 'g', -1, 64)`): `1`, `0.1`, `1e+06`, `1e-05`, `+Inf`. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (exponent >= -4 && exponent < 6) return plain(mantissa, exponent)
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** A mantissa such as `-1.25` with its point moved. */
function plain(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace(/[-.]/g, '')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const fraction = digits.slice(exponent + 1)
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`
}

const SECOND = 1_000_000_000n

/** `5400s`, `0.5s`: seconds, with as many digits as it takes. */
export function formatDuration({ nanos }: Duration): string {
  return `${plainSeconds(nanos)}s`
}

function plainSeconds(nanos: bigint): string {
  const absolute = nanos < 0n ? -nanos : nanos
  const fraction = String(absolute % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '')
  return `${nanos < 0n ? '-' : ''}${absolute / SECOND}${fraction === '' ? '' : `.${fraction}`}`
}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3600n * SECOND,
}

/** @param text - as Go writes durations: `1h30m`, `-1.5s`; @returns undefined for anything else */
export function parseDuration(text: string): Duration | undefined {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  if (rest === '0') return new Duration(0n)
  if (rest === '' || !/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined
  let nanos = 0n
  for (const [, whole = '', fraction = '', unit = ''] of rest.matchAll(/(\d*)\.?(\d*)([a-zµμ]+)/g)) {
    const scale = UNITS[unit] ?? 0n
    nanos += BigInt(whole === '' ? '0' : whole) * scale
    if (fraction !== '') nanos += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length)
  }
  if (sign === '-') nanos = -nanos
  return nanos >= 2n ** 63n || nanos < -(2n ** 63n) ? undefined : new Duration(nanos)
}

/** RFC 3339 in UTC, with as many digits of the second as it takes: `2024-01-01T00:00:00.5Z`. */
export function formatTimestamp({ nanos }: Timestamp): string {
  const fraction = ((nanos % SECOND) + SECOND) % SECOND
  const date = new Date(Number((nanos - fraction) / 1_000_000n))
  const seconds = date.toISOString().slice(0, 19)
  const digits = fraction === 0n ? '' : `.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`
  return `${seconds}${digits}Z`
}

/** The years 1 to 9999, which RFC 3339 can write. */
export const MIN_TIMESTAMP = BigInt(Date.parse('0001-01-01T00:00:00Z')) * 1_000_000n
export const MAX_TIMESTAMP = BigInt(Date.parse('9999-12-31T23:59:59Z')) * 1_000_000n + 999_999_999n

/** @returns undefined for what is not RFC 3339 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text)
  if (match === null) return undefined
  const [, date = '', fraction = '', zone = ''] = match
  const milliseconds = Date.parse(date + zone)
  // A date that does not exist, such as February 30th, would be another one for JavaScript.
  if (Number.isNaN(milliseconds) || !isRealDate(date)) return undefined
  const nanos = BigInt(milliseconds) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  return nanos < MIN_TIMESTAMP || nanos > MAX_TIMESTAMP ? undefined : new Timestamp(nanos)
}

function isRealDate(date: string): boolean {
  const milliseconds = Date.parse(`${date}Z`)
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(date)
}
