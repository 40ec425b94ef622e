import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { type SensorWants, wantedFiles } from './wanted-calls.ts'

/** Counts of the sensor since it began. */
export interface SensorCounts {
  readonly events: number
  /** Events that were lost, by cause. */
  readonly drops: Readonly<Record<string, number>>
}

/** What the sensor says of itself, a line of JSON each. */
export type SensorReport =
  | { readonly ready: true }
  | { readonly stats: SensorCounts }
  | { readonly unknown: string }
  | {
      readonly error: {
        readonly code: string
        readonly what: string
        readonly errno: number
        readonly reason: string
      }
    }

/** One run of the sensor. */
export interface SensorProcess {
  readonly pid: number
  /** A capture that does not end. */
  readonly output: Readable
  /** How it ended: by itself, or since it was stopped. Never rejects. */
  readonly ended: Promise<{ readonly status: number | null; readonly signal: string | null }>
  /** Changes which events are wanted. */
  want(wanted: SensorWants): void
  /** Also looks at these control groups, where it looks at listed ones alone. */
  look(cgroups: readonly string[]): void
  /** Ends it; what it has seen until then is still given. One that sees nothing yet is ended at once. */
  stop(): void
  /** Ends it at once, even where it does not listen. */
  kill(): void
}

/** A line of its standard error may be this long; a longer one is none of ours. */
const LONGEST_REPORT = 4096

/**
 * Starts the sensor.
 *
 * @param binary - path of haetae-sensor
 * @param args - see sensor/main.c
 * @param report - told what it says of itself
 */
export function startSensorProcess(
  binary: string,
  args: readonly string[],
  report: (report: SensorReport) => void,
): SensorProcess {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(binary, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = new Promise<{ status: number | null; signal: string | null }>((done) => {
    child.on('error', () => done({ status: null, signal: null }))
    child.on('close', (status, signal) => done({ status, signal }))
  })
  // It may end before it is told something.
  child.stdin.on('error', () => undefined)
  let isReady = false
  readReports(child.stderr, (said) => {
    isReady ||= 'ready' in said
    report(said)
  })
  return {
    pid: child.pid ?? 0,
    output: child.stdout,
    ended,
    want: (wanted) => child.stdin.write(commandsOf(wanted)),
    look: (cgroups) => {
      for (const group of cgroups) child.stdin.write(`cgroup ${group}\n`)
    },
    stop() {
      // The end of its standard input ends it, after it has emptied its buffer; it listens once it is ready.
      if (isReady) child.stdin.end()
      else child.kill('SIGKILL')
    },
    kill: () => child.kill('SIGKILL'),
  }
}

/** In between, too much is told rather than too little. */
function commandsOf(wanted: SensorWants): string {
  const { calls, environment = false } = wanted
  const lines = [
    'files -',
    `environment ${environment ? 'on' : 'off'}`,
    `calls ${calls.join(',')}`,
    `files ${wantedFiles(wanted)}`,
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function readReports(stream: Readable, report: (report: SensorReport) => void): void {
  let rest = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = (lines.pop() ?? '').slice(0, LONGEST_REPORT)
    for (const line of lines) {
      const read = parseReport(line)
      if (read !== undefined) report(read)
    }
  })
}

/** @returns undefined for a line that is no report, such as one of the dynamic linker */
export function parseReport(line: string): SensorReport | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const isOurs = ['ready', 'stats', 'unknown', 'error'].some((key) => key in value)
  return isOurs ? (value as SensorReport) : undefined
}
