import { type FunctionDeclaration, member, type Overload } from '../check/declarations.ts'
import { DURATION, INT, STRING, TIMESTAMP } from '../types/type.ts'
import { type Duration, Failure, type Result, type Timestamp } from '../values/value.ts'

const MILLISECOND = 1_000_000n
const SECOND = 1_000n * MILLISECOND

/** The time on the wall of a zone, as if it were UTC; milliseconds since 1970. */
function wallClock({ nanos }: Timestamp, zone: string): Date | Failure {
  const fraction = ((nanos % MILLISECOND) + MILLISECOND) % MILLISECOND
  const utc = Number((nanos - fraction) / MILLISECOND)
  const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone)
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3])
    return new Date(utc + (offset[1] === '-' ? -minutes : minutes) * 60_000)
  }
  if (zone === '' || zone === 'UTC') return new Date(utc)
  try {
    return new Date(utc + zoneOffset(utc, zone))
  } catch {
    return new Failure(`unknown time zone ${zone}`)
  }
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** How far a zone is ahead of UTC at a time, in milliseconds. */
function zoneOffset(utc: number, zone: string): number {
  const formatter =
    formatters.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  if (formatters.size < 500) formatters.set(zone, formatter)
  const name = formatter.formatToParts(utc).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name) ?? []
  const ahead = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  return sign === '-' ? -ahead : ahead
}

/** A part of a timestamp, in UTC or in a zone. */
function ofTimestamp(id: string, get: (date: Date) => number): Overload[] {
  const call = (timestamp: Timestamp, zone = ''): Result => {
    const date = wallClock(timestamp, zone)
    return date instanceof Failure ? date : BigInt(get(date))
  }
  return [
    member(`timestamp_to_${id}`, [TIMESTAMP], INT, call),
    member(`timestamp_to_${id}_with_tz`, [TIMESTAMP, STRING], INT, call),
  ]
}

function ofDuration(id: string, unit: bigint): Overload {
  return member(`duration_to_${id}`, [DURATION], INT, ({ nanos }: Duration) => nanos / unit)
}

function dayOfYear(date: Date): number {
  const first = new Date(date.getTime())
  first.setUTCMonth(0, 1)
  return Math.round((date.getTime() - first.getTime()) / 86_400_000)
}

/** Parts of timestamps and durations (CEL language definition, "Abstract Types"). */
export const time: readonly FunctionDeclaration[] = [
  { name: 'getFullYear', overloads: ofTimestamp('year', (date) => date.getUTCFullYear()) },
  { name: 'getMonth', overloads: ofTimestamp('month', (date) => date.getUTCMonth()) },
  { name: 'getDayOfYear', overloads: ofTimestamp('day_of_year', dayOfYear) },
  { name: 'getDayOfMonth', overloads: ofTimestamp('day_of_month', (date) => date.getUTCDate() - 1) },
  { name: 'getDate', overloads: ofTimestamp('day_of_month_1_based', (date) => date.getUTCDate()) },
  { name: 'getDayOfWeek', overloads: ofTimestamp('day_of_week', (date) => date.getUTCDay()) },
  {
    name: 'getHours',
    overloads: [...ofTimestamp('hours', (date) => date.getUTCHours()), ofDuration('hours', 3600n * SECOND)],
  },
  {
    name: 'getMinutes',
    overloads: [
      ...ofTimestamp('minutes', (date) => date.getUTCMinutes()),
      ofDuration('minutes', 60n * SECOND),
    ],
  },
  {
    name: 'getSeconds',
    overloads: [...ofTimestamp('seconds', (date) => date.getUTCSeconds()), ofDuration('seconds', SECOND)],
  },
  {
    name: 'getMilliseconds',
    overloads: [
      ...ofTimestamp('milliseconds', (date) => date.getUTCMilliseconds()),
      ofDuration('milliseconds', MILLISECOND),
    ],
  },
]
