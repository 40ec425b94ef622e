import { readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Whether a process watches a container for its runtime: `conmon`, of Podman and CRI-O. Where it is not given a control group
 * of its own it stands in the container's, or in a hierarchy of version 1 that its runtime does not move it in. It is none of
 * the container's processes: it has the machine's mounts, which are those of the first process, or ours where that one may
 * not be looked at. One in a container that calls itself so has not.
 *
 * @param proc - where the proc file system is mounted
 * @returns false where that cannot be told: a process is rather shown than hidden
 */
export function isMonitor(pid: number, proc: string): boolean {
  if (nameOf(pid, proc) !== 'conmon') return false
  const mounts = mountsOf(String(pid), proc)
  return mounts !== undefined && ['1', 'self'].some((machine) => mountsOf(machine, proc) === mounts)
}

/** Undefined for a process that has ended. */
function nameOf(pid: number, proc: string): string | undefined {
  try {
    return readFileSync(join(proc, String(pid), 'comm'), 'utf8').trimEnd()
  } catch {
    return undefined
  }
}

/** Undefined where they may not be looked at. */
function mountsOf(process: string, proc: string): string | undefined {
  try {
    return readlinkSync(join(proc, process, 'ns', 'mnt'))
  } catch {
    return undefined
  }
}
