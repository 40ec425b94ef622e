import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from './measure.ts'
import type { Line } from './run.ts'

/** The least that is asked of one core, and the longest that one in a hundred may take at a thousand a second. */
const TARGET_PER_SECOND = 3000
const TARGET_P99 = 10

const CONNECTIONS = 16
const WARM_UP = 3000
const REVIEWS = 8000
const ROUNDS = 3
const PACED_PER_SECOND = 1000
const PACED_SECONDS = 5

interface Server {
  readonly child: ChildProcess
  readonly port: number
  readonly agent: Agent
}

/**
 * Pod Security admission over HTTPS: reviews of pods as an API server sends them, over connections that are kept. The
 * rate is by the server process's own processor time, so that neither the client nor other work on the machine counts.
 */
export async function run(emit: (line: Line) => void): Promise<void> {
  const child = fork(new URL('./admission-process.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  try {
    const [{ port, ca }] = (await once(child, 'message')) as [{ port: number; ca: string }]
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca })
    const server: Server = { child, port, agent }
    const reviews = bodies()
    emit({ name: 'admission/review', value: Buffer.byteLength(reviews[0] ?? ''), unit: 'bytes' })
    await flood(server, reviews, WARM_UP)
    const rates: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const before = await cpuSeconds(child)
      await flood(server, reviews, REVIEWS)
      rates.push(REVIEWS / ((await cpuSeconds(child)) - before))
    }
    const rate = Math.round(median(rates))
    emit({ name: 'admission/pod-security/reviews', value: rate, unit: 'reviews/s of one core' })
    emit({ name: 'admission/pod-security/of-target', value: rounded(rate / TARGET_PER_SECOND), unit: 'x' })
    const times = await paced(server, reviews)
    const [p50, p99] = [0.5, 0.99].map((share) => rounded(times[Math.floor(times.length * share)] ?? 0))
    emit({ name: `admission/pod-security/at-${PACED_PER_SECOND}/p50`, value: p50 ?? 0, unit: 'ms' })
    emit({ name: `admission/pod-security/at-${PACED_PER_SECOND}/p99`, value: p99 ?? 0, unit: 'ms' })
    emit({ name: 'admission/pod-security/p99-of-limit', value: rounded((p99 ?? 0) / TARGET_P99), unit: 'x' })
    agent.destroy()
  } finally {
    child.disconnect()
  }
}

async function cpuSeconds(child: ChildProcess): Promise<number> {
  child.send('usage')
  const [{ cpu }] = (await once(child, 'message')) as [{ cpu: NodeJS.CpuUsage }]
  return (cpu.user + cpu.system) / 1e6
}

/** As many as there are connections at once, each as soon as the one before is answered. */
async function flood(server: Server, reviews: readonly string[], count: number): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await send(server, reviews[next++ % reviews.length] ?? '')
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
}

/** At an even pace, whatever the answers take. @returns milliseconds of each, sorted */
async function paced(server: Server, reviews: readonly string[]): Promise<number[]> {
  const times: number[] = []
  const pending: Promise<void>[] = []
  const start = performance.now()
  const total = PACED_PER_SECOND * PACED_SECONDS
  while (pending.length < total) {
    const due = Math.min(total, ((performance.now() - start) * PACED_PER_SECOND) / 1000)
    while (pending.length < due) {
      const begin = performance.now()
      const answered = send(server, reviews[pending.length % reviews.length] ?? '')
      pending.push(answered.then(() => void times.push(performance.now() - begin)))
    }
    await sleep(1)
  }
  await Promise.all(pending)
  return times.sort((a, b) => a - b)
}

function send({ port, agent }: Server, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const options = { host: '127.0.0.1', port, path: '/validate?timeout=10s', method: 'POST', agent, headers }
    const outgoing = request(options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`HTTP ${response.statusCode}`))
      response.resume().on('end', resolve)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Pods that are allowed, warned about and refused, as large as those that an API server sends. */
function bodies(): string[] {
  const hardened = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
  }
  const contexts = [hardened, {}, { privileged: true }, hardened]
  const namespaces = ['restricted', 'baseline', 'restricted', 'privileged']
  return contexts.map((securityContext, index) =>
    JSON.stringify({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      request: {
        uid: `705ab4f5-6393-11e8-b7cc-42010a80000${index}`,
        kind: { group: '', version: 'v1', kind: 'Pod' },
        resource: { group: '', version: 'v1', resource: 'pods' },
        name: 'web-6d4b75cb6d-hr5xw',
        namespace: namespaces[index],
        operation: 'CREATE',
        userInfo: {
          username: 'system:serviceaccount:kube-system:replicaset-controller',
          groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
        },
        object: pod(securityContext),
        oldObject: null,
        dryRun: false,
        options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
      },
    }),
  )
}

function pod(securityContext: object) {
  const probe = {
    httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
    timeoutSeconds: 1,
    periodSeconds: 10,
  }
  const container = (name: string) => ({
    name,
    image: `registry.example.com/shop/${name}@sha256:${'0123456789abcdef'.repeat(4)}`,
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    env: Array.from({ length: 8 }, (_, index) => ({ name: `SETTING_${index}`, value: `value-${index}` })),
    resources: { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
    volumeMounts: [
      { name: 'token', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
    ],
    livenessProbe: probe,
    readinessProbe: probe,
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
    securityContext,
  })
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-6d4b75cb6d-hr5xw',
      labels: { app: 'web', 'pod-template-hash': '6d4b75cb6d' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-6d4b75cb6d', uid: 'u', controller: true },
      ],
    },
    spec: {
      volumes: [
        {
          name: 'token',
          projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: 'token' } }] },
        },
      ],
      initContainers: [container('setup')],
      containers: [container('web'), container('proxy')],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'web',
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      schedulerName: 'default-scheduler',
      tolerations: [
        {
          key: 'node.kubernetes.io/not-ready',
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds: 300,
        },
      ],
    },
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
