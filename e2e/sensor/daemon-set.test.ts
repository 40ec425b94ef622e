import { execFile, spawn } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { connect as connectTo, createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answers } from '../setup/answers.ts'
import { type ApiServer, connect, succeed } from '../setup/api-server.ts'
import { findKubelet } from '../setup/kubelet.ts'
import { deleteNamespace, makeNamespace } from '../setup/namespace.ts'
import { clusterWithNodes, needs } from '../setup/needs.ts'
import { hasPodman, makePodmanFolder, podmanIn, removePodmanFolder, WITHOUT_PODMAN } from '../setup/podman.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { until } from '../setup/work.ts'
import type { Alert } from './alerts.ts'
import { VICTIM } from './pods.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const MANIFEST = join(ROOT, 'deploy/detect.yaml')
const IMAGE = /image: (\S+)/.exec(readFileSync(MANIFEST, 'utf8'))?.[1] ?? ''
const NAMESPACE = 'haetae-daemon-set'
/** Where the manifest looks for containerd, whose socket is elsewhere in a cluster of the script. */
const SOCKET = '/run/containerd/containerd.sock'

const { path: sensor, otherwise } = sensorBinary()
const kubelet = findKubelet()
const { kubeconfig } = clusterWithNodes
const missing =
  sensor === undefined
    ? otherwise
    : kubeconfig === undefined || kubelet === undefined
      ? clusterWithNodes.otherwise
      : kubelet.runtime !== SOCKET && (await answers(SOCKET))
        ? `another containerd than the cluster's listens at ${SOCKET}`
        : hasPodman()
          ? ''
          : WITHOUT_PODMAN

describe('deploy/detect.yaml, with an image of deploy/Containerfile', needs(missing === '', missing), () => {
  let server: ApiServer | undefined
  let folder = ''
  let sockets: Server | undefined

  const kubectl = (...args: string[]) =>
    run(`${kubelet?.bin ?? ''}kubectl`, ['--kubeconfig', kubeconfig ?? '', ...args], {
      maxBuffer: 64 * 1024 * 1024,
    })
  const logs = async () => {
    const { stdout } = await kubectl('-n', 'haetae', 'logs', 'daemonset/haetae-detect')
    // What stands behind the last end of a line is being written.
    return stdout.split('\n').slice(0, -1)
  }

  beforeAll(async () => {
    folder = makePodmanFolder()
    sockets = await socketWhereExpected(kubelet?.runtime ?? '')
    await makeBase(join(folder, 'base'))
    await makeContext(join(folder, 'context'))
    const podman = podmanIn(folder)
    await run('sh', [
      '-c',
      `tar -C '${join(folder, 'base')}' -c . | podman ${podman.join(' ')} import - localhost/base:local`,
    ])
    const file = join(ROOT, 'deploy/Containerfile')
    const build = [
      'build',
      '--build-arg',
      'BASE=localhost/base:local',
      '-f',
      file,
      '-t',
      `docker.io/library/${IMAGE}`,
    ]
    await run('podman', [...podman, ...build, join(folder, 'context')])
    const archive = join(folder, 'image.tar')
    await run('podman', [...podman, 'save', '-o', archive, `docker.io/library/${IMAGE}`])
    await run('ctr', ['--address', kubelet?.runtime ?? '', '-n', 'k8s.io', 'images', 'import', archive])
    server = await connect(kubeconfig ?? '')
    await makeNamespace(server, NAMESPACE)
    await succeed(server, { method: 'POST', path: `/api/v1/namespaces/${NAMESPACE}/pods`, body: VICTIM })
    await kubectl('apply', '-f', MANIFEST)
  })
  afterAll(async () => {
    sockets?.close()
    try {
      await kubectl('delete', '-f', MANIFEST, '--wait=false', '--ignore-not-found')
      if (server !== undefined) await deleteNamespace(server, NAMESPACE)
      server?.close()
    } finally {
      await removePodmanFolder(folder)
    }
  })

  test('it raises an alert, with what the cluster knows of the pod', async () => {
    let last: unknown
    await until(
      async () => {
        const answer = await server?.send({
          method: 'GET',
          path: '/apis/apps/v1/namespaces/haetae/daemonsets/haetae-detect',
        })
        last = answer?.body['status']
        const { numberReady } = (last ?? {}) as { numberReady?: number }
        return (numberReady ?? 0) > 0 || undefined
      },
      () => `the DaemonSet: ${JSON.stringify(last)}`,
    )
    let lines: readonly string[] = []
    const seen = async () => {
      spawn(
        `${kubelet?.bin ?? ''}kubectl`,
        [
          '--kubeconfig',
          kubeconfig ?? '',
          '-n',
          NAMESPACE,
          'exec',
          'victim',
          '--',
          'sh',
          '-c',
          'echo x > /etc/x',
        ],
        { stdio: 'ignore' },
      )
      await new Promise((done) => setTimeout(done, 2000))
      lines = await logs()
      const found = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Alert)
      return found.find(({ rule }) => rule === 'File Below /etc Written')
    }
    const alert = await until(seen, () => `an alert in the log: ${lines.slice(-20).join('\n')}`)
    expect(alert.output_fields).toMatchObject({
      'fd.name': '/etc/x',
      'container.name': 'web',
      'container.image.repository': 'localhost/busybox',
      'k8s.ns.name': NAMESPACE,
      'k8s.pod.name': 'victim',
      // As the image or the node names user 0: both know that one.
      'user.name': 'root',
    })
  })

  test('it says nothing of itself, and misses no rights', async () => {
    const lines = await logs()
    expect(lines.filter((line) => !line.startsWith('{') && line !== '')).toEqual([
      expect.stringMatching(/^\d+ rules for syscall$/),
      expect.stringMatching(/^watching: /),
    ])
    const own = lines.filter((line) => line.startsWith('{') && line.includes('"k8s.pod.name":"haetae-detect'))
    expect(own).toEqual([])
  })
})

