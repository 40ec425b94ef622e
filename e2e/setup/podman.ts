import { spawnSync } from 'node:child_process'

/** Whether Podman is here; it is installed with apt-get where it is absent and root asks. */
export function hasPodman(): boolean {
  const isThere = () => spawnSync('podman', ['--version']).status === 0
  if (!isThere() && process.getuid?.() === 0)
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'podman', 'runc'], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: 'ignore',
    })
  return isThere()
}

/** Options of every call: images and containers of its own below a folder, and what also runs without systemd. */
export function podmanIn(folder: string): readonly string[] {
  return [
    ...['--root', `${folder}/podman`, '--runroot', `${folder}/run`],
    ...['--cgroup-manager', 'cgroupfs', '--runtime', 'runc'],
  ]
}
