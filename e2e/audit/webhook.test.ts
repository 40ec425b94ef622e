import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type AuditEvent,
  type AuditReceiver,
  createRedactor,
  identityOf,
  openReceiver,
  openStoreSink,
  readFiles,
  readStore,
} from '../../src/api-access/audit/index.ts'
import { freePort } from '../../test/free-ports.fixture.ts'
import { type ControlPlane, clusterScript, startControlPlane } from '../setup/control-plane.ts'
import { needs, policyCluster } from '../setup/needs.ts'

const script = clusterScript()
const SECRET = 'a-password-that-must-not-be-stored'

describe("a real API server's webhook", needs(script, policyCluster.otherwise), () => {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-e2e-audit-'))
  const received: AuditEvent[] = []
  let server: ControlPlane | undefined
  let receiver: AuditReceiver | undefined

  /** Opens the receiver, at the address where it was before. */
  async function receive(port: number): Promise<AuditReceiver> {
    const opened = await openReceiver({ host: '127.0.0.1', port })
    void (async () => {
      for await (const batch of opened.batches)
        for (const item of batch) if ('event' in item) received.push(item.event)
    })()
    return opened
  }

  beforeAll(async () => {
    // It is opened there again: a port that the kernel gives to nobody else meanwhile.
    receiver = await receive(await freePort())
    const kubeconfig = join(folder, 'webhook.kubeconfig')
    const url = `http://127.0.0.1:${receiver.address.port}/k8s-audit`
    writeFileSync(
      kubeconfig,
      `apiVersion: v1
kind: Config
clusters: [{name: haetae, cluster: {server: "${url}"}}]
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
          '--audit-webhook-batch-max-wait=1s',
          // Five tries, half as long again each time: for 24 seconds a batch is kept.
          '--audit-webhook-initial-backoff=3s',
        ],
      })
    } finally {
      delete process.env['AUDIT_POLICY']
    }
  })
  afterAll(async () => {
    await server?.down()
    await receiver?.close()
    rmSync(folder, { recursive: true })
  })

  async function createSecret(name: string): Promise<void> {
    const config = new KubeConfig()
    config.loadFromFile(server?.kubeconfig ?? '')
    const body = { metadata: { name }, stringData: { password: SECRET } }
    await config.makeApiClient(CoreV1Api).createNamespacedSecret({ namespace: 'default', body })
  }

  const isReceived = (name: string) =>
    received.some(
      ({ verb, stage, objectRef }) =>
        verb === 'create' && stage === 'ResponseComplete' && objectRef?.name === name,
    )

  test('gives what its log has, also over a restart of the receiver, each once', async () => {
    await createSecret('before')
    await expect.poll(() => isReceived('before')).toBe(true)
    const port = receiver?.address.port ?? 0
    await receiver?.close()
    await createSecret('meanwhile')
    await sleep(3000)
    receiver = await receive(port)
    await createSecret('after')
    await expect.poll(() => isReceived('after') && isReceived('meanwhile')).toBe(true)

    const logged = new Set<string>()
    for await (const batch of readFiles([server?.auditLog ?? '']))
      for (const item of batch) {
        if (!('event' in item)) throw new Error(JSON.stringify(item))
        logged.add(identityOf(item.event) ?? '')
      }
    expect(logged.size).toBeGreaterThan(200)
    const receivedIdentities = () => new Set(received.map((event) => identityOf(event) ?? ''))
    const missed = () => {
      const identities = receivedIdentities()
      return [...logged].filter((identity) => !identities.has(identity))
    }
    await expect.poll(missed, { interval: 1000 }).toEqual([])
    // A receiver that was closed no longer knows what it had: a batch under way may come again.
    expect(received.length - receivedIdentities().size).toBeLessThan(400)
  })

  test('tells secrets, and the store has none of them', async () => {
    expect(JSON.stringify(received)).toContain(Buffer.from(SECRET).toString('base64'))
    const redact = createRedactor()
    const path = join(folder, 'audit.db')
    const store = await openStoreSink({ path, chain: {} })
    // The server goes on telling events: those until now.
    const taken = [...received]
    await store.write(taken.map(redact))
    await store.close()
    let events = 0
    for await (const batch of readStore(path))
      for (const item of batch) {
        const text = JSON.stringify(item)
        expect(text).not.toContain(SECRET)
        expect(text).not.toContain(Buffer.from(SECRET).toString('base64'))
        events += 1
      }
    expect(events).toBe(new Set(taken.map((event) => identityOf(event))).size)
  })
})
