import { existsSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join, resolve } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { GateProcess } from '../e2e/gateway/gate-process.ts'
import { startControlPlane } from '../e2e/setup/control-plane.ts'
import { median } from './measure.ts'
import type { Line } from './run.ts'

/** Requests of one measurement, over connections that stay open. */
const REQUESTS = 3000
const CONNECTIONS = 32
const ROUNDS = 3
const LIST = 500
const WATCHERS = 1000

interface Target {
  readonly host: string
  readonly port: number
  readonly agent: Agent
}

/**
 * Through the gate beside straight to the same API server: what the gate's processor time a request is of the API
 * server's own (limit 0.5), what it adds to the time of an answer at 200 requests a second, and how much memory it has
 * with a thousand clients that watch. It needs a control plane (`HAETAE_CLUSTER_SCRIPT`) and says so where there is none.
 */
export async function run(report: (line: Line) => void): Promise<void> {
  const script = resolve(process.env['HAETAE_CLUSTER_SCRIPT'] || '../shared/cluster.sh')
  if (!existsSync(script) || process.platform !== 'linux') {
    process.stderr.write('gateway: no control plane to measure with (HAETAE_CLUSTER_SCRIPT)\n')
    return
  }
  const plane = await startControlPlane(script, { admissionPlugins: [], featureGates: ['ProcMountType'] })
  const gate = new GateProcess(plane.kubeconfig)
  try {
    await gate.start()
    const state = join(plane.auditLog, '../..')
    const server = Number(
      readFileSync(join(state, 'run', 'kube-apiserver.pid'), 'utf8')
        .trim()
        .split(/\s/)[0],
    )
    await measure(report, await directly(plane.kubeconfig), await throughGate(gate), server, gate.pid)
  } finally {
    await gate.close()
    await plane.down()
  }
}

/** Names that are made up by the server meet each other now and then, and one request fails. */
let made = 0

async function measure(
  report: (line: Line) => void,
  direct: Target,
  gate: Target,
  server: number,
  pid: number,
) {
  const base = '/api/v1/namespaces/default/configmaps'
  for (let index = 0; index < LIST; index++)
    await send(direct, 'POST', base, `{"metadata":{"name":"m-${index}"},"data":{"a":"${'x'.repeat(200)}"}}`)
  const shapes = [
    { name: 'get', method: 'GET', path: () => `${base}/m-0`, requests: REQUESTS },
    { name: 'list of 500', method: 'GET', path: () => base, requests: REQUESTS / 20 },
    {
      name: 'post',
      method: 'POST',
      path: () => '/api/v1/namespaces/kube-public/configmaps',
      requests: REQUESTS / 3,
    },
  ]
  for (const { name, method, path, requests } of shapes) {
    const body = method === 'POST' ? () => `{"metadata":{"name":"p-${made++}"},"data":{"a":"b"}}` : undefined
    const ratios: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const before = cpuOf(server)
      await load(direct, requests, method, path(), body)
      const between = cpuOf(server)
      const gateBefore = cpuOf(pid)
      await load(gate, requests, method, path(), body)
      // The first round is to get warm.
      if (round > 0) ratios.push((cpuOf(pid) - gateBefore) / (between - before))
    }
    report({
      name: `gateway: CPU of the gate for a ${name}, of the API server's own (limit 0.5)`,
      value: round3(median(ratios)),
      unit: 'x',
    })
  }
  const straight = await paced(direct, `${base}/m-0`)
  const through = await paced(gate, `${base}/m-0`)
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    const added = at(through, share) - at(straight, share)
    report({ name: `gateway: added at 200 requests/s, ${name}`, value: round3(added), unit: 'ms' })
  }
  const watchers = await watch(gate, base)
  report({
    name: `gateway: memory with ${WATCHERS} clients that watch (limit 500)`,
    value: memoryOf(pid),
    unit: 'MB',
  })
  for (const end of watchers) end()
}

async function load(
  target: Target,
  count: number,
  method: string,
  path: string,
  body: (() => string) | undefined,
): Promise<void> {
  let left = count
  const worker = async () => {
    while (left-- > 0) await send(target, method, path, body?.())
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
}

/** @returns milliseconds of each answer, sorted */
async function paced(target: Target, path: string): Promise<number[]> {
  const times: number[] = []
  const sent: Promise<void>[] = []
  const start = performance.now()
  for (let index = 0; index < 1000; index++) {
    const due = start + index * 5
    const wait = due - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const begun = performance.now()
    sent.push(send(target, 'GET', path).then(() => void times.push(performance.now() - begun)))
  }
  await Promise.all(sent)
  return times.sort((a, b) => a - b)
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? 0
}

async function watch({ host, port, agent }: Target, path: string): Promise<(() => void)[]> {
  const { ca, cert, key } = agent.options
  const open = () =>
    new Promise<() => void>((opened, fail) => {
      const own = new Agent({ ca, cert, key, maxSockets: 1 })
      const outgoing = request(
        { host, port, path: `${path}?watch=1&resourceVersion=0`, agent: own },
        (response) => {
          response.resume()
          opened(() => outgoing.destroy())
        },
      )
      outgoing.on('error', fail)
      outgoing.end()
    })
  const ends: (() => void)[] = []
  while (ends.length < WATCHERS) ends.push(...(await Promise.all(Array.from({ length: 20 }, open))))
  return ends
}

function send({ host, port, agent }: Target, method: string, path: string, body?: string): Promise<void> {
  return new Promise((done, fail) => {
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length }
    const outgoing = request({ host, port, path, method, agent, headers }, (response) => {
      if ((response.statusCode ?? 500) >= 300) fail(new Error(`${method} ${path}: ${response.statusCode}`))
      response.resume().on('end', done)
    })
    outgoing.on('error', fail)
    outgoing.end(body)
  })
}

async function directly(kubeconfig: string): Promise<Target> {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const url = new URL(config.getCurrentCluster()?.server ?? '')
  const options: { ca?: string; cert?: string; key?: string } = {}
  await config.applyToHTTPSOptions(options as never)
  return {
    host: url.hostname,
    port: Number(url.port),
    agent: new Agent({ ...options, keepAlive: true, maxSockets: CONNECTIONS }),
  }
}

async function throughGate(gate: GateProcess): Promise<Target> {
  const credential = await gate.credential('jane', ['system:masters'])
  return {
    host: '127.0.0.1',
    port: gate.port,
    agent: new Agent({ ...credential, keepAlive: true, maxSockets: CONNECTIONS }),
  }
}

/** Seconds of processor time so far, user and system. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function memoryOf(pid: number): number {
  return Math.round(
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
  )
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000
}
