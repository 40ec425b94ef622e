import type { Buffer } from 'node:buffer'
import type { SensorIncident } from './incidents.ts'
import { keepRunning, LONGEST_SILENCE, type RunReports, type SensorRun } from './keep-running.ts'
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

/**
 * Keeps haetae-sensor running: see `keepRunning`.
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
  let failure: Extract<SensorReport, { error: unknown }>['error'] | undefined
  let earlier: SensorCounts = { events: 0, drops: {} }
  let latest: SensorCounts = { events: 0, drops: {} }
  const { ready, happened } = incidents
  const failed = (reason: string) =>
    incidents.failed(failure ?? { code: 'ERR_SENSOR_START', what: binary, reason })

  return {
    chunks: keepRunning(start, { ready, happened, failed }, stopping.signal, pause, longestSilence),
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

  function start({ heard, ready }: RunReports): SensorRun<Buffer> {
    failure = undefined
    const started = startSensorProcess(binary, args(wanted), (report) => {
      heard()
      if ('ready' in report) ready()
      else if ('stats' in report) take(report.stats)
      else if ('error' in report) failure = report.error
    })
    current = started
    const ended = started.ended.then(({ status, signal }) => {
      earlier = sum(earlier, latest)
      latest = { events: 0, drops: {} }
      return failure?.reason ?? `${signal ?? status}`
    })
    return { pieces: started.output as AsyncIterable<Buffer>, kill: started.kill, ended }
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

function sum(a: SensorCounts, b: SensorCounts): SensorCounts {
  const drops: Record<string, number> = { ...a.drops }
  for (const [cause, count] of Object.entries(b.drops)) drops[cause] = (drops[cause] ?? 0) + count
  return { events: a.events + b.events, drops }
}
