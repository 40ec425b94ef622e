import type { Sensor, SensorIncident, SensorProblem } from '../../runtime/sensors/index.ts'
import { incidentLine } from './event-lines.ts'
import type { Part } from './write-parts.ts'

/** Text that is put together before it is written. */
const PART_CHARACTERS = 256 * 1024

export interface EventPartsOptions {
  /** Bytes that fit into the file. */
  readonly most: number
  /** Called once, where no more fits. */
  full(): void
  problem(problem: SensorProblem): void
  /** What kept the sensor from seeing since the last time. */
  incidents(): readonly SensorIncident[]
  /** Aborts where nothing is written any more. */
  readonly isOver: AbortSignal
}

/**
 * Makes what puts the lines of a sensor's events together to parts of the file.
 *
 * @returns a function of the sensor, of what makes the line of an event (undefined for one that is not wanted), of what is
 *   called where no more fits into the file, and at the end, and of what tells events apart that are counted alone
 */
export function createEventParts({ most, full, problem, incidents, isOver }: EventPartsOptions) {
  let size = 0
  let isFull = false
  return partsOf

  async function* partsOf<E>(
    sensor: Sensor<E>,
    lineOf: (event: E) => string | undefined,
    stop: () => void,
    uncomposed: (event: E) => string | undefined = lineOf,
  ): AsyncGenerator<Part> {
    for await (const batch of sensor) {
      for (const each of batch.problems) problem(each)
      yield* fitting(linesOf(batch.events, lineOf, uncomposed), stop)
    }
    // Of what kept it from seeing last it is told when no event comes any more.
    yield* fitting(linesOf([], lineOf, uncomposed), stop)
    stop()
  }

  function* linesOf<E>(
    events: Iterable<E>,
    lineOf: (event: E) => string | undefined,
    uncomposed: (event: E) => string | undefined,
  ): Generator<string> {
    for (const incident of incidents()) yield incidentLine(incident)
    for (const event of events) {
      // What is not written any more is counted alone: to make the lines takes most of the time.
      const line = isOver.aborted ? uncomposed(event) : lineOf(event)
      if (line !== undefined) yield line
    }
  }

  function* fitting(lines: Iterable<string>, stop: () => void): Generator<Part> {
    if (isFull) return
    let text = ''
    let events = 0
    for (const json of lines) {
      const line = `${json}\n`
      size += Buffer.byteLength(line)
      if (size > most) {
        isFull = true
        full()
        stop()
        break
      }
      text += line
      events++
      if (text.length < PART_CHARACTERS) continue
      yield { text, events }
      text = ''
      events = 0
    }
    if (text !== '') yield { text, events }
  }
}
