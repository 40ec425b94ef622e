import { LineSplitter, type LogLine, READ_LIMITS } from '../../api-access/audit/index.ts'
import { isRecord } from '../../kubernetes/index.ts'
import type { Message } from '../../messages/index.ts'
import { parseExactly } from './exact-integers.ts'
import { eventOfFalcoAlert, isFalcoAlert, lossOfAlert, otherSourceOf } from './foreign/falco-alert.ts'
import { beginsAsJson } from './foreign/json.ts'
import { eventOfTetragon, isBesideCalls, isTetragonEvent, lossOfTetragon } from './foreign/tetragon.ts'
import { sensorMessages } from './messages.ts'
import type { Sensor, SensorBatch, SensorProblem } from './sensor.ts'
import { MOST_KEPT, type StraceLimit } from './strace/processes.ts'
import { createStraceEvents } from './strace/strace-events.ts'
import { withoutMark } from './text.ts'
import { unreadable } from './unreadable.ts'

const { make } = sensorMessages

/** An event of the kernel: values of fields by their names, most of them as text. */
export interface SensedSyscallEvent {
  readonly num?: number
  /** Nanoseconds since 1970. */
  readonly ts?: number | string
  readonly tid?: number
  /** Name of the event's type: the system call, mostly. */
  readonly type?: string
  readonly fields: Readonly<Record<string, SensedValue>>
}

export type SensedScalar = string | number | boolean
export type SensedValue = SensedScalar | null | readonly SensedScalar[]

/**
 * Makes a sensor of events of the kernel that were recorded as text, one event a line: JSON Lines of fields, alerts of Falco
 * as JSON, events of Tetragon as JSON, or what `strace -f` prints.
 *
 * @param chunks - bytes of UTF-8; an error while they are read becomes a problem
 * @param source - its name for positions
 */
export async function* senseSyscallEvents(
  chunks: AsyncIterable<Buffer>,
  source: string,
): Sensor<SensedSyscallEvent> {
  const splitter = new LineSplitter(READ_LIMITS.lineBytes)
  const passed = new Set<StraceLimit>()
  const told = new Set<StraceLimit>()
  const passedOver = new Set<string>()
  const readTrace = createStraceEvents((limit) => passed.add(limit))
  let count = 0
  try {
    for await (const chunk of chunks) yield decode(splitter.push(chunk))
  } catch (error) {
    yield { events: [], problems: [unreadable(error, source)] }
  }
  yield decode(splitter.finish())

  function decode(lines: readonly LogLine[]): SensorBatch<SensedSyscallEvent> {
    const events: SensedSyscallEvent[] = []
    const problems: SensorProblem[] = []
    for (const line of lines) {
      const tell = (code: string, problem: Message, isLoss = true) =>
        problems.push({ code, problem, position: { source, line: line.number }, isLoss })
      if ('tooLong' in line) {
        tell('ERR_TOO_LONG', make['too-long']({ bytes: line.bytes, limit: READ_LIMITS.lineBytes }))
        continue
      }
      const text = withoutMark(line.text)
      if (text.trim() === '') continue
      if (line.invalidByte > 0)
        tell('ERR_INVALID_UTF8', make['invalid-utf8']({ byte: line.invalidByte }), false)
      if (!beginsAsJson(text)) {
        const traced = readTrace(text)
        for (const limit of passed.difference(told)) {
          told.add(limit)
          tell('ERR_TOO_MANY', make[`too-many-${limit}`]({ limit: MOST_KEPT[limit] }))
        }
        if (traced === 'unknown') tell('ERR_NOT_JSON', make['not-json']({}))
        else if (traced !== 'none') events.push(traced)
        continue
      }
      const value = parse(text)
      if (value === undefined) {
        tell('ERR_NOT_JSON', make['not-json']({}))
        continue
      }
      if (isRecord(value) && isBesideCalls(value)) continue
      if (isRecord(value) && isFalcoAlert(value)) {
        const lost = lossOfAlert(value)
        const other = otherSourceOf(value)
        if (lost !== undefined) tell('ERR_EVENTS_LEFT_OUT', make['alert-lost']({ count: lost }))
        else if (other !== undefined && !passedOver.has(other))
          tell('ERR_OTHER_SOURCE', make['other-source']({ source: other }), false)
        if (other !== undefined) {
          if (passedOver.size < MOST_SOURCES) passedOver.add(other)
          continue
        }
      }
      const loss = isRecord(value) ? lossOfTetragon(value) : undefined
      const event = loss === undefined ? eventOf(value, count + 1) : undefined
      if (loss !== undefined) tell('ERR_EVENTS_LEFT_OUT', make['left-out'](loss))
      else if (event === undefined) tell('ERR_NOT_AN_EVENT', make['not-an-event']({}))
      else {
        count++
        events.push(event)
      }
    }
    return { events, problems }
  }
}

/** Sources of other alerts that are told once each. */
const MOST_SOURCES = 100

function eventOf(value: unknown, num: number): SensedSyscallEvent | undefined {
  if (isEvent(value)) return value
  if (!isRecord(value)) return undefined
  if (isFalcoAlert(value)) return eventOfFalcoAlert(value, num)
  return isTetragonEvent(value) ? eventOfTetragon(value, num) : undefined
}

/** @returns undefined for text that is no JSON */
function parse(text: string): unknown {
  try {
    return parseExactly(text)
  } catch {
    return undefined
  }
}

function isEvent(value: unknown): value is SensedSyscallEvent {
  if (!isRecord(value) || !isRecord(value['fields'])) return false
  const { num, ts, tid, type } = value
  if (num !== undefined && typeof num !== 'number') return false
  if (ts !== undefined && typeof ts !== 'number' && typeof ts !== 'string') return false
  if (tid !== undefined && typeof tid !== 'number') return false
  if (type !== undefined && typeof type !== 'string') return false
  for (const name in value['fields']) if (!isValue(value['fields'][name])) return false
  return true
}

function isValue(value: unknown): value is SensedValue {
  return Array.isArray(value) ? value.every((each) => each !== null && isScalar(each)) : isScalar(value)
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object'
}
