import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { install } from './packages.ts'

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

/** Options of every call: images and containers of its own below a folder, and what also runs without systemd. */
export function podmanIn(folder: string): readonly string[] {
  return [
    ...['--root', `${folder}/podman`, '--runroot', `${folder}/run`],
    ...['--cgroup-manager', 'cgroupfs', '--runtime', 'runc'],
  ]
}

/** Removes the folder with all that Podman keeps below it, and what Podman leaves mounted there: the folder of its layers. */
export function removePodmanFolder(folder: string): void {
  spawnSync('umount', ['-l', `${folder}/podman/overlay`], { stdio: 'ignore' })
  rmSync(folder, { recursive: true, force: true })
}
