import { readdirSync, readFileSync } from 'node:fs'
import type { Sensor } from '../sensor.ts'
import type { SensedSyscallEvent } from '../syscall-events.ts'
import { type KnownProcess, KnownProcesses, readProcess } from './known-processes.ts'
import type { FallbackOptions, FallbackSensor } from './sense-bpftrace.ts'

/** Between two looks: what lives shorter may not be seen. */
const LOOK_MILLISECONDS = 100

/**
 * Looks at /proc again and again: a process that was not there, or has another program, is an `execve`; one that is gone, a
 * `procexit`. No right is needed for it; files, connections and calls it does not show.
 *
 * @param pause - waits so many milliseconds, or until the signal aborts
 */
export function openProc(
  { exclude, ready }: FallbackOptions,
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void>,
): FallbackSensor {
  const stopping = new AbortController()
  const processes = new KnownProcesses()
  const seen = new Map<number, Seen>()
  const excluded = new Set(exclude)
  let count = 0
  return {
    sensor: sense(),
    stop: () => stopping.abort(),
    counts: () => ({ events: count, drops: {} }),
  }

  async function* sense(): Sensor<SensedSyscallEvent> {
    for (const _ of look()) {
      // What was there before is no news.
    }
    ready()
    while (!stopping.signal.aborted) {
      await pause(LOOK_MILLISECONDS, stopping.signal)
      const events = [...look()]
      if (events.length > 0) yield { events, problems: [] }
    }
  }

  function* look(): Iterable<SensedSyscallEvent> {
    const gone = new Set(seen.keys())
    for (const entry of readdirSync('/proc')) {
      const pid = Number(entry)
      if (!Number.isInteger(pid) || excluded.has(pid)) continue
      gone.delete(pid)
      const before = seen.get(pid)
      const start = startOf(pid)
      if (start === undefined || (before?.start === start && before.looks > LOOKS)) continue
      const process = readProcess(pid)
      if (process === undefined) continue
      const isNew = before === undefined || before.start !== start || isOther(before.process, process)
      seen.set(pid, { start, process, looks: isNew ? 0 : (before?.looks ?? 0) + 1 })
      if (!isNew || process.args.length === 0) continue
      processes.put(process)
      yield eventOf('execve', process)
    }
    for (const pid of gone) {
      const process = seen.get(pid)?.process
      seen.delete(pid)
      if (process !== undefined) yield eventOf('procexit', process)
      processes.end(pid)
    }
  }

  function eventOf(type: string, process: KnownProcess): SensedSyscallEvent {
    count++
    const ts = `${Date.now()}000000`
    const fields = {
      'evt.type': type,
      ...(type === 'procexit'
        ? { 'evt.dir': '>' }
        : { 'evt.dir': '<', 'evt.res': 'SUCCESS', 'evt.failed': false }),
      ...processes.fields(process),
    }
    return { num: count, ts, tid: process.pid, type, fields }
  }
}

interface Seen {
  /** When it began: a number may be another process's by now. */
  readonly start: string
  readonly process: KnownProcess
  readonly looks: number
}

/** A process that has kept its program for so many looks is read no more, until its number is another one's. */
const LOOKS = 50

function isOther(a: KnownProcess, b: KnownProcess): boolean {
  return a.exepath !== b.exepath || a.args.join('\0') !== b.args.join('\0')
}

/**
 * Field 22 of /proc/PID/stat, ticks since the machine began, and the program's name, which is another one when it runs another.
 *
 * @returns undefined where it has ended
 */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const end = stat.lastIndexOf(')')
    return `${stat.slice(end + 2).split(' ')[19]} ${stat.slice(stat.indexOf('('), end)}`
  } catch {
    return undefined
  }
}
