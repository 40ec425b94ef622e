import type { Buffer } from 'node:buffer'
import { type SensorIncident, SILENT } from './incidents.ts'
import {
  type SensorCounts,
  type SensorProcess,
  type SensorReport,
  startSensorProcess,
} from './sensor-process.ts'
import type { SensorWants } from './wanted-calls.ts'

/** What happens beside the events. */
export interface SensorIncidents {
  /** The sensor is seeing events, for the first time or again. */
  ready(): void
  happened(incident: SensorIncident): void
  /** It cannot run here. */
  failed(error: { readonly code: string; readonly what: string; readonly reason: string }): void
}

export interface SupervisedSensor {
  /**
   * A capture, which begins anew behind each `restart`: what of it was cut off there is to be forgotten. Ends when the
   * sensor is stopped, or cannot run.
   */
  readonly chunks: AsyncIterable<Buffer | 'restart'>
  want(wanted: SensorWants): void
  /** Also looks at these control groups: see `SensorProcess`. A sensor that is started again gets them by `args`. */
  look(cgroups: readonly string[]): void
  stop(): void
  /** Counts over all its runs. */
  counts(): SensorCounts
}

/** Milliseconds before a sensor that ended is started again: doubled each time, until it has run for a while. */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 30_000
const RUNS_WELL_AFTER = 60_000

/** It gives a sign of life each second; one that is stopped, or hangs, gives none, and is ended after this long. */
export const LONGEST_SILENCE = 15_000

/** How long to wait before each new start. */
export function createPauses(): (ranMilliseconds: number) => number {
  let wait = FIRST_PAUSE
  return (ran) => {
    if (ran > RUNS_WELL_AFTER) wait = FIRST_PAUSE
    const now = wait
    wait = Math.min(wait * 2, LONGEST_PAUSE)
    return now
  }
}

/**
 * Keeps a sensor running: one that ends by itself, is killed or says nothing any more is started again with growing
 * pauses, and the gap is told. One that never became ready is not: it cannot run here, and the caller has another choice to make.
 *
 * @param pause - waits so many milliseconds, or until the signal aborts
 * @param longestSilence - milliseconds without a sign of life after which it is ended
 */
export function superviseSensor(
  binary: string,
  args: (wanted: SensorWants) => readonly string[],
  first: SensorWants,
  incidents: SensorIncidents,
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void>,
  longestSilence = LONGEST_SILENCE,
): SupervisedSensor {
  const stopping = new AbortController()
  let wanted = first
  let current: SensorProcess | undefined
  let earlier: SensorCounts = { events: 0, drops: {} }
  let latest: SensorCounts = { events: 0, drops: {} }

  return {
    chunks: run(),
    want(next) {
      wanted = next
      current?.want(next)
    },
    look: (cgroups) => current?.look(cgroups),
    stop() {
      stopping.abort()
      current?.stop()
    },
    counts: () => sum(earlier, latest),
  }

  async function* run(): AsyncIterable<Buffer | 'restart'> {
    const pauses = createPauses()
    let hasBeenReady = false
    let gap: { start: number; cause: string } | undefined
    while (!stopping.signal.aborted) {
      let isReady = false
      let failure: Extract<SensorReport, { error: unknown }>['error'] | undefined
      let isSilent = false
      const began = performance.now()
      const life = signsOfLife()
      const started = startSensorProcess(binary, args(wanted), (report) => {
        life.heard()
        if ('ready' in report) {
          isReady = true
          incidents.ready()
          if (gap !== undefined) incidents.happened({ kind: 'gap', ...gap, end: Date.now() })
          gap = undefined
        } else if ('stats' in report) take(report.stats)
        else if ('error' in report) failure = report.error
      })
      current = started
      const watch = setInterval(() => {
        if (!life.isSilent() || !isReady) return
        isSilent = true
        started.kill()
      }, longestSilence / LOOKS)
      try {
        for await (const chunk of started.output) {
          life.working()
          yield chunk as Buffer
          life.listening()
        }
      } finally {
        clearInterval(watch)
      }
      const { status, signal } = await started.ended
      hasBeenReady ||= isReady
      earlier = sum(earlier, latest)
      latest = { events: 0, drops: {} }
      if (stopping.signal.aborted) return
      if (!hasBeenReady) {
        incidents.failed(failure ?? { code: 'ERR_SENSOR_START', what: binary, reason: `${signal ?? status}` })
        return
      }
      const cause = isSilent ? SILENT : (failure?.reason ?? `${signal ?? status}`)
      gap ??= { start: life.last(), cause }
      incidents.happened({ kind: 'stopped', time: Date.now(), cause })
      await pause(pauses(performance.now() - began), stopping.signal)
      yield 'restart'
    }
  }

  function take(stats: SensorCounts): void {
    const causes: Record<string, number> = {}
    for (const [cause, count] of Object.entries(stats.drops)) {
      const more = count - (latest.drops[cause] ?? 0)
      if (more > 0) causes[cause] = more
    }
    latest = stats
    if (Object.keys(causes).length > 0) incidents.happened({ kind: 'drops', time: Date.now(), causes })
  }
}

/** How often a sensor is looked after within its longest silence. */
export const LOOKS = 4

/**
 * When a sensor was last heard of, and whether it is silent. It can be so only where it is listened to: while what it said is
 * worked off, its pipe may be full, and it has to wait with the next word, although it is well. So looks are counted, not
 * milliseconds: time in which this process did not run either is no silence of the sensor.
 */
export function signsOfLife() {
  let time = Date.now()
  let hasSpoken = true
  let isWorking = false
  let quietLooks = 0
  const heard = () => {
    time = Date.now()
    hasSpoken = true
  }
  return {
    /** It has said something. */
    heard,
    /** What it said is worked off; nothing more is read meanwhile. */
    working() {
      heard()
      isWorking = true
    },
    /** It is listened to again. */
    listening() {
      heard()
      isWorking = false
    },
    /** To be asked `LOOKS` times within the longest silence. */
    isSilent(): boolean {
      quietLooks = hasSpoken || isWorking ? 0 : quietLooks + 1
      hasSpoken = false
      return quietLooks >= LOOKS
    },
    /** The time of the last sign of life, in milliseconds since 1970. */
    last: () => time,
  }
}

function sum(a: SensorCounts, b: SensorCounts): SensorCounts {
  const drops: Record<string, number> = { ...a.drops }
  for (const [cause, count] of Object.entries(b.drops)) drops[cause] = (drops[cause] ?? 0) + count
  return { events: a.events + b.events, drops }
}
