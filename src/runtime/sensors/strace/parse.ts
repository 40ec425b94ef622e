import { splitArguments } from './arguments.ts'
import { BOUNDED_BY_INPUT, detached, sizeOf, type TextRoom } from './kept-texts.ts'

/** A system call as strace shows it. */
export interface StraceCall {
  /** Null where strace did not say: it was watching one process. */
  readonly pid: number | null
  readonly name: string
  /** As strace writes them, split at the commas between them. */
  readonly args: readonly string[]
  /** A number where it is one; text for addresses; null for a call that did not return. */
  readonly result: number | string | null
  /** `ENOENT`; null for a call that did not fail. */
  readonly errno: string | null
  /** As strace writes it: of day (`-t`, `-tt`), since 1970 (`-ttt`), or null. */
  readonly time: string | null
  /** Seconds that it took (`-T`), or null. */
  readonly seconds: number | null
}

/** What a line of strace says. */
export type StraceLine =
  | { readonly kind: 'call'; readonly call: StraceCall }
  | {
      readonly kind: 'signal'
      readonly pid: number | null
      readonly time: string | null
      readonly signal: string
    }
  | {
      readonly kind: 'exit'
      readonly pid: number | null
      readonly time: string | null
      /** Exit status, or the signal that ended it. */
      readonly status: number | string
    }
  /** The beginning of a call that another line ends. */
  | {
      readonly kind: 'begun'
      readonly pid: number | null
      readonly name: string
      /** Arguments, as far as they are shown. */
      readonly text: string
    }
  /** A note of strace itself, an empty line, a call whose end was not seen. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' }

const NONE: StraceLine = Object.freeze({ kind: 'none' })
const UNKNOWN: StraceLine = Object.freeze({ kind: 'unknown' })

const PREFIX =
  /^(?:\[pid\s+(\d+)\]\s*|(\d+)\s+)?(?:(\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?|\d{1,12}\.\d{1,9})\s+)?/
const CALL = /^([a-zA-Z_][a-zA-Z0-9_]*|syscall_0x[0-9a-f]+)\(/
const RESUMED = /^<\.\.\. ([a-zA-Z_][a-zA-Z0-9_]*) resumed>\s?,?\s?/
const SUPERSEDED = /^\+\+\+ superseded by execve in pid (\d+) \+\+\+/
const RESULT =
  /^\s*=\s*(\?|-?\d+|0x[0-9a-fA-F]+)(?:<[^>]*>)?(?:\s+(E[A-Z0-9_]+)\b)?(?:\s*\([^)]*\))?(?:\s*<(\d+(?:\.\d+)?)>)?\s*$/
const RESULT_START = /^\s*=\s*(\?|-?\d+|0x[0-9a-fA-F]+)/
const DURATION = /<(\d+(?:\.\d+)?)>\s*$/
const ERRNO = /^\s+(E[A-Z0-9_]+)\b/

interface Unfinished {
  readonly name: string
  readonly text: string
  readonly time: string | null
}

/**
 * Reads strace's text line by line: `-f`, `-t`, `-tt`, `-ttt`, `-T`, `-y`, calls that were interrupted by others, signals,
 * ends of processes (strace(1)).
 *
 * @param room - for calls that have begun and not ended; one that there is no room for is told without what was shown of it
 *   at its beginning
 */
