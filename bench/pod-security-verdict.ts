import { evaluatePod, isPodAllowed, type PodView } from '../src/pod-security/index.ts'

/**
 * What Kubernetes' own library, k8s.io/pod-security-admission v0.36 in Go, reaches on one core of a machine of
 * this kind: verdicts a second (restricted:latest) for a pod of about 1 kB, decoded already and from JSON text.
 */
const GO_DECODED_PER_SECOND = 377_000
const GO_JSON_PER_SECOND = 108_000

/** As long a measurement as evens out a collection of garbage. */
const MEASURED_MILLISECONDS = 1000

/** Measures verdicts by the Pod Security Standards, restricted:latest, on one core. */
export async function run(
  emit: (line: { name: string; value: number; unit: string }) => void,
): Promise<void> {
  for (const [kind, pod] of [
    ['compliant', compliantPod()],
    ['violating', violatingPod()],
  ] as const) {
    const text = JSON.stringify(pod)
    emit({ name: `pod-security-verdict/${kind}/pod`, value: text.length, unit: 'bytes' })
    measure(`${kind}/decoded`, GO_DECODED_PER_SECOND, () => evaluatePod('restricted', 'latest', pod).length)
    measure(`${kind}/decoded-with-texts`, GO_DECODED_PER_SECOND, () => lengthOfTexts(pod))
    measure(`${kind}/allowed-only`, GO_DECODED_PER_SECOND, () =>
      isPodAllowed('restricted', 'latest', pod) ? 1 : 0,
    )
    emit({
      name: `pod-security-verdict/${kind}/parse-alone`,
      value: Math.round(rate(() => (parse(text).spec ? 1 : 0))),
      unit: 'pods/s',
    })
    measure(`${kind}/json`, GO_JSON_PER_SECOND, () => lengthOfTexts(parse(text)))
  }

  function measure(name: string, go: number, verdict: () => number): void {
    const perSecond = Math.round(rate(verdict))
    emit({ name: `pod-security-verdict/${name}`, value: perSecond, unit: 'verdicts/s' })
    const ratio = Math.round((perSecond / go) * 100) / 100
    emit({ name: `pod-security-verdict/${name}/of-go`, value: ratio, unit: 'x' })
  }
}

function parse(text: string): PodView {
  return JSON.parse(text) as PodView
}

/** The verdict with every text made, which is what the Go library does. */
function lengthOfTexts(pod: PodView): number {
  let length = 0
  for (const { reason, detail } of evaluatePod('restricted', 'latest', pod))
    length += reason.length + detail.length
  return length
}

/** Verdicts a second of this thread's own processor time: what else the machine does is not counted. */
function rate(verdict: () => number): number {
  let sum = 0
  for (let count = 0; count < 20_000; count++) sum += verdict()
  let done = 0
  const start = threadMilliseconds()
  let elapsed = 0
  while (elapsed < MEASURED_MILLISECONDS) {
    for (let count = 0; count < 1000; count++) sum += verdict()
    done += 1000
    elapsed = threadMilliseconds() - start
  }
  // Using the sum keeps the engine from dropping the work.
  if (!Number.isFinite(sum)) throw new Error('verdicts are numbers')
  return (done / elapsed) * 1000
}

function threadMilliseconds(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function compliantPod() {
  const securityContext = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  }
  return pod(
    { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    securityContext,
  )
}

function violatingPod() {
  return pod({ runAsUser: 0 }, { capabilities: { add: ['NET_ADMIN'] } })
}

function pod(podContext: object, containerContext: object) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'shop-7d9c5b8f4-x2x7q',
      namespace: 'shop',
      labels: { app: 'shop', 'pod-template-hash': '7d9c5b8f4' },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' },
    },
    spec: {
      serviceAccountName: 'shop',
      automountServiceAccountToken: false,
      securityContext: podContext,
      initContainers: [
        {
          name: 'migrate',
          image: 'registry.example.com/shop/migrate:1.4.2',
          args: ['up'],
          securityContext: containerContext,
        },
      ],
      containers: [
        {
          name: 'shop',
          image: 'registry.example.com/shop/web:1.4.2',
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          env: [{ name: 'LOG_LEVEL', value: 'info' }],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
          readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5 },
          volumeMounts: [
            { name: 'config', mountPath: '/etc/shop', readOnly: true },
            { name: 'scratch', mountPath: '/tmp' },
          ],
          securityContext: containerContext,
        },
      ],
      volumes: [
        { name: 'config', configMap: { name: 'shop' } },
        { name: 'scratch', emptyDir: {} },
      ],
    },
  }
}
