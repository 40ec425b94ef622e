import { MOST_KEPT, type Processes } from './processes.ts'

interface UnfinishedFork {
  readonly isThread: boolean
  /** Taken to be what it makes. */
  child: number | undefined
}

/**
 * Which process began one whose calls are told before the end of the call that made it: by vfork(2) "the
 * calling thread is suspended until the child terminates or executes a new program", which so may be told first.
 * Where just one process is about to make another, an unknown one is its child; of several, nothing is said.
 */
export function createUnfinishedForks(processes: Processes) {
  const unfinished = new Map<number | null, UnfinishedFork>()

  return {
    /** A process begins to make another, or a thread. */
    begin(parent: number | null, isThread: boolean): void {
      if (unfinished.size < MOST_KEPT.processes) unfinished.set(parent, { isThread, child: undefined })
    },

    /** A line tells of a process. */
    see(pid: number | null): void {
      if (pid === null || unfinished.size !== 1 || processes.has(pid)) return
      for (const [parent, fork] of unfinished) {
        if (fork.isThread || fork.child !== undefined || parent === pid) return
        fork.child = pid
        processes.of(pid).parent = processes.of(parent)
      }
    },

    /** The call is over; what was taken to be its child, and is not, is nobody's. */
    end(parent: number | null, made: number | undefined): void {
      const child = unfinished.get(parent)?.child
      unfinished.delete(parent)
      if (child !== undefined && child !== made) processes.of(child).parent = undefined
    },
  }
}
