import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMonitor, ownerOfControlGroups } from '../../sensors/index.ts'

/** A process that runs in a container. */
export interface ContainerProcess {
  readonly pid: number
  readonly containerId: string
  readonly podUid: string | null
}

/**
 * The processes of this machine that run in containers, those that began first in front. Processes that end meanwhile are
 * left out, and the monitors that runtimes have beside their containers.
 *
 * @param proc - where the proc file system is mounted
 */
export async function findContainerProcesses(proc: string): Promise<readonly ContainerProcess[]> {
  const pids = (await readdir(proc))
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
  const found: ContainerProcess[] = []
  for (const pid of pids) {
    const text = await readFile(join(proc, String(pid), 'cgroup'), 'utf8').catch(() => '')
    const { containerId, podUid } = ownerOfControlGroups(text)
    if (containerId !== null && !isMonitor(pid, proc)) found.push({ pid, containerId, podUid })
  }
  return found
}
