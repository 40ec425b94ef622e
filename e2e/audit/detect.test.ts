import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlPlane, clusterScript, startControlPlane } from '../setup/control-plane.ts'
import { needs, policyCluster } from '../setup/needs.ts'

const script = clusterScript()
const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

interface Alert {
  readonly rule: string
  readonly output: string
  readonly actor?: { readonly name: string }
  /** When it was read, by our own clock. */
  readonly seen: number
}

describe('haetae detect at a real API server', needs(script, policyCluster.otherwise), () => {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-e2e-detect-'))
  const alerts: Alert[] = []
  let server: ControlPlane | undefined
  let detection: ChildProcess | undefined
  let port = 0

  /** @returns the port on which it listens */
  async function detect(wanted: number): Promise<number> {
    const args = [
      'detect',
      '--listen',
      `127.0.0.1:${wanted}`,
      '--format',
      'jsonl',
      '--match',
      'all',
      '--lang',
      'en',
    ]
    const child = spawn(process.execPath, [MAIN, ...args])
    detection = child
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) alerts.push({ ...JSON.parse(line), seen: performance.now() })
    })
    let told = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text
    })
    await expect.poll(() => told, { timeout: 30_000 }).toContain('listening on')
    return Number(/:(\d+)\/k8s-audit/.exec(told)?.[1])
  }

  async function stop(): Promise<void> {
    const child = detection
    detection = undefined
    if (child === undefined) return
    const closed = once(child, 'close')
    child.kill('SIGTERM')
    expect(await closed).toEqual([0, null])
  }

  beforeAll(async () => {
    port = await detect(0)
    const kubeconfig = join(folder, 'webhook.kubeconfig')
    writeFileSync(
      kubeconfig,
      `apiVersion: v1
kind: Config
clusters: [{name: haetae, cluster: {server: "http://127.0.0.1:${port}/k8s-audit"}}]
users: []
contexts: [{name: webhook, context: {cluster: haetae, user: ""}}]
current-context: webhook
`,
    )
    const policy = join(folder, 'policy.yaml')
    writeFileSync(policy, 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: RequestResponse}]\n')
    process.env['AUDIT_POLICY'] = policy
    try {
      server = await startControlPlane(script ?? '', {
        admissionPlugins: [],
        featureGates: [],
        flags: [
          `--audit-webhook-config-file=${kubeconfig}`,
          '--audit-webhook-batch-max-wait=200ms',
          '--audit-webhook-initial-backoff=1s',
        ],
      })
    } finally {
      delete process.env['AUDIT_POLICY']
    }
  })
  afterAll(async () => {
    await server?.down()
    await stop()
    rmSync(folder, { recursive: true })
  })

  function config(): KubeConfig {
    const config = new KubeConfig()
    config.loadFromFile(server?.kubeconfig ?? '')
    return config
  }

  const privilegedPod = (name: string) =>
    config()
      .makeApiClient(CoreV1Api)
      .createNamespacedPod({
        namespace: 'default',
        body: {
          metadata: { name },
          spec: {
            automountServiceAccountToken: false,
            containers: [{ name: 'a', image: 'a', securityContext: { privileged: true } }],
          },
        },
      })

  const alertOf = (rule: string, text: string) =>
    alerts.find((alert) => alert.rule === rule && alert.output.includes(text))

  /** Milliseconds until the alert of a request is there. */
  async function raised(rule: string, text: string, request: () => Promise<unknown>): Promise<number> {
    const start = performance.now()
    await request()
    await expect.poll(() => alertOf(rule, text), { timeout: 10_000, interval: 20 }).toBeDefined()
    return (alertOf(rule, text)?.seen ?? 0) - start
  }

  test('a privileged pod, a Secret read and cluster-admin bound are told within a second', async () => {
    const core = config().makeApiClient(CoreV1Api)
    const rbac = config().makeApiClient(RbacAuthorizationV1Api)
    await core.createNamespacedSecret({ namespace: 'default', body: { metadata: { name: 'db' } } })
    const took = {
      pod: await raised('Privileged Pod Created', 'pod=bad', () => privilegedPod('bad')),
      secret: await raised('Secret Read By A Person', 'secret=db', () =>
        core.readNamespacedSecret({ namespace: 'default', name: 'db' }),
      ),
      binding: await raised('Cluster Admin Bound', 'eve', () =>
        rbac.createClusterRoleBinding({
          body: {
            metadata: { name: 'eve' },
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
            subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'eve' }],
          },
        }),
      ),
    }
    expect(alertOf('Secret Read By A Person', 'secret=db')?.actor?.name).toMatch(/^[^:]+$/)
    for (const milliseconds of Object.values(took)) expect(milliseconds).toBeLessThan(1000)
  })

  test('what happens while it is stopped is told when it is back', async () => {
    await stop()
    await privilegedPod('meanwhile')
    await sleep(2000)
    await detect(port)
    await expect
      .poll(() => alertOf('Privileged Pod Created', 'pod=meanwhile'), { timeout: 60_000 })
      .toBeDefined()
  })

  test('the control plane by itself alerts of nothing grave', () => {
    const grave = alerts.filter(({ output }) => / (?:Critical|Alert|Emergency) /.test(output))
    expect(grave.map(({ rule }) => rule)).toEqual(['Cluster Admin Bound'])
  })
})
