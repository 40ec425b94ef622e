import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { sensorMessages } from '../messages.ts'
import type { Sensor, SensorProblem } from '../sensor.ts'
import type { SensedSyscallEvent } from '../syscall-events.ts'
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
  /** Told of events that were lost. */
  readonly dropped: (causes: Readonly<Record<string, number>>) => void
}

/** Of what bpftrace says when it cannot run, the last words. */
const SHOWN_CHARACTERS = 300
/** Pages of each processor's buffer: 4 MiB. */
const PAGES = '1024'

/** Opens the events of this machine's kernel by bpftrace. @param command - its path or name */
export function openBpftrace(
  command: string,
  { calls, exclude, ready, dropped }: FallbackOptions,
): FallbackSensor {
  const processes = new KnownProcesses()
  const problems: SensorProblem[] = []
  const counts = { events: 0, lost: 0 }
  const excluded = new Set(exclude)
  let isStopped = false
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    command,
    ['-f', 'json', '-e', bpftraceProgram(calls)],
    {
      env: { ...process.env, BPFTRACE_STRLEN: String(LONGEST_TEXT), BPFTRACE_PERF_RB_PAGES: PAGES },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  excluded.add(child.pid ?? 0)
  let lastWords = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-SHOWN_CHARACTERS)
  })
  const ended = new Promise<string>((done) => {
    child.on('error', (error) => done('code' in error ? String(error.code) : error.message))
    child.on('close', (status, signal) => done(`${signal ?? status}: ${lastWords.trim()}`))
  })
  return {
    sensor: sense(),
    stop() {
      isStopped = true
      child.kill('SIGINT')
    },
    counts: () => ({ events: counts.events, drops: { bufferFull: counts.lost } }),
  }

  async function* sense(): Sensor<SensedSyscallEvent> {
    const events = createBpftraceEvents(processes, bootClock())
    for await (const line of createInterface({ input: child.stdout })) {
      const told = parse(line)
      if (told?.type === 'attached_probes') ready()
      if (told?.type === 'lost_events') take(told.data)
      if (told?.type !== 'printf' || typeof told.data !== 'string') continue
      const event = events.read(told.data)
      if (event === undefined || excluded.has(Number(event.fields['proc.pid']))) continue
      counts.events++
      yield { events: [event], problems: problems.splice(0) }
    }
    const reason = await ended
    if (!isStopped)
      problems.push({
        code: 'ERR_SENSOR_LOST',
        problem: make['fallback-ended']({ name: 'bpftrace', reason }),
        position: { source: 'bpftrace', line: 0 },
        isLoss: true,
      })
    yield { events: [], problems: problems.splice(0) }
  }

  function take(data: unknown): void {
    const lost = typeof data === 'object' && data !== null && 'events' in data ? Number(data.events) : 0
    if (!(lost > 0)) return
    counts.lost += lost
    dropped({ bufferFull: lost })
  }
}

/** The nanoseconds since 1970 at which the monotonic clock began, as both clocks have it now: the time of day may be set. */
function bootClock(): () => bigint {
  const offset = () => BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint()
  let current = offset()
  let next = performance.now() + 1000
  return () => {
    if (performance.now() > next) {
      current = offset()
      next = performance.now() + 1000
    }
    return current
  }
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
