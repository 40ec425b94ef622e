import { spawn, spawnSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { constants as system, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createTextRoom } from './kept-texts.ts'
import { createStraceReader, type StraceCall, type StraceLine } from './parse.ts'
import { isThreadOf } from './paths.ts'
import { nanosecondsOf } from './time.ts'

/** What a process that strace watches did. */
export type Straced =
  | {
      readonly kind: 'call'
      readonly pid: number
      readonly tid: number
      /** When it ended, nanoseconds since 1970, as exact as microseconds. */
      readonly time: bigint
      /** Nanoseconds that it took; what strace itself takes in between is part of it. */
      readonly duration: number
      readonly call: StraceCall
    }
  | {
      readonly kind: 'exit'
      readonly pid: number
      readonly tid: number
      readonly status: number
      readonly signal: number
    }

export interface StraceOptions {
  /** Run by strace; its standard output goes to standard error. */
  readonly command?: readonly string[]
  /** Processes that run already. */
  readonly pids?: readonly number[]
}

export interface StraceRun {
  readonly traced: AsyncIterable<Straced>
  /** Resolves when calls are seen; false where strace could not begin: `failure` says why. */
  readonly ready: Promise<boolean>
  failure(): { readonly code: string; readonly what: string; readonly reason: string } | undefined
  /** Lines that could not be read, and beginnings of calls that could not be kept until their ends. */
  unread(): number
  /** Lets go of the processes; a command that strace began is ended. */
  stop(): void
}

/** Of what strace says when it cannot run, the last words. */
const SHOWN_CHARACTERS = 300

/** Times since 1970 and durations; with all threads and children, whose lines begin with their numbers. */
const FORM = ['-f', '-ttt', '-T']

/**
 * Runs strace, which stops the processes at each of their calls.
 *
 * @throws Error where no pipe can be made for what it writes
 */
export function runStrace({ command = [], pids = [] }: StraceOptions): StraceRun {
  const pipe = openPipe()
  const child = spawn(
    'strace',
    [
      // Where it may be told to end: by default it listens to nothing while it writes into a file.
      ...['-I', '2', ...FORM, '-o', pipe.path],
      ...pids.flatMap((pid) => ['-p', String(pid)]),
      ...(command.length > 0 ? ['-q', '--', ...command] : []),
    ],
    { stdio: command.length > 0 ? ['inherit', 2, 'inherit'] : ['ignore', 'ignore', 'pipe'] },
  )
  let failure: ReturnType<StraceRun['failure']>
  let unread = 0
  let said = ''
  let hasBegun = false
  let begun: (isReady: boolean) => void = () => undefined
  const ready = new Promise<boolean>((done) => {
    begun = (isReady) => {
      hasBegun ||= isReady
      done(isReady)
    }
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-SHOWN_CHARACTERS)
    if (/Process \d+ attached/.test(said)) begun(true)
  })
  const fail = (reason: string) => {
    failure ??= { code: 'ERR_STRACE', what: 'strace', reason }
  }
  child.on('error', (error) => {
    fail(error.message)
    pipe.end()
  })
  child.on('close', (status, signal) => {
    if (!hasBegun && status !== 0) fail(said.trim() || String(signal ?? status))
    pipe.end()
  })
  return {
    traced: traced(),
    ready,
    failure: () => failure,
    unread: () => unread,
    stop: () => child.kill('SIGTERM'),
  }

  async function* traced(): AsyncIterable<Straced> {
    const read = createStraceReader(createTextRoom(() => unread++))
    const processes = createProcessLookup()
    for await (const line of createInterface({ input: pipe.output })) {
      // Of a command that strace has begun, the first line says so.
      begun(true)
      const found = read(line)
      if (found.kind === 'unknown') unread++
      const event = stracedOf(found, processes)
      if (event !== undefined) yield event
    }
    begun(false)
  }
}

function stracedOf(line: StraceLine, processes: ProcessLookup): Straced | undefined {
  if (line.kind === 'call') {
    const { call } = line
    const tid = call.pid ?? 0
    const duration = Math.round((call.seconds ?? 0) * 1e9)
    const time = nanosecondsOf(call.time ?? '') + BigInt(duration)
    const pid = processes.of(tid)
    if (makesThread(call)) processes.note(Number(call.result), pid)
    return { kind: 'call', pid, tid, time, duration, call }
  }
  if (line.kind !== 'exit') return undefined
  const tid = line.pid ?? 0
  const { status } = line
  return {
    kind: 'exit',
    pid: processes.ended(tid),
    tid,
    status: typeof status === 'number' ? status : 0,
    signal: typeof status === 'number' ? 0 : signalNumber(status),
  }
}

function signalNumber(name: string): number {
  return Object.entries(system.signals).find(([known]) => known === name)?.[1] ?? 0
}

/** strace names threads; which process they are of, /proc tells as long as they live. */
interface ProcessLookup {
  of(tid: number): number
  /** Of a thread that has ended. */
  ended(tid: number): number
  /** A thread that has begun, and may have ended by the time that /proc is asked. */
  note(tid: number, pid: number): void
}

function createProcessLookup(): ProcessLookup {
  const known = new Map<number, number>()
  const of = (tid: number) => {
    const found = known.get(tid) ?? processOfThread(tid) ?? tid
    known.set(tid, found)
    return found
  }
  return {
    of,
    ended(tid) {
      const found = of(tid)
      known.delete(tid)
      return found
    },
    note: (tid, pid) => known.set(tid, pid),
  }
}

function makesThread(call: StraceCall): boolean {
  const { name, errno, result } = call
  return (name === 'clone' || name === 'clone3') && errno === null && Number(result) > 0 && isThreadOf(call)
}

function processOfThread(tid: number): number | undefined {
  try {
    const group = /^Tgid:\s+(\d+)/m.exec(readFileSync(`/proc/${tid}/status`, 'utf8'))?.[1]
    return group === undefined ? undefined : Number(group)
  } catch {
    return undefined
  }
}

/**
 * A named pipe in a folder of its own: strace opens what it writes into by its name, and Node.js gives its children sockets
 * for pipes, which cannot be opened so.
 */
function openPipe(): { readonly path: string; readonly output: Socket; end(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-strace-'))
  try {
    const path = join(folder, 'calls')
    const { status, error, stderr } = spawnSync('mkfifo', ['-m', '600', path], { encoding: 'utf8' })
    if (status !== 0) throw new Error(error?.message ?? stderr.trim())
    // Without waiting for who writes; our own end for writing keeps it open until strace has ended.
    const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const writing = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
    let isOpen = true
    return {
      path,
      output: new Socket({ fd: reading, readable: true, writable: false }),
      end() {
        if (!isOpen) return
        isOpen = false
        closeSync(writing)
        rmSync(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}
