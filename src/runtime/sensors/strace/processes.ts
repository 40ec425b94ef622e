import type { SensedValue } from '../syscall-events.ts'

/** What is known of a process that strace watches. */
export interface TracedProcess {
  readonly pid: number | null
  readonly parent: TracedProcess | undefined
  /** Undefined until its first execve is seen. */
  name: string | undefined
  path: string | undefined
  args: readonly string[]
  cwd: string | undefined
  /** Fields of open descriptors. */
  readonly descriptors: Map<number, Readonly<Record<string, SensedValue>>>
}

/** Processes at once, at most; those over it are not known. */
const MOST_PROCESSES = 100_000

/** Names of programs are cut to so many bytes by Linux. */
const LONGEST_NAME = 15

/** Processes by what strace shows of them; threads are one with their process. */
export function createProcesses() {
  const byPid = new Map<number | null, TracedProcess>()

  return { of, fork, execute, end }

  function of(pid: number | null): TracedProcess {
    const known = byPid.get(pid)
    if (known !== undefined) return known
    const made = newProcess(pid, undefined)
    if (byPid.size < MOST_PROCESSES) byPid.set(pid, made)
    return made
  }

  function fork(pid: number | null, child: number, isThread: boolean): void {
    const parent = of(pid)
    if (isThread) {
      if (byPid.size < MOST_PROCESSES) byPid.set(child, parent)
      return
    }
    const made = newProcess(child, parent)
    made.name = parent.name
    made.path = parent.path
    made.args = parent.args
    made.cwd = parent.cwd
    for (const [number, descriptor] of parent.descriptors) made.descriptors.set(number, descriptor)
    if (byPid.size < MOST_PROCESSES) byPid.set(child, made)
  }

  function execute(pid: number | null, path: string, args: readonly string[]): void {
    const process = of(pid)
    process.path = path
    process.name = path.slice(path.lastIndexOf('/') + 1).slice(0, LONGEST_NAME)
    process.args = args
  }

  function end(pid: number | null): void {
    byPid.delete(pid)
  }
}

function newProcess(pid: number | null, parent: TracedProcess | undefined): TracedProcess {
  return { pid, parent, name: undefined, path: undefined, args: [], cwd: undefined, descriptors: new Map() }
}
