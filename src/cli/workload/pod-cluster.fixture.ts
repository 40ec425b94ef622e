import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createSocket, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a pod's control groups and its status bear. */
export interface MadePod {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** Of its container `web`, 64 digits. */
  readonly id: string
}

export function makeIds(): MadePod {
  return { namespace: 'shop', name: 'web-1', uid: randomUUID(), id: randomBytes(32).toString('hex') }
}

/** The pod as the API gives it. @param changes - to its metadata, specification and status */
export function podOf(
  { namespace, name, uid, id }: MadePod,
  changes: { metadata?: object; spec?: object; status?: object } = {},
): object {
  return {
    kind: 'Pod',
    metadata: { namespace, name, uid, ...changes.metadata },
    spec: { nodeName: 'node-7', containers: [{ name: 'web' }], ...changes.spec },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'web', containerID: `containerd://${id}`, image: 'shop/web:1.2' }],
      ...changes.status,
    },
  }
}

/** An API server of one pod, and a container runtime whose socket takes connections and never answers. */
export interface PodCluster {
  /** The answer to the question for the pod; undefined where there is none: the connection is cut. */
  answer: { readonly status: number; readonly body: object } | undefined
  readonly asked: string[]
  /** A kubeconfig of it. */
  readonly kubeconfig: string
  /** Socket of the runtime. */
  readonly silent: string
  readonly folder: string
  /** Resolves once no connection to the API server is open; it closes none itself. */
  unused(): Promise<void>
  close(): Promise<void>
}

export async function startPodCluster(): Promise<PodCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-pod-'))
  const connections = new Set<Socket>()
  const runtime = createSocket((socket) => connections.add(socket.on('error', () => undefined)))
  const silent = join(folder, 'silent.sock')
  await new Promise<void>((done) => runtime.listen(silent, done))
  const api = createServer((request, response) => {
    cluster.asked.push(request.url ?? '')
    if (cluster.answer === undefined) {
      request.socket.destroy()
      return
    }
    response.writeHead(cluster.answer.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(cluster.answer.body))
  })
  // Idle ones stay open for as long as the client keeps them.
  api.keepAliveTimeout = 0
  const clients = new Set<Socket>()
  api.on('connection', (socket) => clients.add(socket))
  const kubeconfig = join(folder, 'kubeconfig.json')
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(await listen(api))))
  const cluster: PodCluster = {
    answer: undefined,
    asked: [],
    kubeconfig,
    silent,
    folder,
    async unused() {
      await Promise.all([...clients].map((socket) => socket.closed || once(socket, 'close')))
    },
    async close() {
      for (const each of connections) each.destroy()
      api.closeAllConnections()
      await Promise.all([runtime, api].map((server) => new Promise((done) => server.close(done))))
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return cluster
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function kubeconfigOf(port: number): object {
  const cluster = { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true }
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'here', cluster }],
    users: [{ name: 'me', user: {} }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
    'current-context': 'here',
  }
}
