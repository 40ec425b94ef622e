import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClusterClient, clusterClient } from '../src/kubernetes/index.ts'
import { type ControlPlane, clusterScript, startControlPlane } from './setup/control-plane.ts'
import { needs, policyCluster } from './setup/needs.ts'

const script = clusterScript()
const TOKEN = 'a-token-of-bob'
const POLICY = {
  apiVersion: 'abac.authorization.kubernetes.io/v1beta1',
  kind: 'Policy',
  spec: { user: 'bob', namespace: 'projectCaribou', resource: 'pods', readonly: true },
}

describe('a real API server that asks haetae webhook', needs(script, policyCluster.otherwise), () => {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-e2e-webhook-'))
  const state = join(folder, 'state')
  let webhook: ReturnType<typeof spawn> | undefined
  let server: ControlPlane | undefined
  let client: ClusterClient

  beforeAll(async () => {
    writeFileSync(join(folder, 'policies'), `${JSON.stringify(POLICY)}\n`)
    writeFileSync(join(folder, 'tokens'), `${TOKEN},bob,42,dev\n`, { mode: 0o600 })
    const port = await freePort()
    const abac = ['--authorization-mode', 'ABAC', '--authorization-policy-file', join(folder, 'policies')]
    const tokens = ['--token-auth-file', join(folder, 'tokens')]
    const listen = ['--listen', `127.0.0.1:${port}`, '--state', state]
    webhook = spawn(resolve('bin/haetae'), ['webhook', ...listen, ...abac, ...tokens], {
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

  test('a token that Haetae does not know is none', async () => {
    const stranger = clientOf(server?.kubeconfig ?? '', 'another-token')
    expect(await stranger.request({ path: pods('projectCaribou') })).toMatchObject({ status: 401 })
    stranger.close()
  })
})

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
  for (let waited = 0; !said.includes(text); waited++) {
    if (waited === 600 || program.exitCode !== null) throw new Error(`it did not come up: ${said}`)
    await sleep(100)
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().on('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
