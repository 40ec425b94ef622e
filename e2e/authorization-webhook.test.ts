import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAuthority } from '../src/api-access/authentication/index.ts'
import { type ClusterClient, clusterClient } from '../src/kubernetes/index.ts'
import { freePort } from '../test/free-ports.fixture.ts'
import { type ApiServer, connect, remove, succeed } from './setup/api-server.ts'
import { type ControlPlane, clusterScript, startControlPlane } from './setup/control-plane.ts'
import { type IdentityProvider, openIdentityProvider } from './setup/identity-provider.ts'
import { makeNamespace } from './setup/namespace.ts'
import { needs, policyCluster } from './setup/needs.ts'
import { until } from './setup/work.ts'

const script = clusterScript()
const TOKEN = 'a-token-of-bob'
const POLICY = {
  apiVersion: 'abac.authorization.kubernetes.io/v1beta1',
  kind: 'Policy',
  spec: { user: 'bob', namespace: 'projectCaribou', resource: 'pods', readonly: true },
}

const RBAC = 'rbac.authorization.k8s.io'
const KIMS_SHOP = 'webhook-shop'

/**
 * Whom a token names and what they may do, Haetae says: by static tokens, an identity provider and the bootstrap tokens and
 * roles of another cluster, since this one is not up before its webhook is.
 */
describe('a real API server that asks haetae webhook', needs(script, policyCluster.otherwise), () => {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-e2e-webhook-'))
  const state = join(folder, 'state')
  let webhook: ReturnType<typeof spawn> | undefined
  let server: ControlPlane | undefined
  let client: ClusterClient
  let other: ApiServer
  let provider: IdentityProvider

  beforeAll(async () => {
    other = await connect(policyCluster.kubeconfig ?? '')
    await prepare(other)
    const authority = await openAuthority({ folder: join(folder, 'ca') })
    provider = await openIdentityProvider(authority)
    writeFileSync(
      join(folder, 'authentication.json'),
      JSON.stringify(trusting(provider, authority.certificate)),
    )
    writeFileSync(join(folder, 'policies'), `${JSON.stringify(POLICY)}\n`)
    writeFileSync(join(folder, 'tokens'), `${TOKEN},bob,42,dev\n`, { mode: 0o600 })
    const port = await freePort()
    const modes = [
      '--authorization-mode',
      'RBAC,ABAC',
      '--authorization-policy-file',
      join(folder, 'policies'),
    ]
    const cluster = ['--kubeconfig', policyCluster.kubeconfig ?? '', '--enable-bootstrap-token-auth']
    const tokens = [
      '--token-auth-file',
      join(folder, 'tokens'),
      '--authentication-config',
      join(folder, 'authentication.json'),
    ]
    const listen = ['--listen', `127.0.0.1:${port}`, '--state', state]
    webhook = spawn(resolve('bin/haetae'), ['webhook', ...listen, ...modes, ...cluster, ...tokens], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await told(webhook, '--authentication-token-webhook-config-file')
    process.env['AUTHORIZATION_MODE'] = 'Node,RBAC,Webhook'
    try {
      server = await startControlPlane(script ?? '', {
        admissionPlugins: [],
        featureGates: [],
        flags: [
          `--authorization-webhook-config-file=${join(state, 'authorization.kubeconfig')}`,
          '--authorization-webhook-version=v1',
          `--authentication-token-webhook-config-file=${join(state, 'authentication.kubeconfig')}`,
          '--authentication-token-webhook-version=v1',
        ],
      })
    } finally {
      delete process.env['AUTHORIZATION_MODE']
    }
    client = clientOf(server.kubeconfig, TOKEN)
  })
  afterAll(async () => {
    client?.close()
    await server?.down()
    webhook?.kill()
    provider?.close()
    for (const path of MADE) await remove(other, path)
    other.close()
    rmSync(folder, { recursive: true })
  })

  const pods = (namespace: string) => `/api/v1/namespaces/${namespace}/pods`

  test('bob reads the pods of his project, by a token that only Haetae knows', async () => {
    expect(await client.request({ path: pods('projectCaribou') })).toMatchObject({ status: 200 })
  })

  test.each([
    ['a write there', { method: 'DELETE', path: `${pods('projectCaribou')}/web` }],
    ['a read elsewhere', { path: pods('projectFish') }],
  ] as const)('%s is refused, with the reason', async (_, request) => {
    const { status, body } = await client.request(request)
    expect(status).toBe(403)
    expect((body as { message: string }).message).toMatch(
      /^pods .*User "bob" cannot .*: No policy matched\.$/,
    )
  })

  test("a provider's token, and what a role of the other cluster allows its group", async () => {
    const kim = clientOf(
      server?.kubeconfig ?? '',
      await provider.token({ aud: 'shops', sub: 'kim', groups: ['sales'] }),
    )
    expect(await kim.request({ path: pods(KIMS_SHOP) })).toMatchObject({ status: 200 })
    const refused = await kim.request({ path: pods('projectCaribou') })
    expect(refused).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('User "oidc:kim" cannot list resource "pods"') },
    })
    kim.close()
    const foreign = clientOf(server?.kubeconfig ?? '', await provider.token({ aud: 'elsewhere', sub: 'kim' }))
    expect(await foreign.request({ path: pods(KIMS_SHOP) })).toMatchObject({ status: 401 })
    foreign.close()
  })

  test('a bootstrap token of the other cluster', async () => {
    const node = clientOf(server?.kubeconfig ?? '', 'webhok.0123456789abcdef')
    expect(await node.request({ path: pods('projectCaribou') })).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('User "system:bootstrap:webhok" cannot') },
    })
    node.close()
  })

  test('a token that Haetae does not know is none', async () => {
    const stranger = clientOf(server?.kubeconfig ?? '', 'another-token')
    expect(await stranger.request({ path: pods('projectCaribou') })).toMatchObject({ status: 401 })
    stranger.close()
  })
})

