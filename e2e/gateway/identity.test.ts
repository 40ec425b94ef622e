import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Authority, openAuthority } from '../../src/api-access/authentication/index.ts'
import { type ApiServer, connect, remove, succeed } from '../setup/api-server.ts'
import { makeNamespace } from '../setup/namespace.ts'
import { anyCluster, needs } from '../setup/needs.ts'
import { until } from '../setup/work.ts'
import { findKubectl, GateProcess, kubectl } from './gate-process.ts'

const { kubeconfig, otherwise } = anyCluster
const SHOP = 'gate-identity'
const GROUP = 'rbac.authorization.k8s.io'
const RBAC = `/apis/${GROUP}/v1/namespaces/${SHOP}`

describe('who one is and what one may', needs(kubeconfig && findKubectl(), otherwise), () => {
  const gate = new GateProcess(kubeconfig ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'haetae-e2e-identity-'))
  const bundle = join(folder, 'clients.crt')
  let server: ApiServer
  let first: Authority
  let second: Authority

  beforeAll(async () => {
    server = await connect(kubeconfig ?? '')
    await makeNamespace(server, SHOP)
    await succeed(server, {
      method: 'POST',
      path: `${RBAC}/roles`,
      body: {
        metadata: { name: 'clerk' },
        rules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] }],
      },
    })
    await succeed(server, {
      method: 'POST',
      path: `${RBAC}/rolebindings`,
      body: {
        metadata: { name: 'clerk' },
        roleRef: { apiGroup: GROUP, kind: 'Role', name: 'clerk' },
        subjects: [{ apiGroup: GROUP, kind: 'Group', name: 'clerks' }],
      },
    })
    first = await openAuthority({ folder: join(folder, 'first') })
    second = await openAuthority({ folder: join(folder, 'second') })
    replace(first)
    await gate.start('--authorization-mode=RBAC', `--client-ca-file=${bundle}`)
  })
  afterAll(async () => {
    await gate.close()
    await remove(server, `/api/v1/namespaces/${SHOP}`)
    server.close()
    rmSync(folder, { recursive: true })
  })

  /** As a mounted volume is swapped: never half a file. */
  function replace(authority: Authority): void {
    writeFileSync(`${bundle}.new`, authority.certificate)
    renameSync(`${bundle}.new`, bundle)
  }

  async function clerkOf(authority: Authority, name: string): Promise<string> {
    const { certificate, key } = await authority.issueClient({ name, groups: ['clerks'] }, 3600)
    const own = await gate.credential('nobody')
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const cluster = { server: `https://127.0.0.1:${gate.port}`, 'certificate-authority-data': base64(own.ca) }
    const user = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) }
    const path = join(folder, `${name}.kubeconfig`)
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'gate',
      clusters: [{ name: 'gate', cluster }],
      users: [{ name, user }],
      contexts: [{ name: 'gate', context: { cluster: 'gate', user: name, namespace: SHOP } }],
    }
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 })
    return path
  }

  test('kubectl auth can-i is answered by what RBAC grants', async () => {
    const clerk = await clerkOf(first, 'jane')
    const may = async (...args: string[]) => (await kubectl(clerk, ['auth', 'can-i', ...args])).stdout.trim()
    expect(await may('list', 'pods')).toBe('yes')
    expect(await may('list', 'pods', '--subresource=log')).toBe('yes')
    expect(await may('delete', 'pods')).toMatch(/^no/)
    expect(await may('list', 'pods', '-n', 'default')).toMatch(/^no/)
    expect(await may('get', '/healthz')).toBe('yes')
    const list = await kubectl(clerk, ['auth', 'can-i', '--list'])
    expect(list.stdout).toMatch(/^pods\s+\[\]\s+\[\]\s+\[get list\]$/m)
    expect(list.stdout).toMatch(/^pods\/log\s+\[\]\s+\[\]\s+\[get list\]$/m)
    expect(list.stdout).not.toMatch(/^secrets/m)
  })

  test.each([
    ['SelfSubjectReview', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {}],
    [
      'SubjectAccessReview',
      '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      {
        user: 'kim',
        groups: ['clerks'],
        resourceAttributes: { verb: 'get', resource: 'pods', namespace: SHOP },
      },
    ],
    [
      'LocalSubjectAccessReview',
      `/apis/authorization.k8s.io/v1/namespaces/${SHOP}/localsubjectaccessreviews`,
      {
        user: 'kim',
        groups: ['clerks'],
        resourceAttributes: { verb: 'get', resource: 'pods', namespace: SHOP },
      },
    ],
  ])('%s is answered', async (kind, path, spec) => {
    const admin = await gate.kubeconfig('root', ['system:masters'])
    const apiVersion = path.split('/').slice(2, 4).join('/')
    const body = JSON.stringify({ apiVersion, kind, ...(kind !== 'SelfSubjectReview' && { spec }) })
    const { stdout, stderr } = await kubectl(admin, ['create', '--raw', path, '-f', '-'], body)
    expect(stderr).toBe('')
    const { status } = JSON.parse(stdout)
    if (kind === 'SelfSubjectReview')
      expect(status).toEqual({
        userInfo: { username: 'root', groups: ['system:masters', 'system:authenticated'] },
      })
    else
      expect(status).toEqual({
        allowed: true,
        reason: `RBAC: allowed by RoleBinding "clerk/${SHOP}" of Role "clerk" to Group "clerks"`,
      })
  })

  test('a bundle of authorities that changes counts without a restart, in the handshake too', async () => {
    const before = await clerkOf(first, 'before')
    const after = await clerkOf(second, 'after')
    const pods = (clerk: string) => kubectl(clerk, ['get', 'pods'])
    expect((await pods(before)).status).toBe(0)
    expect((await pods(after)).status).not.toBe(0)
    replace(second)
    await until(async () => (await pods(after)).status === 0 || undefined, 'the new authority to count')
    expect((await pods(before)).stderr).toMatch(/Unauthorized|logged in/)
  })
})
