import type { SensedValue } from '../syscall-events.ts'
import { detached, MOST_CHARACTERS, sizeOf, type TextRoom } from './kept-texts.ts'

/** Fields of an open descriptor. */
export type Descriptor = Readonly<Record<string, SensedValue>>

/** What is known of a process that strace watches. */
export interface TracedProcess {
  readonly pid: number | null
  parent: TracedProcess | undefined
  readonly program: TracedProgram | undefined
  readonly cwd: string | undefined
  readonly descriptors: ReadonlyMap<number, Descriptor>
}

/** What a process runs: known from its first execve on that is seen. */
export interface TracedProgram {
  readonly name: string
  readonly path: string
  readonly args: readonly string[]
}

interface KeptProcess extends TracedProcess {
  program: TracedProgram | undefined
  cwd: string | undefined
  readonly descriptors: Map<number, Descriptor>
  /** Nothing more is kept of it then, whatever is told of its threads. */
  isOver: boolean
}

/** What is no longer kept, since the text tells of more than is kept of it. */
export type StraceLimit = 'processes' | 'descriptors' | 'texts'

/** Kept at once, at most, of all processes together; those over it are not known. */
export const MOST_KEPT: Readonly<Record<StraceLimit, number>> = {
  processes: 100_000,
  descriptors: 1_000_000,
  texts: MOST_CHARACTERS,
}

/**
 * Handed on to a child, at most, so that no line takes longer than this: "RLIMIT_NOFILE … 1024" is what Linux gives a process
 * that asks for no more (INR_OPEN_CUR of linux/fs.h).
 */
const MOST_INHERITED = 1024

/** Names of programs are cut to so many bytes by Linux. */
const LONGEST_NAME = 15

export type Processes = ReturnType<typeof createProcesses>

/**
 * Processes by what strace shows of them; threads are one with their process.
 *
 * @param onLimit - called for each process and descriptor that is not kept
 * @param room - for programs, working directories and what descriptors stand for; each counts for every process that has it
 */