export function createStraceReader(room: TextRoom = BOUNDED_BY_INPUT): (line: string) => StraceLine {
  const unfinished = new Map<number | null, Unfinished>()

  return (line) => {
    const prefix = PREFIX.exec(line)
    const rest = line.slice(prefix?.[0].length ?? 0)
    const number = prefix?.[1] ?? prefix?.[2]
    const pid = number === undefined ? null : Number(number)
    const time = prefix?.[3] ?? null
    if (rest === '' || rest.startsWith('strace: ')) return NONE
    // Where strace let go of it, or it ended at once, the call was not seen to end.
    if (rest.endsWith('<detached ...>') || rest.startsWith('???')) return NONE
    if (rest.startsWith('--- ')) return signalOf(rest, pid, time)
    const superseded = SUPERSEDED.exec(rest)
    if (superseded !== null) return supersede(pid, Number(superseded[1]))
    if (rest.startsWith('+++ ')) {
      finish(pid)
      return exitOf(rest, pid, time)
    }
    const resumed = RESUMED.exec(rest)
    if (resumed !== null) return resume(rest.slice(resumed[0].length), resumed[1] ?? '', pid, time)
    const call = CALL.exec(rest)
    if (call === null) return UNKNOWN
    const name = call[1] ?? ''
    const text = rest.slice(call[0].length)
    const end = text.indexOf('<unfinished ...>')
    if (end >= 0 && text.trimEnd().endsWith('<unfinished ...>')) {
      const shown = text.slice(0, end).trimEnd()
      begin(pid, { name, text: shown, time })
      return { kind: 'begun', pid, name, text: shown }
    }
    return callOf(name, text, pid, time)
  }

  /**
   * The kernel "resets the thread ID of the execing thread to the thread group ID (process ID)" (ptrace(2), execve(2) under
   * ptrace): the call that the thread began ends under the number of its process.
   */
  function supersede(pid: number | null, thread: number): StraceLine {
    const begun = finish(thread)
    finish(pid)
    if (begun !== undefined) begin(pid, begun)
    return NONE
  }

  function begin(pid: number | null, { name, text, time }: Unfinished): void {
    finish(pid)
    if (!room.take(sizeOf([name, text, time]))) return
    unfinished.set(pid, {
      name: detached(name),
      text: detached(text),
      time: time === null ? null : detached(time),
    })
  }

  function finish(pid: number | null): Unfinished | undefined {
    const begun = unfinished.get(pid)
    if (begun === undefined) return undefined
    unfinished.delete(pid)
    room.release(sizeOf([begun.name, begun.text, begun.time]))
    return begun
  }

  function resume(rest: string, name: string, pid: number | null, time: string | null): StraceLine {
    const begun = finish(pid)
    if (begun === undefined || begun.name !== name) return callOf(name, rest, pid, time)
    const { text } = begun
    const between = text === '' || text.endsWith(',') || rest.startsWith(')') ? '' : ', '
    return callOf(name, `${text}${between}${rest}`, pid, begun.time ?? time)
  }
}

function callOf(name: string, text: string, pid: number | null, time: string | null): StraceLine {
  const split = splitArguments(text)
  if (split === undefined) return UNKNOWN
  const { args, end } = split
  const outcome = outcomeOf(text.slice(end))
  return outcome === undefined ? UNKNOWN : { kind: 'call', call: { pid, name, args, ...outcome, time } }
}

/** What stands behind the closing bracket: ` = -1 ENOENT (No such file or directory) <0.000012>`. */
function outcomeOf(text: string): Pick<StraceCall, 'result' | 'errno' | 'seconds'> | undefined {
  const whole = RESULT.exec(text)
  const start = whole ?? RESULT_START.exec(text)
  if (start === null) return undefined
  const shown = start[1] ?? ''
  const errno = whole === null ? ERRNO.exec(text.slice(start[0].length))?.[1] : whole[2]
  const seconds = whole === null ? DURATION.exec(text)?.[1] : whole[3]
  return {
    result: shown === '?' ? null : shown.startsWith('0x') ? shown : safeNumber(shown),
    errno: errno ?? null,
    seconds: seconds === undefined ? null : Number(seconds),
  }
}

function safeNumber(text: string): number | string {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}

function signalOf(text: string, pid: number | null, time: string | null): StraceLine {
  const signal = /^--- (?:stopped by )?(SIG[A-Z0-9_+]+)/.exec(text)?.[1]
  return signal === undefined ? NONE : { kind: 'signal', pid, time, signal }
}

function exitOf(text: string, pid: number | null, time: string | null): StraceLine {
  const exited = /^\+\+\+ exited with (\d+) \+\+\+/.exec(text)
  if (exited !== null) return { kind: 'exit', pid, time, status: Number(exited[1]) }
  const killed = /^\+\+\+ killed by (SIG[A-Z0-9_+]+)/.exec(text)
  return killed === null ? NONE : { kind: 'exit', pid, time, status: killed[1] ?? '' }
}
