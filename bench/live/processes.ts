import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The processes that a process has started and that are there yet. @returns none for a process that is not there */
export function childrenOf(pid: number): readonly number[] {
  const tasks = `/proc/${pid}/task`
  return threadsOf(tasks).flatMap((task) => numbersIn(contentOf(join(tasks, task, 'children'))))
}

function numbersIn(text: string): readonly number[] {
  return text.trim().split(' ').filter(Boolean).map(Number)
}

/**
 * Seconds of processor time of all threads that a process has, to the nanosecond
 * (Documentation/scheduler/sched-stats.rst): ticks miss short wakes.
 *
 * @returns 0 for a process that is not there
 */
export function processorTime(pid: number): number {
  const tasks = `/proc/${pid}/task`
  return (
    threadsOf(tasks).reduce(
      (sum, task) => sum + (numbersIn(contentOf(join(tasks, task, 'schedstat')))[0] ?? 0),
      0,
    ) / 1e9
  )
}

function threadsOf(tasks: string): readonly string[] {
  try {
    return readdirSync(tasks)
  } catch {
    return []
  }
}

/** Empty where the thread has ended since it was listed. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
