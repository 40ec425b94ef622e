import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ApiServer, connect, succeed } from '../setup/api-server.ts'
import { deleteNamespace, makeNamespace } from '../setup/namespace.ts'
import { clusterWithNodes, needs } from '../setup/needs.ts'
import { endLeftovers } from '../setup/running.ts'
import { until } from '../setup/work.ts'
import { type Alert, expectLossesTold } from './alerts.ts'
import { containerId, execIn, makePod, type RunningPod, runningPods, thisNode } from './node-pods.ts'
import { VICTIM } from './pods.ts'
import { watchNode } from './watched-node.ts'

const NAMESPACE = 'haetae-surroundings'
const { sensor, kubeconfig, runtime, missing } = thisNode
const { auditLog } = clusterWithNodes

/** The labels are asked for in the condition as well: what is known of a pod decides whether a rule matches. */
const RULES = `
- rule: Written By The Red Team
  desc: a file is written in a pod of a labelled namespace
  condition: >
    evt.type in (open, openat) and evt.is_open_write = true and fd.name startswith /tmp/haetae-
    and k8s.ns.label[tier] = front and k8s.pod.label[team] = red
  output: >
    written (ns=%k8s.ns.name/%k8s.ns.label[tier] pod=%k8s.pod.name uid=%k8s.pod.uid team=%k8s.pod.label[team]
    rs=%k8s.rs.name deployment=%k8s.deployment.name labels=%k8s.deployment.labels service=%k8s.svc.name
    container=%container.name image=%container.image.repository file=%fd.name)
  priority: WARNING
- rule: The Passwords
  desc: makes itself heard
  condition: evt.type in (open, openat) and fd.name = /etc/shadow
  output: read by %proc.name
  priority: WARNING
`

/** Two replicas, so that the ReplicaSet and the Deployment are told of the pod, and not it of them. */
const DEPLOYMENT = {
  metadata: { name: 'shop', labels: { owner: 'jane' } },
  spec: {
    selector: { matchLabels: VICTIM.metadata.labels },
    template: { metadata: { labels: VICTIM.metadata.labels }, spec: VICTIM.spec },
  },
}
const SERVICE = { metadata: { name: 'front' }, spec: { selector: { team: 'red' }, ports: [{ port: 8080 }] } }

describe('what the Kubernetes API knows of a pod', needs(missing === '', missing), () => {
  let server: ApiServer
  let folder = ''
  let rules = ''
  let pod: RunningPod

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-surroundings-'))
    rules = join(folder, 'rules.yaml')
    writeFileSync(rules, RULES)
    server = await connect(kubeconfig)
    await makeNamespace(server, NAMESPACE)
    const base = `/api/v1/namespaces/${NAMESPACE}`
    await succeed(server, { method: 'POST', path: `${base}/services`, body: SERVICE })
    const deployments = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`
    await succeed(server, { method: 'POST', path: deployments, body: DEPLOYMENT })
    const { body } = await server.send({ method: 'GET', path: base })
    const { metadata, ...rest } = body as { metadata: object }
    const labelled = { ...rest, metadata: { ...metadata, labels: { tier: 'front' } } }
    await succeed(server, { method: 'PUT', path: base, body: labelled })
    ;[pod] = (await runningPods(server, NAMESPACE, 'shop-')) as [RunningPod]
  })
  afterEach(endLeftovers)
  afterAll(async () => {
    await deleteNamespace(server, NAMESPACE)
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** The first alert of a file of this name, which is written until the rule matches. */
  async function alertOf(args: readonly string[], name: string): Promise<Alert> {
    const node = await watchNode(sensor, ['-r', rules, '--kubeconfig', kubeconfig, ...args])
    const { metadata } = pod
    const isWritten = ({ rule }: Alert) => rule === 'Written By The Red Team'
    await until(
      async () => {
        await execIn(NAMESPACE, metadata.name, 'sh', '-c', `echo x > /tmp/${name}; sleep 1`)
        return node.alerts().some(isWritten) || undefined
      },
      () => `the alert among ${node.alerts().map(({ output }) => output)}${node.said()}`,
    )
    expectLossesTold(await node.stop(), node.alerts(), node.said())
    return node.alerts().find(isWritten) as Alert
  }

  const known = (name: string) => ({
    'k8s.ns.name': NAMESPACE,
    'k8s.ns.label[tier]': 'front',
    'k8s.pod.name': pod.metadata.name,
    'k8s.pod.uid': pod.metadata.uid,
    'k8s.pod.label[team]': 'red',
    'k8s.rs.name': pod.metadata.name.replace(/-[^-]+$/, ''),
    'k8s.deployment.name': 'shop',
    'k8s.deployment.labels': 'owner:jane',
    'k8s.svc.name': 'front',
    'container.name': 'web',
    'container.image.repository': 'localhost/busybox',
    'fd.name': `/tmp/${name}`,
  })

  test('is in conditions and alerts, beside what the runtime tells', async () => {
    const alert = await alertOf(['--container-runtime', runtime], 'haetae-both')
    expect(alert.output_fields).toMatchObject(known('haetae-both'))
    expect(alert.output).toContain(`deployment=shop labels=owner:jane service=front container=web`)
  })

  test('stands in for a runtime whose socket is not there', async () => {
    const alert = await alertOf(['--container-runtime', join(folder, 'none.sock')], 'haetae-alone')
    expect(alert.output_fields).toMatchObject(known('haetae-alone'))
  })

  test('an alert of a pod that has only just begun is complete', async () => {
    const node = await watchNode(sensor, [
      ...['-r', rules, '--kubeconfig', kubeconfig, '--container-runtime', runtime],
    ])
    const body = {
      ...VICTIM,
      metadata: { ...VICTIM.metadata, name: 'at-once' },
      spec: {
        ...VICTIM.spec,
        containers: VICTIM.spec.containers.map((each) => ({
          ...each,
          command: ['/bin/sh', '-c', 'cat /etc/shadow; exec sleep 600'],
        })),
      },
    }
    await makePod(server, NAMESPACE, body)
    const [begun] = await runningPods(server, NAMESPACE, 'at-once')
    const id = begun === undefined ? '' : containerId(begun).slice(0, 12)
    const alert = await node.alert(
      'The Passwords',
      ({ output_fields: fields }) => fields['container.id'] === id,
    )
    expect(alert.output_fields).toMatchObject({
      'k8s.ns.name': NAMESPACE,
      'k8s.pod.name': 'at-once',
      'container.name': 'web',
      'container.image.repository': 'localhost/busybox',
    })
    expectLossesTold(await node.stop(), node.alerts(), node.said())
  })

  test.skipIf(auditLog === undefined)(
    'a shell that is entered is an alert of the audit log and one of the kernel, of one call',
    async () => {
      const node = await watchNode(sensor, [
        ...['--container-runtime', runtime, '--events', auditLog ?? '', '--follow'],
      ])
      const { name } = pod.metadata
      await execIn(NAMESPACE, name, 'sh', '-c', 'echo x > /etc/entered')
      const audited = await node.alert(
        'Command Run In A Pod',
        ({ output }) => output.includes(name) && output.includes(NAMESPACE),
      )
      expect(audited).toMatchObject({ source: 'k8s_audit' })
      const seen = await node.alert(
        'File Below /etc Written',
        ({ output_fields: fields }) => fields['fd.name'] === '/etc/entered',
      )
      expect(seen).toMatchObject({
        source: 'syscall',
        output_fields: { 'k8s.pod.name': name, 'k8s.ns.name': NAMESPACE, 'container.name': 'web' },
      })
      expectLossesTold(await node.stop(), node.alerts(), node.said())
    },
  )
})
