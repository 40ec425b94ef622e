import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { install } from './packages.ts'
import { until } from './work.ts'

/** Podman, a runtime, and a program that needs no library for what runs in its containers. */
const PACKAGES = ['podman', 'runc', 'busybox-static']
export const WITHOUT_PODMAN = `no podman, runc or /bin/busybox (apt-get install ${PACKAGES.join(' ')})`

/** Whether Podman is here with what its containers need; it is installed with apt-get where it is absent and root asks. */
export function hasPodman(): boolean {
  const isThere = () =>
    existsSync('/bin/busybox') &&
    ['podman', 'runc'].every((program) => spawnSync(program, ['--version']).status === 0)
  if (!isThere()) install(PACKAGES)
  return isThere()
}

/**
 * A new folder for all that Podman keeps. Not where TMPDIR says: Podman takes no longer path than 50 characters for what it keeps
 * of what runs.
 */
export function makePodmanFolder(): string {
  return mkdtempSync('/tmp/haetae-podman-')
}

/** Options of every call: images and containers of its own below a folder, and what also runs without systemd. */
export function podmanIn(folder: string): readonly string[] {
  return [
    ...['--root', `${folder}/podman`, '--runroot', `${folder}/run`],
    ...['--cgroup-manager', 'cgroupfs', '--runtime', 'runc'],
  ]
}

/**
 * Removes the folder with all that Podman keeps below it. What it leaves mounted there (the folder of its layers, a container's
 * shared memory) is unmounted first; a clean-up that conmon starts at a container's end may mount it anew, so that both are
 * tried until the folder is gone.
 */
export async function removePodmanFolder(folder: string): Promise<void> {
  let last: unknown
  await until(
    async () => {
      for (const mount of mountsBelow(folder).toReversed())
        spawnSync('umount', ['-l', mount], { stdio: 'ignore' })
      try {
        rmSync(folder, { recursive: true, force: true })
        return true
      } catch (error) {
        last = error
        return undefined
      }
    },
    () => `${folder} to be removed: ${last}; mounted there: ${mountsBelow(folder).join(', ') || 'nothing'}`,
  )
}

/** Mount points below a folder, in the order in which they were mounted (proc_pid_mountinfo(5): the fifth field). */
function mountsBelow(folder: string): readonly string[] {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
  return points.filter((point) => point.startsWith(`${folder}/`))
}
