import { spawnSync } from 'node:child_process'

const TEN_MINUTES = 600_000

/** Installs packages of Debian where root asks. What could not be installed is told, and found missing afterwards. */
export function install(packages: readonly string[]): void {
  if (process.getuid?.() !== 0) return
  const asked = ['install', '-y', '--no-install-recommends', ...packages]
  if (aptGet(asked).status === 0) return
  // A machine that is fresh has no lists of packages yet.
  aptGet(['update'])
  const { status, stderr, error } = aptGet(asked)
  if (status !== 0) console.warn(`apt-get install ${packages.join(' ')}: ${error?.message ?? stderr.trim()}`)
}

function aptGet(args: readonly string[]) {
  return spawnSync('apt-get', args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: TEN_MINUTES,
  })
}
