import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anyCluster, needs } from '../setup/needs.ts'
import { findKubectl, GateProcess, kubectl, succeeds } from './gate-process.ts'

/** "Bob can just read pods in namespace projectCaribou" (Kubernetes documentation, "Using ABAC Authorization"). */
const POLICY = [
  { user: 'admin', namespace: '*', resource: '*', apiGroup: '*', nonResourcePath: '*' },
  { user: 'bob', namespace: 'projectCaribou', resource: 'pods', readonly: true },
  { group: 'system:authenticated', readonly: true, nonResourcePath: '*' },
].map((spec) =>
  JSON.stringify({ apiVersion: 'abac.authorization.kubernetes.io/v1beta1', kind: 'Policy', spec }),
)

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'root' },
  spec: {
    containers: [{ name: 'c', image: 'localhost/busybox:local', securityContext: { privileged: true } }],
  },
}

describe('the classic examples', needs(anyCluster.kubeconfig && findKubectl(), anyCluster.otherwise), () => {
  const gate = new GateProcess(anyCluster.kubeconfig ?? '')
  let direct = ''
  let bob = ''
  let admin = ''

  beforeAll(async () => {
    direct = anyCluster.kubeconfig ?? ''
    const policy = join(gate.folder, 'policy.jsonl')
    writeFileSync(policy, `${POLICY.join('\n')}\n`)
    await succeeds(direct, [
      'create',
      'clusterrolebinding',
      'gate-examples',
      '--clusterrole=cluster-admin',
      '--user=bob',
      '--user=admin',
    ])
    await succeeds(direct, ['create', 'namespace', 'gate-restricted'])
    await succeeds(direct, [
      'label',
      'namespace',
      'gate-restricted',
      'pod-security.kubernetes.io/enforce=restricted',
      'pod-security.kubernetes.io/warn=restricted',
    ])
    await gate.start(
      '--authorization-mode=ABAC',
      `--authorization-policy-file=${policy}`,
      '--enable-admission-plugins=PodSecurity',
    )
    bob = await gate.kubeconfig('bob')
    admin = await gate.kubeconfig('admin')
  })
  afterAll(async () => {
    await kubectl(direct, [
      'delete',
      'clusterrolebinding/gate-examples',
      'namespace/gate-restricted',
      '--wait=false',
    ])
    await gate.close()
  })

  test('ABAC: bob reads pods in projectCaribou, and nothing else', async () => {
    expect((await kubectl(bob, ['-n', 'projectCaribou', 'get', 'pods'])).stderr).toContain(
      'No resources found',
    )
    const fish = await kubectl(bob, ['-n', 'projectFish', 'get', 'pods'])
    expect([fish.status, fish.stderr]).toEqual([
      1,
      expect.stringContaining('(Forbidden): pods is forbidden: User "bob" cannot list'),
    ])
    const write = await kubectl(bob, ['-n', 'projectCaribou', 'delete', 'pod', 'x'])
    expect([write.status, write.stderr]).toEqual([
      1,
      expect.stringContaining('(Forbidden): pods "x" is forbidden: User "bob" cannot delete'),
    ])
  })

  test('without credentials: 401', async () => {
    const args = [
      '--server',
      `https://127.0.0.1:${gate.port}`,
      '--certificate-authority',
      gate.authorityFile,
      '--token',
      'none',
    ]
    const { status, stderr } = await kubectl('/dev/null', [...args, 'get', 'pods'])
    expect([status, stderr]).toEqual([1, expect.stringMatching(/Unauthorized|logged in/)])
  })

  test('a privileged pod in a restricted namespace: 403 with the reasons', async () => {
    const { status, stderr } = await kubectl(
      admin,
      ['-n', 'gate-restricted', 'create', '-f', '-'],
      JSON.stringify(POD),
    )
    expect(status).toBe(1)
    expect(stderr).toContain(
      'pods "root" is forbidden: violates PodSecurity "restricted:latest": privileged (container "c" must not set securityContext.privileged=true)',
    )
  })

  test('the Deployment that would make it: a warning, and it is made', async () => {
    const template = { metadata: { labels: { a: 'b' } }, spec: POD.spec }
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'root' },
      spec: { replicas: 0, selector: { matchLabels: { a: 'b' } }, template },
    }
    const { status, stderr } = await kubectl(
      admin,
      ['-n', 'gate-restricted', 'create', '-f', '-'],
      JSON.stringify(deployment),
    )
    expect([status, stderr]).toEqual([
      0,
      expect.stringContaining('Warning: would violate PodSecurity "restricted:latest"'),
    ])
  })

  test('a patch is judged by what it makes', async () => {
    await succeeds(direct, ['-n', 'gate-restricted', 'create', 'configmap', 'plain'])
    expect(
      (
        await kubectl(admin, [
          '-n',
          'gate-restricted',
          'patch',
          'configmap',
          'plain',
          '-p',
          '{"data":{"a":"b"}}',
        ])
      ).stdout,
    ).toContain('patched')
    expect(
      (await kubectl(admin, ['-n', 'gate-restricted', 'delete', 'configmap', 'plain'])).stdout,
    ).toContain('deleted')
  })
})
