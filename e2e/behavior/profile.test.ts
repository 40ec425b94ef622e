import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { thisNode } from '../sensor/node-pods.ts'
import { type ApiServer, connect } from '../setup/api-server.ts'
import { deleteNamespace, makeNamespace, TOKENLESS } from '../setup/namespace.ts'
import { needs } from '../setup/needs.ts'
import { until } from '../setup/work.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const HAETAE = join(ROOT, 'bin/haetae')
const NAMESPACE = 'haetae-profile'
const SERVER = 'echo started > /tmp/started; exec /bin/busybox httpd -f -p 8080 -h /tmp'

const { sensor, kubeconfig, runtime, kubectl: program, profiles: profilesFolder, missing } = thisNode

const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: ${NAMESPACE} # of its own
spec:
  selector:
    matchLabels: {app: web}
  strategy: {type: Recreate}
  template:
    metadata:
      labels: {app: web}
    spec:
      serviceAccountName: ${TOKENLESS}
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 1
      containers:
        # serves what it finds in /tmp
        - name: httpd
          image: localhost/busybox:local
          imagePullPolicy: IfNotPresent
          command: [/bin/busybox, sh, -c, '${SERVER}']
`

/** A recording that goes on; not a promise itself, or to await its begin would be to await its end. */
interface Recording {
  readonly ended: Promise<Recorded>
  /** Ends it as Ctrl-C does: once what is to be in it has been done, however long that took. */
  stop(): Promise<Recorded>
}

interface Recorded {
  readonly status: number | null
  readonly output: string
}

interface PodItem {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string }
  readonly spec: object
  readonly status: { readonly phase?: string; readonly podIP?: string }
}

describe('haetae profile on a pod of busybox’s httpd', needs(missing === '', missing), () => {
  let folder = ''
  let server: ApiServer
  let report = ''
  const children: ChildProcess[] = []

  const kubectl = (...args: string[]) => run(program, ['--kubeconfig', kubeconfig, '-n', NAMESPACE, ...args])
  const haetae = (...args: string[]) =>
    run(HAETAE, [...args, '--lang', 'en'], { maxBuffer: 64 * 1024 * 1024 })

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-profile-'))
    server = await connect(kubeconfig)
    await makeNamespace(server, NAMESPACE)
  })
  afterAll(async () => {
    for (const child of children) child.kill()
    await deleteNamespace(server, NAMESPACE)
    server.close()
    rmSync(folder, { recursive: true, force: true })
    rmSync(join(profilesFolder, 'haetae'), { recursive: true, force: true })
  })

  /** Starts a recording, and waits until it sees events. */
  async function record(args: readonly string[]): Promise<Recording> {
    const child = spawn(HAETAE, ['profile', ...args, '--lang', 'en', '--container-runtime', runtime], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HAETAE_SENSOR: sensor },
    })
    children.push(child)
    let output = ''
    let errors = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text
    })
    const ended = new Promise<Recorded>((done) =>
      child.on('close', (status) => done({ status, output: output + errors })),
    )
    await until(
      async () => errors.includes('recording') || child.exitCode !== null || undefined,
      'the sensor',
    )
    return {
      ended,
      stop() {
        child.kill('SIGINT')
        return ended
      },
    }
  }

  /** The one pod that runs and is not about to go. */
  function runningPod(isNew: (pod: PodItem) => boolean = () => true): Promise<PodItem> {
    return until(async () => {
      const { body } = await server.send({ method: 'GET', path: `/api/v1/namespaces/${NAMESPACE}/pods` })
      const items = body['items'] as readonly PodItem[]
      return items.find(
        ({ metadata, status, ...pod }) =>
          metadata.deletionTimestamp === undefined &&
          status.phase === 'Running' &&
          isNew({ metadata, status, ...pod }),
      )
    }, 'a running pod')
  }

  const page = (pod: PodItem): Promise<string> =>
    until(
      () =>
        new Promise<string | undefined>((done) => {
          const request = get(`http://${pod.status.podIP}:8080/started`, { timeout: 2000 }, (response) => {
            let text = ''
            response.setEncoding('utf8').on('data', (part: string) => {
              text += part
            })
            response.on('end', () => done(response.statusCode === 200 ? text : undefined))
          })
          request.on('error', () => done(undefined)).on('timeout', () => request.destroy())
        }),
      'the page',
    )

  test('it proposes a patch, which passes restricted', async () => {
    const manifest = join(folder, 'web.yaml')
    writeFileSync(manifest, MANIFEST)
    const out = join(folder, 'out')
    const recording = await record(['--live', '--pod', `${NAMESPACE}/web`, '-m', manifest, '-o', out])
    await kubectl('apply', '-f', manifest)
    const pod = await runningPod()
    for (let times = 0; times < 5; times++) expect(await page(pod)).toBe('started\n')
    const { status, output } = await recording.stop()
    report = output
    expect(report).toContain('start-up:')
    expect(report).toContain('non-root would do (user 65532)')
    expect(report).toContain('emptyDirs at /tmp')
    expect(report).toContain('listens on 8080/TCP')
    expect(report).toContain('it passes the Pod Security level restricted')
    expect(status).toBe(0)
    const patched = readFileSync(join(out, 'web.yaml'), 'utf8')
    expect(patched).toContain('# serves what it finds in /tmp')
    expect(patched).toContain('localhostProfile: haetae/web-httpd.json')
  })

  test('patched, the pod runs as before, as the manifest says', async () => {
    const profiles = join(profilesFolder, 'haetae')
    mkdirSync(profiles, { recursive: true })
    for (const name of ['web-httpd.json', 'web-httpd-log.json'])
      copyFileSync(join(folder, 'out/seccomp/haetae', name), join(profiles, name))
    await kubectl('apply', '-f', join(folder, 'out/web.yaml'))
    const pod = await runningPod(({ spec }) => JSON.stringify(spec).includes('localhostProfile'))
    expect(await page(pod)).toBe('started\n')
    const { stdout } = await haetae(
      ...['proc', '--pod', `${NAMESPACE}/${pod.metadata.name}`, '--manifest', join(folder, 'out/web.yaml')],
      ...['--container-runtime', runtime, '--format', 'json'],
    )
    const [seen] = JSON.parse(stdout).processes
    expect(seen.drift.filter(({ verdict }: { verdict: string }) => verdict === 'drift')).toEqual([])
    expect(seen).toMatchObject({ seccomp: 'filter', noNewPrivileges: true, identity: { uid: 65_532 } })
    expect(seen.exposures.map(({ id }: { id: string }) => id)).toEqual([])
  })

  test('a call outside the profile is refused', async () => {
    const pod = await runningPod(({ spec }) => JSON.stringify(spec).includes('localhostProfile'))
    const allowed = await kubectl('exec', pod.metadata.name, '--', '/bin/busybox', 'cat', '/tmp/started')
    expect(allowed.stdout).toBe('started\n')
    await expect(
      kubectl('exec', pod.metadata.name, '--', '/bin/busybox', 'mkdir', '/tmp/folder'),
    ).rejects.toThrow(/Operation not permitted/)
  })

  test('in log mode it is done, and --verify tells of it', async () => {
    const text = readFileSync(join(folder, 'out/web.yaml'), 'utf8')
    writeFileSync(join(folder, 'log.yaml'), text.replace('web-httpd.json', 'web-httpd-log.json'))
    await kubectl('apply', '-f', join(folder, 'log.yaml'))
    const pod = await runningPod(({ spec }) => JSON.stringify(spec).includes('web-httpd-log.json'))
    await page(pod)
    const profile = join(folder, 'out/seccomp/haetae/web-httpd.json')
    const recording = await record(['--verify', profile, '--live', '--pod', `${NAMESPACE}/web`])
    await kubectl('exec', pod.metadata.name, '--', '/bin/busybox', 'mkdir', '/tmp/folder')
    const { status, output } = await recording.stop()
    expect(output).toMatch(/mkdir: observed/)
    expect(status).toBe(1)
  })

  test('of a pod whose start was not seen it promises less, and its patch runs', async () => {
    const manifest = join(folder, 'late.yaml')
    writeFileSync(manifest, MANIFEST.replaceAll('web', 'late'))
    await kubectl('apply', '-f', manifest)
    const isLate = ({ metadata }: PodItem) => metadata.name.startsWith('late-')
    const before = await runningPod(isLate)
    expect(await page(before)).toBe('started\n')
    const out = join(folder, 'late')
    const recording = await record([
      ...['--live', '--for', '15s', '--pod', `${NAMESPACE}/late`, '-m', manifest, '-o', out],
    ])
    for (let times = 0; times < 5; times++) expect(await page(before)).toBe('started\n')
    const { status, output } = await recording.ended
    expect(output).toContain('the start was not seen')
    expect(output).toContain('completeness is not known')
    expect(output).not.toContain('estimated completeness')
    expect(output).toContain('whether the root can be read-only is not known')
    expect(status).toBe(0)

    const profiles = join(profilesFolder, 'haetae')
    mkdirSync(profiles, { recursive: true })
    copyFileSync(join(out, 'seccomp/haetae/late-httpd.json'), join(profiles, 'late-httpd.json'))
    await kubectl('apply', '-f', join(out, 'late.yaml'))
    const patched = await runningPod(
      (pod) => isLate(pod) && JSON.stringify(pod.spec).includes('haetae/late-httpd.json'),
    )
    expect(await page(patched)).toBe('started\n')
    await expect(
      kubectl('exec', patched.metadata.name, '--', '/bin/busybox', 'mkdir', '/tmp/folder'),
    ).rejects.toThrow(/Operation not permitted/)
  })
})
