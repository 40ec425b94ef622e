import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectTo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { containerId, execIn, makePod, type RunningPod, runningPods, thisNode } from '../sensor/node-pods.ts'
import { QUIET, VICTIM } from '../sensor/pods.ts'
import { type ApiServer, connect, succeed } from '../setup/api-server.ts'
import { haetae } from '../setup/haetae.ts'
import { deleteNamespace, makeNamespace } from '../setup/namespace.ts'
import { needs } from '../setup/needs.ts'
import { endLeftovers, jsonLines, type Running, start } from '../setup/running.ts'
import { until } from '../setup/work.ts'

const NAMESPACE = 'haetae-behavior'
const { sensor, kubeconfig, runtime, missing } = thisNode
const RUNTIME = ['--container-runtime', runtime]
const WITH_SENSOR = ['--sensor', sensor, ...RUNTIME]

/** A pod that gives away what it can, and is not as its manifest in the file says. */
const EXPOSED = {
  metadata: { name: 'exposed' },
  spec: {
    ...VICTIM.spec,
    hostPID: true,
    containers: [
      {
        ...VICTIM.spec.containers[0],
        env: [{ name: 'DB_PASSWORD', value: 'hunter-seven' }],
        securityContext: { capabilities: { add: ['SYS_ADMIN'] } },
      },
    ],
  },
}
const STRICTER = `apiVersion: v1
kind: Pod
metadata: {name: exposed, namespace: ${NAMESPACE}}
spec:
  containers:
    - name: web
      image: localhost/busybox:local
      securityContext: {runAsUser: 1000, readOnlyRootFilesystem: true}
`

interface TraceRecord {
  readonly kind: string
  readonly name?: string
  readonly args?: readonly string[]
}

interface Statement {
  readonly id: string
  readonly pod: string
  readonly name: string
  readonly verdict: string
  readonly isSeenFromStart: boolean
  readonly statement: string
  readonly entrypoint?: { readonly isOfImage: boolean }
  readonly evidence: readonly { readonly change: string; readonly path: string; readonly count: number }[]
}

