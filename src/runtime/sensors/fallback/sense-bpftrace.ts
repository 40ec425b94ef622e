import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { SensorIncident } from '../live/incidents.ts'
import {
  keepRunning,
  LONGEST_SILENCE,
  type RunIncidents,
  type RunReports,
  type SensorRun,
} from '../live/keep-running.ts'
import { sensorMessages } from '../messages.ts'
import type { Sensor, SensorProblem } from '../sensor.ts'
import type { SensedSyscallEvent } from '../syscall-events.ts'
import { createBootClock } from './boot-clock.ts'
import { createBpftraceEvents } from './bpftrace-events.ts'
import { bpftraceProgram, LONGEST_TEXT } from './bpftrace-program.ts'
import { KnownProcesses } from './known-processes.ts'

const { make } = sensorMessages

/** A sensor that knows less than the one of our own. */
export interface FallbackSensor {
  readonly sensor: Sensor<SensedSyscallEvent>
  stop(): void
  counts(): { readonly events: number; readonly drops: Readonly<Record<string, number>> }
}

export interface FallbackOptions {
  /** As `wantedCalls` has them. */
  readonly calls: readonly string[]
  /** Processes whose events are left out, such as our own. */
  readonly exclude: readonly number[]
  readonly ready: () => void
  /** Told of what keeps it from seeing. */
  readonly incident: (incident: SensorIncident) => void
}

/** Of what bpftrace says when it cannot run, the last words. */
const SHOWN_CHARACTERS = 300
/** Pages of each processor's buffer: 4 MiB. */
const PAGES = '1024'

/**
 * Opens the events of this machine's kernel by bpftrace, which is kept running: see `keepRunning`.
 *
 * @param command - its path or name
 * @param pause - waits so many milliseconds, or until the signal aborts
 * @param longestSilence - milliseconds without a sign of life after which it is ended
 */
export function openBpftrace(
  command: string,
  { calls, exclude, ready, incident }: FallbackOptions,
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void>,
  longestSilence = LONGEST_SILENCE,
): FallbackSensor {
  const stopping = new AbortController()
  const problems: SensorProblem[] = []
  const counts = { events: 0, lost: 0 }
  const tell = (problem: SensorProblem['problem']) =>
    problems.push({
      code: 'ERR_SENSOR_LOST',
      problem,
      position: { source: 'bpftrace', line: 0 },
      isLoss: true,
    })
  let current: BpftraceRun | undefined
  return {
    sensor: sense(),
    stop() {
      stopping.abort()
      current?.child.kill('SIGINT')
    },
    counts: () => ({ events: counts.events, drops: { bufferFull: counts.lost } }),
  }

  async function* sense(): Sensor<SensedSyscallEvent> {
    const incidents: RunIncidents = {
      ready,
      happened(happening) {
        incident(happening)
        if (happening.kind === 'stopped') tell(make['sensor-lost']({ reason: happening.cause }))
      },
      failed: (reason) => tell(make['fallback-ended']({ name: 'bpftrace', reason })),
    }
    const events = keepRunning(start, incidents, stopping.signal, pause, longestSilence)
    for await (const event of events)
      yield { events: event === 'restart' ? [] : [event], problems: problems.splice(0) }
    yield { events: [], problems: problems.splice(0) }
  }

  function start(reports: RunReports): SensorRun<SensedSyscallEvent> {
    const run = startBpftrace(command, calls)
    current = run
    return { pieces: eventsOf(run, reports), kill: () => run.child.kill('SIGKILL'), ended: run.ended }
  }

  async function* eventsOf({ child }: BpftraceRun, reports: RunReports): AsyncIterable<SensedSyscallEvent> {
    // What ended in a gap is not known to have ended: processes are looked up anew.
    const events = createBpftraceEvents(new KnownProcesses(), createBootClock())
    const excluded = new Set([...exclude, child.pid ?? 0])
    for await (const line of createInterface({ input: child.stdout })) {
      reports.heard()
      const told = parse(line)
      if (told?.type === 'attached_probes') reports.ready()
      if (told?.type === 'lost_events') take(told.data)
      if (told?.type !== 'printf' || typeof told.data !== 'string') continue
      const event = events.read(told.data)
      if (event === undefined || excluded.has(Number(event.fields['proc.pid']))) continue
      counts.events++
      yield event
    }
  }

  function take(data: unknown): void {
    const lost = typeof data === 'object' && data !== null && 'events' in data ? Number(data.events) : 0
    if (!(lost > 0)) return
    counts.lost += lost
    incident({ kind: 'drops', time: Date.now(), causes: { bufferFull: lost } })
  }
}

interface BpftraceRun {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  /** How it ended: the signal, or its status and last words. Never rejects. */
  readonly ended: Promise<string>
}

function startBpftrace(command: string, calls: readonly string[]): BpftraceRun {
  const child = spawn(command, ['-f', 'json', '-e', bpftraceProgram(calls)], {
    env: { ...process.env, BPFTRACE_STRLEN: String(LONGEST_TEXT), BPFTRACE_PERF_RB_PAGES: PAGES },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let lastWords = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-SHOWN_CHARACTERS)
  })
  const ended = new Promise<string>((done) => {
    child.on('error', (error) => done('code' in error ? String(error.code) : error.message))
    child.on('close', (status, signal) => done(signal ?? `${status}: ${lastWords.trim()}`))
  })
  return { child, ended }
}

function parse(line: string): { readonly type: unknown; readonly data: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'type' in value && 'data' in value
      ? value
      : undefined
  } catch {
    return undefined
  }
}
