import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { identityOf, readFiles } from '../../src/api-access/audit/index.ts'
import { freePort } from '../../test/free-ports.fixture.ts'
import { type ControlPlane, clusterScript, startControlPlane } from '../setup/control-plane.ts'
import { needs, policyCluster } from '../setup/needs.ts'
import { until } from '../setup/work.ts'

const script = clusterScript()
const ROOT = join(import.meta.dirname, '../..')
const MAIN = join(ROOT, 'src/cli/main.ts')

/** Raises an alert for each and every event: what was detected can be held against the API server's own log. */
const EVERY_EVENT = `- rule: Every Event
  desc: all there is
  condition: ka.auditid exists
  output: "%ka.auditid %ka.stage"
  priority: DEBUG
  source: k8s_audit
`

interface Alert {
  readonly rule: string
  readonly output: string
  readonly output_fields: Readonly<Record<string, unknown>>
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

  /** Begins to listen. */
  async function detect(): Promise<void> {
    const rules = ['--rules', join(ROOT, 'rules/k8s_audit.yaml'), join(folder, 'every.yaml')]
    const how = ['--format', 'jsonl', '--match', 'all', '--lang', 'en']
    const child = spawn(process.execPath, [MAIN, 'detect', ...rules, ...how, '--listen', `127.0.0.1:${port}`])
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
    await until(
      async () => /listening on .*\/k8s-audit/.test(told) || undefined,
      () => `haetae detect to listen: ${told}`,
    )
  }

  /** @returns its exit status, or the signal that ended it */
  async function stop(): Promise<unknown> {
    const child = detection
    detection = undefined
    if (child === undefined) return undefined
    const closed = once(child, 'close')
    child.kill('SIGTERM')
    const [status, signal] = await closed
    return status ?? signal
  }

  beforeAll(async () => {
    writeFileSync(join(folder, 'every.yaml'), EVERY_EVENT)
    // It listens there again later: a port that the kernel gives to nobody else meanwhile.
    port = await freePort()
    await detect()
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
        flags: [`--audit-webhook-config-file=${kubeconfig}`, '--audit-webhook-batch-max-wait=200ms'],
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

  async function kubectl(...args: readonly string[]): Promise<void> {
    const { kubectl = '', kubeconfig = '' } = server ?? {}
    await promisify(execFile)(kubectl, ['--kubeconfig', kubeconfig, '--namespace', 'default', ...args])
  }

  const privilegedPod = (name: string) => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        automountServiceAccountToken: false,
        containers: [{ name: 'a', image: 'a', securityContext: { privileged: true } }],
      },
    }
    const file = join(folder, `${name}.json`)
    writeFileSync(file, JSON.stringify(pod))
    return kubectl('create', '-f', file)
  }

  const alertOf = (rule: string, text: string) =>
    alerts.find((alert) => alert.rule === rule && alert.output.includes(text))

  /** Makes a request, and waits for its alert. @returns milliseconds from the answer to the alert */
  async function raised(rule: string, text: string, request: () => Promise<void>): Promise<number> {
    await request()
    const answered = performance.now()
    await expect.poll(() => alertOf(rule, text), { interval: 20 }).toBeDefined()
    return Math.round(Math.max(0, (alertOf(rule, text)?.seen ?? 0) - answered))
  }

  test('a privileged pod, a Secret read and cluster-admin bound are told', async ({ task }) => {
    const took = {
      pod: await raised('Privileged Pod Created', 'pod=tried', () => privilegedPod('tried')),
      secret: await raised('Secret Read By A Person', 'secret=tried', async () => {
        await kubectl('create', 'secret', 'generic', 'tried')
        await kubectl('get', 'secret', 'tried')
      }),
      binding: await raised('Cluster Admin Bound', 'tried', () =>
        kubectl('create', 'clusterrolebinding', 'tried', '--clusterrole=cluster-admin', '--user=eve'),
      ),
    }
    task.meta.results = [`milliseconds from the answer to the alert: ${JSON.stringify(took)}`]
    expect(alertOf('Secret Read By A Person', 'secret=tried')?.actor?.name).toMatch(/^[^:]+$/)
  })

  test('the control plane by itself alerts of nothing grave', () => {
    const grave = alerts.filter(({ output }) => / (?:Critical|Alert|Emergency) /.test(output))
    expect([...new Set(grave.map(({ rule }) => rule))]).toEqual(['Cluster Admin Bound'])
  })

  test('stopped and started twice, it misses none of the events in the log of the API server', async ({
    task,
  }) => {
    for (const name of ['first', 'second']) {
      expect(await stop()).toBe(0)
      await privilegedPod(name)
      await sleep(2000)
      await detect()
      await expect.poll(() => alertOf('Privileged Pod Created', `pod=${name}`)).toBeDefined()
    }
    const logged: string[] = []
    for await (const batch of readFiles([server?.auditLog ?? '']))
      for (const item of batch) if ('event' in item) logged.push(identityOf(item.event) ?? '')
    expect(logged.length).toBeGreaterThan(200)
    const missed = () => {
      const told = new Set(
        alerts
          .filter(({ rule }) => rule === 'Every Event')
          .map(({ output_fields: fields }) => `${fields['ka.auditid']}/${fields['ka.stage']}`),
      )
      return logged.filter((identity) => !told.has(identity))
    }
    await expect.poll(missed, { interval: 1000 }).toEqual([])
    task.meta.results = [`${logged.length} events of the log, none missed over two restarts`]
  })
})
