import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { answers } from './answers.ts'
import { hasPodman, WITHOUT_PODMAN } from './podman.ts'
import { until } from './work.ts'

/** A container that runs, of Podman: its root is a folder, so that no registry is needed. */
export interface RunningContainer {
  readonly id: string
  readonly name: string
  /** Runs a command in it. @returns its exit status */
  exec(...command: readonly string[]): number | null
  /** @throws Error where it is still there after five minutes */
  remove(): Promise<void>
}

/** Where Podman's service listens. */
export const PODMAN_SOCKET = '/run/podman/podman.sock'
/** Within what an environment without CAP_SYS_RESOURCE may ask for. */
const LIMITS = ['--ulimit', 'nofile=1000:1000', '--ulimit', 'nproc=1000:1000']
/** crun of Debian does not run on hosts with both versions of control groups. */
const RUNTIME = ['--runtime', 'runc']
const COMMANDS = ['sh', 'sleep', 'cat', 'ls', 'touch', 'ln']

/** Whether containers run here; otherwise what is missing. */
export function podman(): { readonly runs: boolean; readonly otherwise: string } {
  if (!hasPodman()) return { runs: false, otherwise: WITHOUT_PODMAN }
  const root = rootFolder()
  const { status, stderr } = spawnSync(
    'podman',
    [...RUNTIME, 'run', '--rm', ...LIMITS, '--network', 'none', '--rootfs', root, '/bin/ls', '/'],
    { encoding: 'utf8' },
  )
  // What cleans up behind the container may still be at work.
  rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  return status === 0
    ? { runs: true, otherwise: '' }
    : { runs: false, otherwise: `containers do not run here: ${stderr.trim()}` }
}

/** Starts a container that sleeps, as a container of a pod is labelled. */
export function startContainer(name: string, pod: { namespace: string; name: string }): RunningContainer {
  const root = rootFolder()
  const labels = { 'io.kubernetes.pod.namespace': pod.namespace, 'io.kubernetes.pod.name': pod.name }
  const { stdout, stderr, status } = spawnSync(
    'podman',
    [
      ...RUNTIME,
      ...['run', '-d', '--name', name, '--network', 'none', ...LIMITS],
      ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
      ...['--rootfs', root, '/bin/sleep', '600'],
    ],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`podman run: ${stderr}`)
  return {
    id: stdout.trim(),
    name,
    exec: (...command) =>
      spawnSync('podman', [...RUNTIME, 'exec', name, ...command], { stdio: 'ignore' }).status,
    async remove() {
      let last = ''
      // Tried again where what is in it is still ending: one that stays would be another test's container of the same pod.
      await until(
        async () => {
          const removed = spawnSync('podman', [...RUNTIME, 'rm', '-f', '-t', '0', '--ignore', name], {
            encoding: 'utf8',
          })
          last = removed.stderr
          return removed.status === 0 || undefined
        },
        () => `the container ${name} to be removed: ${last}`,
      )
      rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
}

/**
 * Serves Podman's interface at its usual place, unless it is served.
 *
 * @param options - of every call of it
 * @returns what ends it
 */
export async function servePodman(options: readonly string[] = []): Promise<() => Promise<void>> {
  if (await answers(PODMAN_SOCKET)) return async () => undefined
  mkdirSync(dirname(PODMAN_SOCKET), { recursive: true })
  // One that was killed leaves its socket behind.
  rmSync(PODMAN_SOCKET, { force: true })
  const service = ['system', 'service', '--time', '0', `unix://${PODMAN_SOCKET}`]
  const child = spawn('podman', [...options, ...service], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = new Promise((done) => child.on('exit', done))
  const end = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(PODMAN_SOCKET, { force: true })
  }
  try {
    await until(
      async () => (await answers(PODMAN_SOCKET)) || undefined,
      () => `Podman’s service: ${said}`,
    )
  } catch (error) {
    await end()
    throw error
  }
  return end
}

/** A new folder with what a container needs: a shell and a few commands. */
export function rootFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'haetae-root-'))
  for (const folder of ['bin', 'etc', 'proc', 'tmp']) mkdirSync(join(root, folder))
  cpSync('/bin/busybox', join(root, 'bin/busybox'))
  for (const command of COMMANDS) symlinkSync('busybox', join(root, 'bin', command))
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\n')
  writeFileSync(join(root, 'etc/shadow'), 'root:*:1:0:99999:7:::\n')
  return root
}
