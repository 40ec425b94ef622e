import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CoreV1Api,
  KubeConfig,
  RbacAuthorizationV1Api,
  type V1Namespace,
  VersionApi,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type AuditEvent,
  compilePolicy,
  createSimulation,
  decodeAuditEvents,
  loadPolicy,
  requestOfEvent,
} from '../../src/api-access/audit/index.ts'
import { type ControlPlane, clusterScript, startControlPlane } from '../setup/control-plane.ts'
import { needs, policyCluster } from '../setup/needs.ts'
import { until } from '../setup/work.ts'

const POLICY = join(import.meta.dirname, '../../examples/audit/policy.yaml')

const script = clusterScript()

describe("a real API server under the example's policy", needs(script, policyCluster.otherwise), () => {
  let server: ControlPlane | undefined
  let events: readonly AuditEvent[] = []
  const loaded = loadPolicy(readFileSync(POLICY, 'utf8'))
  if ('errors' in loaded) throw new Error(loaded.errors[0].message)
  const { policy } = loaded

  beforeAll(async () => {
    process.env['AUDIT_POLICY'] = POLICY
    try {
      server = await startControlPlane(script ?? '', { admissionPlugins: [], featureGates: [] })
    } finally {
      delete process.env['AUDIT_POLICY']
    }
    const { auditLog } = server
    await makeRequests(server.kubeconfig)
    // The API server answers, and then writes that it has.
    await until(async () => {
      events = readFileSync(auditLog, 'utf8').split('\n').slice(0, -1).map(decode)
      return events.some(isLast) || undefined
    }, 'the event of the last request')
  })
  afterAll(() => server?.down())

  test('records at the level that the policy engine says, and no omitted stage', () => {
    const compiled = compilePolicy(policy)
    expect(events.length).toBeGreaterThan(200)
    const wrong = events.filter((event) => {
      const { level, omitStages } = compiled.decide(requestOfEvent(event))
      return level !== event.level || omitStages.some((stage) => stage === event.stage)
    })
    expect(wrong).toEqual([])
  })

  test('has decided by every rule that records', () => {
    const compiled = compilePolicy(policy)
    const deciding = new Set(events.map((event) => compiled.decide(requestOfEvent(event)).rule))
    expect([...deciding].sort()).toEqual([2, 3, 4, 5])
  })

  test('a replay keeps every event', () => {
    const simulation = createSimulation(policy)
    for (const event of events) simulation.add(event)
    const { log, kept, lost, bodiesUnknown } = simulation.result()
    expect([kept.events, lost.events, bodiesUnknown]).toEqual([log.events, 0, 0])
  })
})

async function makeRequests(kubeconfig: string): Promise<void> {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const core = config.makeApiClient(CoreV1Api)
  const shop: V1Namespace = { metadata: { name: 'shop' } }
  await core.createNamespace({ body: shop })
  const secret = { metadata: { name: 'db' }, stringData: { password: 'x' } }
  await core.createNamespacedSecret({ namespace: 'shop', body: secret })
  await core.readNamespacedSecret({ namespace: 'shop', name: 'db' })
  await core.listPodForAllNamespaces()
  await core.createNamespacedServiceAccount({ namespace: 'shop', body: { metadata: { name: 'a' } } })
  const token = { metadata: {}, spec: { audiences: ['a'] } }
  await core.createNamespacedServiceAccountToken({ namespace: 'shop', name: 'a', body: token })
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]
  const role = { metadata: { name: 'reader' }, rules }
  await config.makeApiClient(RbacAuthorizationV1Api).createClusterRole({ body: role })
  await config.makeApiClient(VersionApi).getCode()
  await core.readNamespacedPod({ namespace: 'shop', name: 'none' }).catch(() => undefined)
  await core.deleteNamespace({ name: 'shop' })
}

function isLast({ verb, objectRef }: AuditEvent): boolean {
  return verb === 'delete' && objectRef?.resource === 'namespaces'
}

function decode(line: string): AuditEvent {
  const [decoded] = decodeAuditEvents(JSON.parse(line))
  if (decoded === undefined || !('event' in decoded)) throw new Error(line)
  return decoded.event
}
