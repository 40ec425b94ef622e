import type { SensedValue } from '../syscall-events.ts'

/** Fields of an open descriptor. */
export type Descriptor = Readonly<Record<string, SensedValue>>

/** What is known of a process that strace watches. */
export interface TracedProcess {
  readonly pid: number | null
  parent: TracedProcess | undefined
  /** Undefined until its first execve is seen. */
  name: string | undefined
  path: string | undefined
  args: readonly string[]
  cwd: string | undefined
  readonly descriptors: ReadonlyMap<number, Descriptor>
}

interface KeptProcess extends TracedProcess {
  readonly descriptors: Map<number, Descriptor>
}

/** What is no longer kept, since the text tells of more than is kept of it. */
export type StraceLimit = 'processes' | 'descriptors'

/** Kept at once, at most, of all processes together; those over it are not known. */
export const MOST_KEPT: Readonly<Record<StraceLimit, number>> = { processes: 100_000, descriptors: 1_000_000 }

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
 */
export function createProcesses(onLimit: (limit: StraceLimit) => void) {
  const byPid = new Map<number | null, KeptProcess>()
  let descriptors = 0

  return { of, has: (pid: number | null) => byPid.has(pid), fork, execute, end, open, close }

  function of(pid: number | null): TracedProcess {
    const known = byPid.get(pid)
    if (known !== undefined) return known
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
    if (made.name === undefined) {
      made.name = parent.name
      made.path = parent.path
      made.args = parent.args
    }
    made.cwd ??= parent.cwd
    if (begun !== undefined || keep(child, made)) inherit(parent, made)
  }

  function join(thread: number, begun: TracedProcess | undefined, process: KeptProcess | undefined): void {
    if (process === undefined) return
    if (begun !== undefined) {
      const opened = [...begun.descriptors]
      end(thread)
      for (const [number, descriptor] of opened) open(process, number, descriptor)
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
      if (!child.descriptors.has(number) && !open(child, number, descriptor)) return
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
    const process = of(pid)
    process.path = path
    process.name = path.slice(path.lastIndexOf('/') + 1).slice(0, LONGEST_NAME)
    process.args = args
  }

  /** Of a process or a thread; a process ends after all of its threads, so that only then its descriptors are closed. */
  function end(pid: number | null): void {
    const process = byPid.get(pid)
    if (process === undefined) return
    byPid.delete(pid)
    if (process.pid !== pid) return
    descriptors -= process.descriptors.size
    process.descriptors.clear()
    // Of a process that is over its children know the name; who had begun it, nobody asks any more.
    process.parent = undefined
  }

  /** @returns false where it is not kept */
  function open({ pid }: TracedProcess, number: number, descriptor: Descriptor): boolean {
    const kept = byPid.get(pid)
    if (kept === undefined) return false
    if (!kept.descriptors.has(number)) {
      if (descriptors >= MOST_KEPT.descriptors) {
        onLimit('descriptors')
        return false
      }
      descriptors++
    }
    kept.descriptors.set(number, descriptor)
    return true
  }

  function close({ pid }: TracedProcess, number: number): void {
    if (byPid.get(pid)?.descriptors.delete(number) === true) descriptors--
  }
}

function newProcess(pid: number | null, parent: TracedProcess | undefined): KeptProcess {
  return { pid, parent, name: undefined, path: undefined, args: [], cwd: undefined, descriptors: new Map() }
}