const MADE = [
  `/apis/${RBAC}/v1/clusterroles/webhook-pods`,
  `/apis/${RBAC}/v1/namespaces/${KIMS_SHOP}/rolebindings/sales`,
  '/api/v1/namespaces/kube-system/secrets/bootstrap-token-webhok',
  `/api/v1/namespaces/${KIMS_SHOP}`,
]

async function prepare(cluster: ApiServer): Promise<void> {
  await makeNamespace(cluster, KIMS_SHOP)
  const put = (path: string, body: object) => succeed(cluster, { method: 'POST', path, body })
  await put(`/apis/${RBAC}/v1/clusterroles`, {
    metadata: { name: 'webhook-pods' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
  })
  await put(`/apis/${RBAC}/v1/namespaces/${KIMS_SHOP}/rolebindings`, {
    metadata: { name: 'sales' },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'webhook-pods' },
    subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'oidc:sales' }],
  })
  await put('/api/v1/namespaces/kube-system/secrets', {
    metadata: { name: 'bootstrap-token-webhok' },
    type: 'bootstrap.kubernetes.io/token',
    stringData: {
      'token-id': 'webhok',
      'token-secret': '0123456789abcdef',
      'usage-bootstrap-authentication': 'true',
    },
  })
}

function trusting({ url }: IdentityProvider, certificateAuthority: string) {
  return {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    jwt: [
      {
        issuer: { url, audiences: ['shops'], certificateAuthority },
        claimMappings: {
          username: { claim: 'sub', prefix: 'oidc:' },
          groups: { claim: 'groups', prefix: 'oidc:' },
        },
      },
    ],
  }
}

/** Comes with nothing but a token to the server of a kubeconfig. */
function clientOf(kubeconfig: string, token: string): ClusterClient {
  const admin = new KubeConfig()
  admin.loadFromFile(kubeconfig)
  const cluster = admin.getCurrentCluster()
  if (cluster === null) throw new Error('the kubeconfig names no cluster')
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: [cluster],
    users: [{ name: 'bob', token }],
    contexts: [{ name: 'bob', cluster: cluster.name, user: 'bob' }],
    currentContext: 'bob',
  })
  return clusterClient(config)
}

/** Waits until a program has said something on standard error. */
async function told(program: ReturnType<typeof spawn>, text: string): Promise<void> {
  let said = ''
  program.stderr?.setEncoding('utf8').on('data', (part: string) => {
    said += part
  })
  await until(
    async () => {
      if (said.includes(text)) return true
      if (program.exitCode !== null) throw new Error(`it ended with ${program.exitCode}: ${said}`)
      return undefined
    },
    () => `"${text}" in ${said}`,
  )
}