export function createProcesses(onLimit: (limit: StraceLimit) => void, room: TextRoom) {
  const byPid = new Map<number | null, KeptProcess>()
  let descriptors = 0

  return { of, has, fork, execute, enter, end, open, copy, close }

  /** The number of a thread whose process is over is that of another process. */
  function has(pid: number | null): boolean {
    return byPid.get(pid)?.isOver === false
  }

  function of(pid: number | null): TracedProcess {
    const known = byPid.get(pid)
    if (known !== undefined && !known.isOver) return known
    const made = newProcess(pid, undefined)
    keep(pid, made)
    return made
  }

  /** A call that began a process or a thread is over. What that did meanwhile may have been told already, and holds. */
  function fork(pid: number | null, child: number, isThread: boolean): void {
    const parent = of(pid)
    if (parent.pid === child) return
    const known = byPid.get(child)
    const begun = known?.pid === child ? known : undefined
    if (isThread) {
      join(child, begun, byPid.get(pid))
      return
    }
    const made = begun ?? newProcess(child, parent)
    made.parent = parent
    if (begun === undefined && !keep(child, made)) return
    if (made.program === undefined) run(made, parent.program)
    if (made.cwd === undefined) stand(made, parent.cwd)
    inherit(parent, made)
  }

  function join(thread: number, begun: TracedProcess | undefined, process: KeptProcess | undefined): void {
    if (process === undefined) return
    if (begun !== undefined) {
      const opened = [...begun.descriptors]
      end(thread)
      for (const [number, descriptor] of opened) copy(process, number, descriptor)
    }
    keep(thread, process)
  }

  function inherit(parent: TracedProcess, child: TracedProcess): void {
    let count = 0
    for (const [number, descriptor] of parent.descriptors) {
      if (count++ === MOST_INHERITED) {
        onLimit('descriptors')
        return
      }
      if (!child.descriptors.has(number) && !copy(child, number, descriptor)) return
    }
  }

  function keep(pid: number | null, process: KeptProcess): boolean {
    if (byPid.size < MOST_KEPT.processes || byPid.has(pid)) {
      byPid.set(pid, process)
      return true
    }
    onLimit('processes')
    return false
  }

  function execute(pid: number | null, path: string, args: readonly string[]): void {
    const name = path.slice(path.lastIndexOf('/') + 1).slice(0, LONGEST_NAME)
    of(pid)
    const process = byPid.get(pid)
    if (process === undefined) return
    run(process, { name, path, args }, detachedProgram)
  }

  /** It is not known what a process runs where there is no room for that: it is no longer what it ran before. */
  function run(
    process: KeptProcess,
    program: TracedProgram | undefined,
    kept: (program: TracedProgram) => TracedProgram = asItIs,
  ): void {
    if (process.program !== undefined) room.release(sizeOfProgram(process.program))
    process.program = program !== undefined && room.take(sizeOfProgram(program)) ? kept(program) : undefined
  }

  /** A process works in another folder from now on, or in one that is not known. */
  function enter({ pid }: TracedProcess, folder: string | undefined): void {
    const process = byPid.get(pid)
    if (process !== undefined) stand(process, folder, detached)
  }

  function stand(
    process: KeptProcess,
    folder: string | undefined,
    kept: (folder: string) => string = asItIs,
  ): void {
    if (process.cwd !== undefined) room.release(sizeOf([process.cwd]))
    process.cwd = folder !== undefined && room.take(sizeOf([folder])) ? kept(folder) : undefined
  }

  /** Of a process or a thread; a process ends after all of its threads, so that only then its descriptors are closed. */
  function end(pid: number | null): void {
    const process = byPid.get(pid)
    if (process === undefined) return
    byPid.delete(pid)
    if (process.pid !== pid) return
    process.isOver = true
    descriptors -= process.descriptors.size
    for (const descriptor of process.descriptors.values()) room.release(sizeOfDescriptor(descriptor))
    process.descriptors.clear()
    const { program } = process
    run(process, undefined)
    stand(process, undefined)
    // Of a process that is over its children know the name; who had begun it, nobody asks any more.
    process.parent = undefined
    if (program !== undefined) process.program = { name: program.name, path: '', args: [] }
  }

  /** @returns false where it is not kept */
  function open(process: TracedProcess, number: number, descriptor: Descriptor): boolean {
    return put(process, number, descriptor, detachedFields)
  }

  /** As `open`, of a descriptor that is kept already, by another number or of another process. */
  function copy(process: TracedProcess, number: number, descriptor: Descriptor): boolean {
    return put(process, number, descriptor, asItIs)
  }

  function put(
    { pid }: TracedProcess,
    number: number,
    descriptor: Descriptor,
    kept: (descriptor: Descriptor) => Descriptor,
  ): boolean {
    const process = byPid.get(pid)
    if (process === undefined) return false
    closeIn(process, number)
    if (descriptors >= MOST_KEPT.descriptors) {
      onLimit('descriptors')
      return false
    }
    if (!room.take(sizeOfDescriptor(descriptor))) return false
    descriptors++
    process.descriptors.set(number, kept(descriptor))
    return true
  }

  function close({ pid }: TracedProcess, number: number): void {
    const kept = byPid.get(pid)
    if (kept !== undefined) closeIn(kept, number)
  }

  function closeIn(process: KeptProcess, number: number): void {
    const descriptor = process.descriptors.get(number)
    if (descriptor === undefined) return
    process.descriptors.delete(number)
    descriptors--
    room.release(sizeOfDescriptor(descriptor))
  }
}

/** What is kept already is copied no further. */
function asItIs<T>(kept: T): T {
  return kept
}

function detachedProgram({ name, path, args }: TracedProgram): TracedProgram {
  return { name: detached(name), path: detached(path), args: args.map(detached) }
}

function detachedFields(descriptor: Descriptor): Descriptor {
  const fields: Record<string, SensedValue> = {}
  for (const [name, value] of Object.entries(descriptor))
    fields[name] = typeof value === 'string' ? detached(value) : value
  return fields
}

function sizeOfProgram({ name, path, args }: TracedProgram): number {
  return sizeOf([name, path]) + sizeOf(args)
}

/** Its characters alone: how many descriptors there are has a limit of its own. */
function sizeOfDescriptor(descriptor: Descriptor): number {
  let size = 0
  for (const value of Object.values(descriptor)) if (typeof value === 'string') size += value.length
  return size
}

function newProcess(pid: number | null, parent: TracedProcess | undefined): KeptProcess {
  return { pid, parent, program: undefined, cwd: undefined, descriptors: new Map(), isOver: false }
}
