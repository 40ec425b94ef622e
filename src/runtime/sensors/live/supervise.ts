import type { Buffer } from 'node:buffer'
import {
  type SensorCounts,
  type SensorProcess,
  type SensorReport,
  startSensorProcess,
} from './sensor-process.ts'

/** What happens beside the events. */
export interface SensorIncidents {
  /** The sensor is seeing events, for the first time or again. */
  ready(): void
  /** It ended by itself; nothing is seen until it is ready again. */
  lost(reason: string): void
  /** Events were lost since the last time: how many by cause. */
  dropped(causes: Readonly<Record<string, number>>): void
  /** It cannot run here. */
  failed(error: { readonly code: string; readonly what: string; readonly reason: string }): void
}

export interface SupervisedSensor {
  /**
   * A capture, which begins anew behind each `restart`: what of it was cut off there is to be forgotten. Ends when the
   * sensor is stopped, or cannot run.
   */
  readonly chunks: AsyncIterable<Buffer | 'restart'>
  want(calls: readonly string[]): void
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

/**
 * Keeps a sensor running: one that ends by itself, or is killed, is started again with growing pauses, and the gap is
 * told. One that never became ready is not: it cannot run here, and the caller has another choice to make.
 *
 * @param pause - waits so many milliseconds, or until the signal aborts
 */
export function superviseSensor(
  binary: string,
  args: (calls: readonly string[]) => readonly string[],
  calls: readonly string[],
  incidents: SensorIncidents,
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void>,
): SupervisedSensor {
  const stopping = new AbortController()
  let wanted = calls
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
    let wait = FIRST_PAUSE
    let hasBeenReady = false
    while (!stopping.signal.aborted) {
      let isReady = false
      let failure: Extract<SensorReport, { error: unknown }>['error'] | undefined
      const began = performance.now()
      current = startSensorProcess(binary, args(wanted), (report) => {
        if ('ready' in report) {
          isReady = true
          incidents.ready()
        } else if ('stats' in report) take(report.stats)
        else if ('error' in report) failure = report.error
      })
      for await (const chunk of current.output) yield chunk as Buffer
      const { status, signal } = await current.ended
      hasBeenReady ||= isReady
      earlier = sum(earlier, latest)
      latest = { events: 0, drops: {} }
      if (stopping.signal.aborted) return
      if (!hasBeenReady) {
        incidents.failed(failure ?? { code: 'ERR_SENSOR_START', what: binary, reason: `${signal ?? status}` })
        return
      }
      incidents.lost(failure?.reason ?? `${signal ?? status}`)
      if (performance.now() - began > RUNS_WELL_AFTER) wait = FIRST_PAUSE
      await pause(wait, stopping.signal)
      wait = Math.min(wait * 2, LONGEST_PAUSE)
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
    if (Object.keys(causes).length > 0) incidents.dropped(causes)
  }
}

function sum(a: SensorCounts, b: SensorCounts): SensorCounts {
  const drops: Record<string, number> = { ...a.drops }
  for (const [cause, count] of Object.entries(b.drops)) drops[cause] = (drops[cause] ?? 0) + count
  return { events: a.events + b.events, drops }
}
