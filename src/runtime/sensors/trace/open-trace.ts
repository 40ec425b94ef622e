import type { Buffer } from 'node:buffer'
import { type SensorCounts, type SensorReport, startSensorProcess } from '../live/sensor-process.ts'
import { rawCalls } from './signatures.ts'
import { type Traced, TraceStream } from './trace-stream.ts'

export interface TraceOptions {
  /** Path of haetae-sensor. */
  readonly binary: string
  /** Processes to look at, with those that they make. */
  readonly pids?: readonly number[]
  /** Control groups to look at: see `findContainerGroups`. */
  readonly cgroups?: readonly string[]
  readonly exclude: readonly number[]
}

export interface Trace {
  readonly traced: AsyncIterable<Traced>
  /** Resolves when calls are seen; false where the sensor cannot run here: `failure` says why. */
  readonly ready: Promise<boolean>
  failure(): { readonly code: string; readonly what: string; readonly reason: string } | undefined
  counts(): SensorCounts
  /** Looks at these control groups besides; only where it looks at some alone. */
  look(cgroups: readonly string[]): void
  stop(): void
}

/** Opens the system calls of some processes of this machine, without stopping them. */
export function openTrace({ binary, pids = [], cgroups = [], exclude }: TraceOptions): Trace {
  let counts: SensorCounts = { events: 0, drops: {} }
  let failure: Extract<SensorReport, { error: unknown }>['error'] | undefined
  let isStopped = false
  let begun: (isReady: boolean) => void = () => undefined
  const ready = new Promise<boolean>((done) => {
    begun = done
  })
  const args = [
    ...['--raw', rawCalls(), '--calls', 'execve,procexit'],
    ...pids.flatMap((pid) => ['--pid', String(pid)]),
    ...cgroups.flatMap((group) => ['--cgroup', group]),
    ...exclude.flatMap((pid) => ['--exclude', String(pid)]),
  ]
  const sensor = startSensorProcess(binary, args, (report) => {
    if ('ready' in report) begun(true)
    else if ('stats' in report) counts = report.stats
    else if ('error' in report) failure = report.error
  })
  void sensor.ended.then(({ status, signal }) => {
    if (status !== 0 && !isStopped)
      failure ??= { code: 'ERR_SENSOR_START', what: binary, errno: 0, reason: `${signal ?? status}` }
    begun(false)
  })
  return {
    traced: traced(),
    ready,
    failure: () => failure,
    counts: () => counts,
    look: sensor.look,
    stop() {
      isStopped = true
      sensor.stop()
    },
  }

  async function* traced(): AsyncIterable<Traced> {
    const stream = new TraceStream()
    for await (const chunk of sensor.output) yield* stream.read(chunk as Buffer)
    await sensor.ended
  }
}
