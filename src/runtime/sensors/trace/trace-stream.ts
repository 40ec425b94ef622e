import { Buffer } from 'node:buffer'
import { CaptureReader } from '../capture/capture-reader.ts'
import { RAW_CALL_BLOCK, type RawCall, readRawCall } from './raw-call.ts'

/** What a traced process did. */
export type Traced =
  | { readonly kind: 'call'; readonly call: RawCall; readonly program: StartedProgram | undefined }
  | {
      readonly kind: 'exit'
      readonly pid: number
      readonly tid: number
      readonly status: number
      readonly signal: number
    }

/** What a successful `execve` ran. */
export interface StartedProgram {
  readonly path: string
  readonly args: readonly string[]
}

/** Events of a process that ends: status and signal (libs' event table). */
const PROCEXIT = 186
const EXECVE = 293
/** Parameter of `execve`: the path as it was given. */
const FILENAME = 30
const EXIT_STATUS = { result: 1, signal: 2 } as const

/** Numbers of `clone`, `fork`, `vfork` and `clone3`. */
const MAKING_CALLS: readonly number[] = [56, 57, 58, 435]

/** A longer block is damaged. */
const LONGEST_BLOCK = 128 * 1024 * 1024

/** A thread begins one program at a time; of more threads than this the programs are not known. */
const MOST_STARTING = 10_000

/** As many as a machine has unless it is told otherwise (proc(5), `kernel.pid_max` of 64-bit systems). */
const MOST_THREADS = 4_194_304

/** Reads the sensor's stream: raw calls, and beside them where programs begin and end. */
export class TraceStream {
  private rest: Buffer = Buffer.alloc(0)
  private readonly state = new CaptureReader()
  private readonly starting = new Map<number, StartedProgram>()
  /** Processes of threads that made a call: nothing is told of those that begin. */
  private readonly processes = new Map<number, number>()

  private noteThread({ pid, tid }: RawCall): void {
    if (this.processes.get(tid) === pid) return
    if (this.processes.size >= MOST_THREADS) this.processes.clear()
    this.processes.set(tid, pid)
  }

  private programOf({ tid, number, result }: RawCall): StartedProgram | undefined {
    if (result !== 0n || (number !== EXECVE_CALL && number !== EXECVEAT_CALL)) return undefined
    const program = this.starting.get(tid)
    this.starting.delete(tid)
    return program
  }

  /** @returns what the chunk completes; nothing more once the stream is damaged */
  *read(chunk: Buffer): Iterable<Traced> {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    let at = 0
    while (bytes.length - at >= 8) {
      const total = bytes.readUInt32LE(at + 4)
      if (total < 12 || total > LONGEST_BLOCK) {
        this.rest = Buffer.alloc(0)
        return
      }
      if (bytes.length - at < total) break
      const block = bytes.subarray(at, at + total)
      at += total
      if (block.readUInt32LE(0) === RAW_CALL_BLOCK) {
        const call = readRawCall(block)
        if (call !== undefined) this.noteThread(call)
        if (call !== undefined && !isChildsReturn(call))
          yield { kind: 'call', call, program: this.programOf(call) }
      } else yield* this.readEvent(block)
    }
    this.rest = Buffer.from(bytes.subarray(at))
  }

  private *readEvent(block: Buffer): Iterable<Traced> {
    this.state.feed(block)
    while (this.state.next()) {
      const { event } = this.state
      const { thread, tid } = event
      if (event.type.number === PROCEXIT) {
        const pid = this.processes.get(tid) ?? thread?.pid
        this.processes.delete(tid)
        yield {
          kind: 'exit',
          // One that made no call while it was watched is taken for a process.
          pid: pid ?? tid,
          tid,
          status: event.int64(EXIT_STATUS.result),
          signal: event.uint8(EXIT_STATUS.signal),
        }
      } else if (thread !== undefined && event.type.number === EXECVE && event.int64(0, -1) === 0) {
        if (this.starting.size >= MOST_STARTING) this.starting.clear()
        const args = thread.args === '' ? [] : thread.args.replace(/\0$/, '').split('\0')
        const path = event.has(FILENAME) ? event.text(FILENAME) : thread.exepath
        this.starting.set(thread.tid, { path, args: [thread.exe, ...args] })
      }
    }
  }
}

const EXECVE_CALL = 59
const EXECVEAT_CALL = 322

/**
 * Whether a new thread comes out of the call by which another one made it: there the result is 0, and the call is that of the
 * other (fork(2), clone(2)). strace shows it once, too.
 */
function isChildsReturn({ number, result }: RawCall): boolean {
  return result === 0n && MAKING_CALLS.includes(number)
}