describe('pods of this node', needs(missing === '', missing), () => {
  let server: ApiServer
  let folder = ''
  let victim: RunningPod

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-pods-'))
    server = await connect(kubeconfig)
    await makeNamespace(server, NAMESPACE)
    for (const body of [VICTIM, EXPOSED]) await makePod(server, NAMESPACE, body)
    ;[victim] = (await runningPods(server, NAMESPACE, 'victim')) as [RunningPod]
    await runningPods(server, NAMESPACE, 'exposed')
  })
  afterEach(endLeftovers)
  afterAll(async () => {
    await deleteNamespace(server, NAMESPACE)
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Runs a command in both pods until that of the victim is seen. */
  async function inBoth(run: Running, isSeen: () => boolean): Promise<void> {
    await until(
      async () => {
        await execIn(NAMESPACE, 'exposed', 'sh', '-c', 'cat /etc/in-the-other; true')
        await execIn(NAMESPACE, 'victim', 'sh', '-c', 'cat /etc/in-the-chosen; true')
        return isSeen() || undefined
      },
      () => `what was done in the pod: ${run.stderr()} ${run.stdout().slice(-2000)}`,
    )
  }

  /** Waits until a connection to a pod’s web server is taken. */
  function answers({ metadata, status }: RunningPod): Promise<true> {
    return until(
      () =>
        new Promise<true | undefined>((done) => {
          const socket = connectTo({ host: status.podIP, port: 8080 }, () => done(true))
          socket.on('error', () => done(undefined)).on('connect', () => socket.destroy())
        }),
      `${metadata.name} to listen`,
    )
  }

  test.each([
    ['--pod', () => `${NAMESPACE}/victim`],
    ['--container', () => containerId(victim)],
    ['--container', () => containerId(victim).slice(0, 12)],
  ])('haetae trace %s shows the calls of that one alone', async (option, value) => {
    const run = start(['trace', ...WITH_SENSOR, option, value(), '--format', 'jsonl'])
    await run.until(() => run.stderr().includes('tracing'))
    await inBoth(run, () => run.stdout().includes('/etc/in-the-chosen", O_RDONLY') || hasOpened(run))
    await run.stopsWith(0)
    const calls = jsonLines<TraceRecord>(run.stdout())
    const opened = calls.filter(({ name, args }) => name === 'openat' && args?.[1] === '"/etc/in-the-chosen"')
    expect(opened[0]?.args?.[2]).toBe('O_RDONLY')
    // The program and its end are there, and nothing of the other pod.
    expect(calls.some(({ name, args }) => name === 'execve' && args?.[1]?.includes('in-the-chosen'))).toBe(
      true,
    )
    expect(calls.some(({ kind }) => kind === 'exit')).toBe(true)
    expect(run.stdout()).not.toContain('/etc/in-the-other')
    expect(run.stderr()).not.toContain('ERR_')
  })

  function hasOpened(run: Running): boolean {
    return run.stdout().includes('"\\"/etc/in-the-chosen\\""')
  }

  test('haetae trace -c --pod gives the table', async () => {
    const run = start(['trace', '-c', ...WITH_SENSOR, '--pod', `${NAMESPACE}/victim`, '--format', 'json'])
    await run.until(() => run.stderr().includes('tracing'))
    for (let times = 0; times < 3; times++) await execIn(NAMESPACE, 'victim', 'cat', '/etc/passwd')
    // What was done before it is told to stop is told.
    await run.stopsWith(0)
    const { calls, total } = JSON.parse(run.stdout()) as {
      calls: { name: string; calls: number; errors: number; seconds: number }[]
      total: { calls: number; errors: number }
    }
    const counted = Object.fromEntries(calls.map(({ name, calls: count }) => [name, count]))
    expect(counted['execve']).toBeGreaterThanOrEqual(3)
    expect(counted['openat']).toBeGreaterThanOrEqual(counted['execve'] ?? 0)
    expect(total.calls).toBe(calls.reduce((sum, { calls: count }) => sum + count, 0))
    expect(total.errors).toBe(calls.reduce((sum, { errors }) => sum + errors, 0))
  })

  test('haetae proc --pod tells what is exposed, and how it differs from a manifest', async () => {
    const manifest = join(folder, 'stricter.yaml')
    writeFileSync(manifest, STRICTER)
    const { stdout, stderr, status } = await haetae([
      ...['proc', '--pod', `${NAMESPACE}/exposed`, ...RUNTIME, '--manifest', manifest],
      ...['--format', 'json', '--lang', 'en', '--fail-on', 'high'],
    ])
    expect(stderr).toBe('')
    expect(status).toBe(1)
    expect(stdout).not.toContain('hunter-seven')
    const [seen, ...more] = JSON.parse(stdout).processes
    expect(more).toEqual([])
    expect(seen).toMatchObject({ pod: `${NAMESPACE}/exposed`, container: 'web' })
    const ids = seen.exposures.map(({ id }: { id: string }) => id)
    for (const id of ['secret-in-environment', 'host-namespaces', 'dangerous-capabilities', 'runs-as-root'])
      expect(ids).toContain(id)
    const differing = seen.drift.filter(({ verdict }: { verdict: string }) => verdict === 'drift')
    const settings = differing.map(({ setting }: { setting: string }) => setting)
    for (const setting of ['runAsUser', 'readOnlyRootFilesystem', 'hostPID'])
      expect(settings).toContain(setting)
  })

  test('haetae proc --pod --cluster finds the pod as the API has it', async () => {
    const { stdout, status } = await haetae([
      ...['proc', '--pod', `${NAMESPACE}/exposed`, ...RUNTIME, '--cluster', '--kubeconfig', kubeconfig],
      ...['--format', 'json', '--lang', 'en'],
    ])
    expect(status).toBe(0)
    const [seen] = JSON.parse(stdout).processes
    expect(seen.drift.length).toBeGreaterThan(5)
    expect(seen.drift.filter(({ verdict }: { verdict: string }) => verdict === 'drift')).toEqual([])
  })

  test('haetae proc --container needs no runtime', async () => {
    const { stdout, status } = await haetae([
      ...['proc', '--container', containerId(victim).slice(0, 12), '--format', 'json', '--lang', 'en'],
    ])
    expect(status).toBe(0)
    const [seen] = JSON.parse(stdout).processes
    expect(seen.containerId).toBe(containerId(victim))
    expect(seen.args).toContain('httpd')
  })

  describe('where the runtime does not answer', () => {
    const connections = new Set<Socket>()
    const silent = createServer((socket) => connections.add(socket.on('error', () => undefined)))
    let byApi: readonly string[] = []

    beforeAll(async () => {
      const socket = join(folder, 'silent.sock')
      await new Promise<void>((done) => silent.listen(socket, done))
      byApi = ['--container-runtime', socket, '--kubeconfig', kubeconfig]
      // Else this would prove nothing: no other runtime of this machine knows the pod.
      const pod = ['--pod', `${NAMESPACE}/victim`, '--container-runtime', socket]
      const { stderr } = await haetae(['proc', ...pod, '--lang', 'en'])
      expect(stderr).toMatch(/ERR_NO_RUNTIME|ERR_NO_SUCH_POD/)
    })
    afterAll(async () => {
      for (const each of connections) each.destroy()
      await new Promise((done) => silent.close(done))
    })

    test('haetae proc --pod finds the pod by what the API says of it', async () => {
      const { stdout, stderr, status } = await haetae([
        ...['proc', ...byApi, '--pod', `${NAMESPACE}/exposed`, '--format', 'json', '--lang', 'en'],
      ])
      expect(stderr).toBe('')
      expect(status).toBe(0)
      const { processes } = JSON.parse(stdout)
      expect(processes).toMatchObject([{ pod: `${NAMESPACE}/exposed`, container: 'web' }])
      expect(processes[0].args).toContain('httpd')
    })

    test('haetae trace --pod shows the calls of that one alone', async () => {
      const run = start([
        ...['trace', '--sensor', sensor, ...byApi, '--pod', `${NAMESPACE}/victim`, '--format', 'jsonl'],
      ])
      await run.until(() => run.stderr().includes('tracing'))
      await inBoth(run, () => hasOpened(run))
      await run.stopsWith(0)
      expect(run.stdout()).not.toContain('/etc/in-the-other')
      expect(run.stderr()).not.toContain('ERR_')
    })

    test('a pod that the cluster does not have is told as such', async () => {
      for (const command of [['proc'], ['trace', '--sensor', sensor]]) {
        const { stderr, status } = await haetae([
          ...[...command, ...byApi, '--pod', `${NAMESPACE}/nobody`, '--lang', 'en'],
        ])
        expect(stderr).toContain('ERR_NO_SUCH_POD')
        expect(stderr).toContain(`the cluster has no pod ${NAMESPACE}/nobody`)
        expect(status).toBe(2)
      }
    })
  })

  test('haetae immutability tells the pod that was changed from that which was not, with evidence', async () => {
    const run = start([
      ...['immutability', '--live', ...WITH_SENSOR, '--cluster', '--kubeconfig', kubeconfig],
      ...['--format', 'json', '--fail-on', 'changed'],
    ])
    await run.until(() => run.stderr().includes('recording'))
    await makePod(server, NAMESPACE, { ...VICTIM, metadata: { name: 'changed' } })
    await makePod(server, NAMESPACE, QUIET)
    const [changed] = await runningPods(server, NAMESPACE, 'changed')
    await runningPods(server, NAMESPACE, 'quiet')
    await execIn(
      NAMESPACE,
      'changed',
      'sh',
      '-c',
      'cp /bin/busybox /tmp/apk; /tmp/apk true; echo x > /etc/motd',
    )
    // What the quiet one does is to be among it.
    await new Promise((done) => setTimeout(done, 12_000))
    await run.stopsWith(1)
    const { containers } = JSON.parse(run.stdout()) as { containers: readonly Statement[] }
    const of = (pod: string, name: string) =>
      containers.find((each) => each.pod === pod && each.name === name)
    expect(of('changed', 'web')).toMatchObject({
      id: containerId(changed as RunningPod).slice(0, 12),
      verdict: 'changed',
      isSeenFromStart: true,
    })
    const evidence = of('changed', 'web')?.evidence.map(({ change, path }) => `${change} ${path}`) ?? []
    for (const one of [
      'shell-entered /bin/busybox',
      'executed-new-file /tmp/apk',
      'executed-from-temporary-folder /tmp/apk',
      'package-manager /tmp/apk',
      'wrote-below-system-folder /etc/motd',
    ])
      expect(evidence).toContain(one)
    for (const name of ['web', 'clock']) {
      expect(of('quiet', name)).toMatchObject({ verdict: 'unchanged', isSeenFromStart: true, evidence: [] })
      expect(of('quiet', name)?.statement).toContain('unchanged since start')
      // The cluster's image starts a shell; the pod's manifest asks for what it runs.
      expect(of('quiet', name)?.entrypoint).toMatchObject({ ofImage: ['/bin/sh'] })
    }
    expect(of('quiet', 'clock')?.entrypoint?.isOfImage).toBe(true)
    expect(of('quiet', 'web')?.entrypoint).toEqual({
      ofImage: ['/bin/sh'],
      told: ['/bin/busybox', 'httpd', '-f', '-p', '8080', '-h', '/etc'],
      isOfImage: false,
    })
    // The one that ran already is not vouched for from its start.
    expect(of('victim', 'web')?.isSeenFromStart ?? false).toBe(false)
  })

  test('haetae profile merges the recordings of replicas, and those of another run', async () => {
    const saved = join(folder, 'first.jsonl')
    const deployment = {
      metadata: { name: 'replicas' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'replicas' } },
        template: { metadata: { labels: { app: 'replicas' } }, spec: VICTIM.spec },
      },
    }
    const recordings = ['profile', '--live', ...WITH_SENSOR, '--pod', `${NAMESPACE}/replicas`]
    const first = start([...recordings, '--save', saved, '--format', 'json'])
    await first.until(() => first.stderr().includes('recording'))
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`
    await succeed(server, { method: 'POST', path, body: deployment })
    const replicas = await runningPods(server, NAMESPACE, 'replicas', 2)
    const [one] = replicas as [RunningPod]
    // Ready is what has begun, whether it listens yet or not.
    for (const pod of replicas) await answers(pod)
    await first.stopsWith(0)
    const both = jsonLines<{ container: { pod: string }; startedAt: number; calls: object }>(
      readFileSync(saved, 'utf8'),
    )
    const webs = both.filter(({ container }) => container.pod.startsWith('replicas-'))
    expect(new Set(webs.map(({ container }) => container.pod)).size).toBe(2)
    const before = JSON.parse(first.stdout())
    expect(before.recordings).toBe(2)
    expect(before.calls).not.toContain('mkdir')

    // Another run, in which one of them does something that it did not do before.
    const more = join(folder, 'second.jsonl')
    const second = start([...recordings, '--save', more, '--format', 'json'])
    await second.until(() => second.stderr().includes('recording'))
    await execIn(NAMESPACE, one.metadata.name, 'mkdir', '/tmp/folder')
    await second.stopsWith(0)

    const merged = await haetae(['profile', '--recording', saved, more, '--format', 'json', '--lang', 'en'])
    expect(merged.stderr).toBe('')
    expect(merged.status).toBe(0)
    const after = JSON.parse(merged.stdout)
    expect(after.recordings).toBeGreaterThanOrEqual(3)
    expect(after.calls).toEqual(expect.arrayContaining([...before.calls, 'mkdir']))
    expect(after.ports).toEqual([{ protocol: 'TCP', port: 8080 }])
    expect(after.completeness.curve.length).toBeGreaterThan(0)
  })

  test('a pod, a container or a process that is not there is told of, by every command', async () => {
    for (const args of [
      ['trace', ...WITH_SENSOR, '--pod', `${NAMESPACE}/nobody`],
      ['trace', ...WITH_SENSOR, '--container', 'no-such-container'],
      ['detect', '--live', ...WITH_SENSOR, '--pod', `${NAMESPACE}/nobody`],
      ['proc', ...RUNTIME, '--pod', `${NAMESPACE}/nobody`],
      ['proc', '--container', '0123456789ab'],
      ['proc', '4194304'],
    ]) {
      const { stdout, stderr, status } = await haetae([...args, '--lang', 'en'])
      expect(stdout, args.join(' ')).toBe('')
      expect(stderr, args.join(' ')).not.toMatch(/\bat .*\.ts:\d+/)
      expect(stderr.length, args.join(' ')).toBeGreaterThan(20)
      expect(status, args.join(' ')).toBe(args.at(-1) === '4194304' ? 3 : 2)
    }
  })
})