/** The manifest is applied as it stands: where it expects the runtime's socket, there is one that leads to it. */
async function socketWhereExpected(runtime: string): Promise<Server | undefined> {
  if (runtime === SOCKET) return undefined
  mkdirSync(dirname(SOCKET), { recursive: true })
  rmSync(SOCKET, { force: true })
  const server = createServer((from) => {
    const to = connectTo(runtime)
    from.pipe(to).on('error', () => from.destroy())
    to.pipe(from).on('error', () => to.destroy())
  })
  await new Promise<void>((done) => server.listen(SOCKET, done))
  return server
}

/** A root file system in place of the Containerfile's own base, which lies in a registry: busybox and the C library. */
async function makeBase(base: string): Promise<void> {
  for (const path of ['bin', 'etc', 'tmp', 'proc', 'sys', 'run', 'root'])
    mkdirSync(join(base, path), { recursive: true })
  cpSync('/bin/busybox', join(base, 'bin/busybox'))
  for (const name of ['sh', 'readlink', 'find']) symlinkSync('busybox', join(base, 'bin', name))
  const { stdout } = await run('ldd', [process.execPath, sensor ?? ''])
  for (const [library] of stdout.matchAll(/\/lib\S+/g)) {
    mkdirSync(join(base, dirname(library)), { recursive: true })
    copyFileSync(library, join(base, library))
  }
}

/** The checkout as the Containerfile's head has it prepared: built, without what only development needs. */
async function makeContext(context: string): Promise<void> {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, { dev?: boolean; devOptional?: boolean }>>
  }
  const packages = Object.entries(lock.packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    .map(([path]) => path)
    .filter((path) => existsSync(join(ROOT, path)))
  await run('npx', ['rolldown', '-c'], { cwd: ROOT })
  for (const path of [
    ...packages,
    ...['package.json', 'LICENSE', 'bin', 'dist', 'rules', 'docs/checks', 'sensor/build'],
  ])
    cpSync(join(ROOT, path), join(context, path), { recursive: true })
}
