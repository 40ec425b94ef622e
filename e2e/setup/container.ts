import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A container that runs, of Podman: its root is a folder, so that no registry is needed. */
export interface RunningContainer {
  readonly id: string
  readonly name: string
  /** Runs a command in it. @returns its exit status */
  exec(...command: readonly string[]): number | null
  remove(): void
}

const PACKAGES = ['podman', 'runc', 'busybox-static']
const SOCKET = '/run/podman/podman.sock'
/** Within what an environment without CAP_SYS_RESOURCE may ask for. */
const LIMITS = ['--ulimit', 'nofile=1000:1000', '--ulimit', 'nproc=1000:1000']
/** crun of Debian does not run on hosts with both versions of control groups. */
const RUNTIME = ['--runtime', 'runc']
const COMMANDS = ['sh', 'sleep', 'cat', 'ls', 'touch', 'ln']

/** Whether containers run here; otherwise what is missing. */
export function podman(): { readonly runs: boolean; readonly otherwise: string } {
  if (spawnSync('podman', ['--version']).status !== 0 || !existsSync('/bin/busybox'))
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...PACKAGES], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: 'ignore',
    })
  if (spawnSync('podman', ['--version']).status !== 0) return { runs: false, otherwise: 'there is no podman' }
  if (!existsSync('/bin/busybox')) return { runs: false, otherwise: 'there is no busybox' }
  const root = rootFolder()
  const { status, stderr } = spawnSync(
    'podman',
    [...RUNTIME, 'run', '--rm', ...LIMITS, '--network', 'none', '--rootfs', root, '/bin/ls', '/'],
    { encoding: 'utf8' },
  )
  rmSync(root, { recursive: true })
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
    remove() {
      spawnSync('podman', [...RUNTIME, 'rm', '-f', '-t', '0', name], { stdio: 'ignore' })
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Serves Podman's interface at its usual place, unless it is served. @returns what ends it */
export async function servePodman(): Promise<() => Promise<void>> {
  if (existsSync(SOCKET)) return async () => undefined
  mkdirSync('/run/podman', { recursive: true })
  const child: ChildProcess = spawn('podman', ['system', 'service', '--time', '0', `unix://${SOCKET}`], {
    stdio: 'ignore',
  })
  const ended = new Promise((done) => child.on('close', done))
  const deadline = performance.now() + 20_000
  while (!existsSync(SOCKET) && performance.now() < deadline)
    await new Promise((done) => setTimeout(done, 50))
  return async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(SOCKET, { force: true })
  }
}

function rootFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'haetae-root-'))
  for (const folder of ['bin', 'etc', 'proc', 'tmp']) mkdirSync(join(root, folder))
  cpSync('/bin/busybox', join(root, 'bin/busybox'))
  for (const command of COMMANDS) symlinkSync('busybox', join(root, 'bin', command))
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\n')
  writeFileSync(join(root, 'etc/shadow'), 'root:*:1:0:99999:7:::\n')
  return root
}
