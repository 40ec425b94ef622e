import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Seconds of processor time of all threads that a process has, to the nanosecond
 * (Documentation/scheduler/sched-stats.rst): ticks miss short wakes.
 *
 * @returns 0 for a process that is not there
 */
export function processorTime(pid: number): number {
  const tasks = `/proc/${pid}/task`
  return threadsOf(tasks).reduce((sum, task) => sum + timeOf(join(tasks, task, 'schedstat')), 0) / 1e9
}

function threadsOf(tasks: string): readonly string[] {
  try {
    return readdirSync(tasks)
  } catch {
    return []
  }
}

function timeOf(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[0])
  } catch {
    // It has ended since it was listed.
    return 0
  }
}
