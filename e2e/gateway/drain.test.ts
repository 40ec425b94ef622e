import { spawn } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anyCluster, needs } from '../setup/needs.ts'
import { findKubectl, GateProcess, kubectl, succeeds } from './gate-process.ts'

const { kubeconfig: cluster = '', otherwise } = anyCluster
const NAMESPACE = 'gate-drain'
const IN = ['--namespace', NAMESPACE]
const WORKERS = 4
/** The balancer asks before it leads anybody anywhere, so that it never leads to who is about to go. */
const DRAIN = ['--shutdown-delay', '3', '--shutdown-timeout', '120']
const WAIT = { timeout: 120_000 }

/** A rollout that waits for a node that there is not, until nothing of it is wanted any more. */
const NOWHERE = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'nowhere', namespace: NAMESPACE },
  spec: {
    selector: { matchLabels: { app: 'nowhere' } },
    template: {
      metadata: { labels: { app: 'nowhere' } },
      spec: { nodeSelector: { nowhere: 'here' }, containers: [{ name: 'c', image: 'none' }] },
    },
  },
}

describe('kubectl, while one of two gates drains', needs(cluster && findKubectl(), otherwise), () => {
  const [first, second] = [new GateProcess(cluster), new GateProcess(cluster)] as const
  let balancer: Server
  let direct: string
  let balanced: string

  beforeAll(async () => {
    await succeeds(cluster, ['create', 'namespace', NAMESPACE])
    await succeeds(cluster, ['create', '-f', '-'], JSON.stringify(NOWHERE))
    await first.start(...DRAIN)
    // Both are of one authority, as the gates of one name are.
    cpSync(join(first.folder, 'state', 'ca'), join(second.folder, 'state', 'ca'), { recursive: true })
    await second.start(...DRAIN)
    balancer = await balance([first, second])
    direct = await first.kubeconfig('jane', ['system:masters'])
    balanced = join(second.folder, 'balanced.kubeconfig')
    const text = readFileSync(direct, 'utf8')
    const { port } = balancer.address() as AddressInfo
    writeFileSync(balanced, text.replace(`127.0.0.1:${first.port}`, `127.0.0.1:${port}`), { mode: 0o600 })
  })
  afterAll(async () => {
    balancer?.close()
    await kubectl(cluster, ['delete', 'namespace', NAMESPACE, '--wait=false'])
    await Promise.all([first.close(), second.close()])
  })

  test('nothing fails: watches end, a rollout is followed through the other, every create is done', async () => {
    const watch = begin(direct, ['get', 'configmaps', '--watch', '--output', 'name', ...IN])
    const rollout = begin(balanced, ['rollout', 'status', 'deployment/nowhere', ...IN])
    const made: string[] = []
    const failed: string[] = []
    let isOver = false
    const create = async (worker: number) => {
      for (let index = 0; !isOver; index++) {
        const name = `c-${worker}-${index}`
        const { status, stderr } = await kubectl(balanced, ['create', 'configmap', name, ...IN])
        if (status === 0) made.push(name)
        else failed.push(`${name}: ${stderr}`)
      }
    }
    const workers = Array.from({ length: WORKERS }, (_, worker) => create(worker))
    // What was made after the watch had begun, so that it has.
    await expect.poll(() => watch.told(), WAIT).toContain('configmap/c-0-1')
    await expect.poll(() => rollout.told(), WAIT).toContain('Waiting for')
    await first.stop()
    const before = made.length
    await expect.poll(() => made.length + failed.length, WAIT).toBeGreaterThan(before + 2 * WORKERS)
    isOver = true
    await Promise.all(workers)
    expect(failed).toEqual([])
    expect(await watch.ended).toBe(0)

    await succeeds(cluster, ['scale', 'deployment/nowhere', '--replicas', '0', ...IN])
    expect([await rollout.ended, rollout.told()]).toEqual([
      0,
      expect.stringContaining('successfully rolled out'),
    ])

    await second.stop()
    const [by, byOther] = [first, second].map(createdBy)
    expect([by?.length, byOther?.length]).not.toContain(0)
    expect([...(by ?? []), ...(byOther ?? [])].sort()).toEqual(made.sort())
  })
})

function createdBy(gate: GateProcess): string[] {
  return gate
    .events()
    .filter(({ verb, objectRef }) => verb === 'create' && objectRef?.resource === 'configmaps')
    .map(({ objectRef }) => objectRef?.name ?? '')
}

/** Begins a kubectl that goes on. */
function begin(kubeconfig: string, args: readonly string[]) {
  const child = spawn(findKubectl() ?? '', ['--kubeconfig', kubeconfig, ...args], {
    env: { ...process.env, HOME: tmpdir() },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const ended = new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done))
  return { told: () => text, ended }
}

/** Leads each connection to the first gate that says it is ready, as the endpoints of a Service do. */
async function balance(gates: readonly GateProcess[]): Promise<Server> {
  const server = createServer(async (client) => {
    client.on('error', () => client.destroy())
    for (const { port, authority } of gates) {
      if (!(await isReady(port, authority.certificate))) continue
      const behind = connect(port, '127.0.0.1')
      behind.on('error', () => client.destroy())
      client.on('close', () => behind.destroy())
      client.pipe(behind).pipe(client)
      return
    }
    client.destroy()
  })
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open))
  return server
}

function isReady(port: number, ca: string): Promise<boolean> {
  return new Promise((done) => {
    request({ host: '127.0.0.1', port, path: '/readyz', ca, agent: false }, (response) => {
      response.resume()
      done(response.statusCode === 200)
    })
      .on('error', () => done(false))
      .end()
  })
}
