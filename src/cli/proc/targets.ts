import { readStatus } from '../../runtime/behavior/index.ts'
import type { Container } from '../../runtime/sensors/index.ts'
import { UsageError } from '../exit.ts'
import { findContainers, type RunningContainer } from '../workload/running-containers.ts'
import type { ProcOptions } from './command.ts'
import { procMessages } from './messages.ts'

const { make } = procMessages

/** A process that is to be looked at. */
export interface Target {
  readonly pid: number
  /** Whether it is the first one of its container: the one that the manifest speaks of. */
  readonly isMain: boolean
  readonly known?: Container
}

/**
 * The processes that are chosen.
 *
 * @throws UsageError where none is, or more than one way to choose is given
 */
export async function findTargets(
  pid: string | undefined,
  options: ProcOptions,
  proc: string,
): Promise<readonly Target[]> {
  const { container, pod, all } = options
  const ways = [pid, container, pod].filter((way) => way !== undefined).length
  if (ways !== 1) throw new UsageError('ERR_USAGE', make['one-target']({}), procMessages)
  if (pid !== undefined) return [await targetOf(pid, options, proc)]
  const targets: Target[] = []
  for (const found of await findContainers(options, proc)) {
    const main = await mainOf(found, proc)
    const pids = all === true ? found.pids : [main]
    for (const each of pids)
      targets.push({ pid: each, isMain: each === main, ...(found.known && { known: found.known }) })
  }
  return targets
}

/** Larger than any pid of Linux: /proc/sys/kernel/pid_max is at most 2^22. */
const LARGEST_PID = 4_194_304

async function targetOf(text: string, options: ProcOptions, proc: string): Promise<Target> {
  const pid = Number(text)
  if (!/^\d+$/.test(text) || pid < 1 || pid > LARGEST_PID)
    throw new UsageError('ERR_USAGE', make['bad-pid']({ pid: text }), procMessages)
  const { containerRuntime } = options
  const choice = containerRuntime === undefined ? {} : { containerRuntime }
  const owner = (await findContainers(choice, proc)).find(({ pids }) => pids.includes(pid))
  return { pid, isMain: true, ...(owner?.known && { known: owner.known }) }
}

/** The first process in the container's own pid namespace; where it has none of its own, that with the smallest number. */
async function mainOf({ pids }: RunningContainer, proc: string): Promise<number> {
  for (const pid of pids) {
    const status = await readStatus(pid, proc)
    if (status?.innerPid === 1) return pid
  }
  return pids[0] ?? 0
}
