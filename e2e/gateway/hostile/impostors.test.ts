import { request } from 'node:https'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAuthority } from '../../../src/api-access/authentication/index.ts'
import { ClusterLog } from '../../setup/audit-log.ts'
import { anyCluster, needs } from '../../setup/needs.ts'
import { findKubectl, GateProcess, kubectl, succeeds } from '../gate-process.ts'
import { openRaw, statusesOf } from '../raw-client.ts'
import { signedByALeaf, signedByItself } from './certificates.ts'
import { openIssuer } from './issuer.ts'
import { expectNothingLeaked } from './leaks.ts'
import { HOSTILE_TOKENS, hostileTokens } from './tokens.ts'

const NAMESPACE = 'gate-impostors'
const MINE = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const NOT_MINE = `/api/v1/namespaces/${NAMESPACE}/secrets`

/** Ways in which a client says that it is somebody else. */
const FORGED: readonly (readonly string[])[] = [
  ['X-Remote-User: admin', 'X-Remote-Group: system:masters'],
  ['x-rEMOTE-uSER: admin', 'X-REMOTE-GROUP: system:masters', 'X-Remote-Extra-Scopes: all'],
  ['X-Remote-User: jane', 'X-Remote-User: admin', 'X-Remote-Group: a', 'X-Remote-Group: system:masters'],
  ['X_Remote_User: admin', 'X_Remote_Group: system:masters', 'X-Remote_User: admin'],
  ['Impersonate_User: admin', 'Impersonate_Group: system:masters'],
  ['Connection: X-Remote-User, Impersonate-User', 'X-Remote-User: admin', 'X-Remote-Group: system:masters'],
  ['Authorization: Bearer not-a-token', 'X-Remote-User: admin'],
  ['Audit-ID: 00000000-0000-0000-0000-000000000000', 'X-Forwarded-For: 10.0.0.1'],
]

const IMPERSONATION: readonly (readonly [string, number])[] = [
  ['Impersonate-User: admin', 403],
  ['iMPERSONATE-uSER: admin', 403],
  ['IMPERSONATE-USER: system:serviceaccount:kube-system:default', 403],
  ['Impersonate-User: jane', 403],
  ['Impersonate-User: jane\r\nImpersonate-Group: system:masters', 403],
  ['Impersonate-User: jane\r\nImpersonate-User: admin', 400],
  ['Impersonate-Group: system:masters', 400],
  ['Impersonate-Uid: 0', 400],
  ['Impersonate-Extra-scopes: all', 400],
  ['impersonate-EXTRA-a%2fb: all', 400],
  ['Connection: Impersonate-User\r\nImpersonate-User: admin', 403],
]

describe('impostors', needs(anyCluster.kubeconfig && findKubectl(), anyCluster.otherwise), () => {
  const direct = anyCluster.kubeconfig ?? ''
  const gate = new GateProcess(direct)
  const log = new ClusterLog(anyCluster.auditLog ?? '')
  let jane: ConnectionOptions = {}
  let issuer: Awaited<ReturnType<typeof openIssuer>>

  beforeAll(async () => {
    await succeeds(direct, ['create', 'namespace', NAMESPACE])
    const role = ['-n', NAMESPACE, 'create', 'role', 'reader', '--verb=list', '--resource=configmaps']
    await succeeds(direct, role)
    const users = ['--user=jane', '--user=oidc:jane', '--user=front']
    await succeeds(direct, ['-n', NAMESPACE, 'create', 'rolebinding', 'reader', '--role=reader', ...users])
    issuer = await openIssuer(join(gate.folder, 'issuer'))
    await openAuthority({ folder: join(gate.folder, 'proxies') })
    await gate.start(
      `--authentication-config=${issuer.configurationFile}`,
      `--requestheader-client-ca-file=${join(gate.folder, 'proxies', 'ca.crt')}`,
      '--requestheader-allowed-names=front',
    )
    jane = await gate.credential('jane')
  })
  afterAll(async () => {
    await kubectl(direct, ['delete', 'namespace', NAMESPACE, '--wait=false'])
    await gate.close()
    await issuer.close()
  })

  /** @returns the status, and the whole answer */
  async function get(credential: ConnectionOptions, path: string, lines: readonly string[] = []) {
    const client = await openRaw(gate.port, credential)
    const head = [`GET ${path} HTTP/1.1`, 'Host: gate', 'Accept: application/json', ...lines]
    client.send(`${head.join('\r\n')}\r\nConnection: close\r\n\r\n`)
    const text = await client.ended()
    return { status: statusesOf(text)[0] ?? 0, text }
  }

  function withToken(token: string): Promise<{ status: number; text: string }> {
    return new Promise((done, fail) => {
      const headers = { authorization: `Bearer ${token}` }
      const ca = gate.authority.certificate
      request({ host: '127.0.0.1', port: gate.port, path: MINE, headers, ca, agent: false }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('end', () => done({ status: response.statusCode ?? 0, text })).on('error', fail)
      })
        .on('error', fail)
        .end()
    })
  }

  describe('headers', () => {
    test.each(FORGED)('%s: jane stays jane', async (...lines) => {
      expect((await get(jane, MINE, lines)).status).toBe(200)
      const refused = await get(jane, NOT_MINE, lines)
      expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('User \\"jane\\" cannot')])
    })

    test.each(FORGED)('%s: nobody stays nobody', async (...lines) => {
      expect((await get({ ca: gate.authority.certificate }, MINE, lines)).status).toBe(401)
    })

    test.each(IMPERSONATION)('%s: %d', async (lines, status) => {
      const { text, ...answer } = await get(jane, MINE, [lines])
      expect(answer.status).toBe(status)
      expectNothingLeaked(text)
    })

    test('a front proxy is one only with its own certificate and name', async () => {
      const proxies = await openAuthority({ folder: join(gate.folder, 'proxies') })
      const ca = gate.authority.certificate
      const showing = async (name: string) => {
        const { certificate: cert, key } = await proxies.issueClient({ name, groups: [] }, 600)
        return { ca, cert, key }
      }
      const said = ['X-Remote-User: front', 'X-Remote-Group: dev']
      expect((await get(await showing('front'), MINE, said)).status).toBe(200)
      expect((await get(await showing('other'), MINE, said)).status).toBe(401)
      // A second name may be the client's own, behind a proxy that adds instead of sets.
      expect((await get(await showing('front'), MINE, [...said, 'X-Remote-User: admin'])).status).toBe(401)
      // And without the headers its certificate says nothing.
      expect((await get(await showing('front'), MINE)).status).toBe(401)
    })
  })

  describe('tokens', () => {
    test('a good one passes', async () => {
      expect((await withToken(await issuer.token())).status).toBe(200)
    })

    test.each(HOSTILE_TOKENS)('%s: 401', async (name) => {
      const token = (await hostileTokens(issuer))[name] ?? ''
      const { status, text } = await withToken(token)
      expect([status, JSON.parse(text).message]).toEqual([401, 'Unauthorized'])
      expectNothingLeaked(text, [token])
    })

    test('a token of the cluster with another name in it: 401', async () => {
      const path = ['get', '--raw', '/api/v1/namespaces/default/secrets']
      const { items } = JSON.parse(await succeeds(direct, path))
      const held = items.find(({ type }: { type: string }) => type === 'kubernetes.io/service-account-token')
      const good = Buffer.from(held.data.token, 'base64').toString()
      // It is known, and may do nothing.
      expect((await withToken(good)).status).toBe(403)
      const [header, payload = '', signature] = good.split('.')
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
      const forged = { ...claims, sub: 'system:serviceaccount:kube-system:default' }
      const changed = Buffer.from(JSON.stringify(forged)).toString('base64url')
      expect((await withToken(`${header}.${changed}.${signature}`)).status).toBe(401)
      const none = Buffer.from('{"alg":"none"}').toString('base64url')
      expect((await withToken(`${none}.${payload}.`)).status).toBe(401)
    })
  })

  describe('certificates', () => {
    test.each<[string, () => Promise<ConnectionOptions>]>([
      ['of nobody', async () => ({})],
      [
        'of another authority with the same name',
        async () => {
          const other = await openAuthority({ folder: join(gate.folder, 'other') })
          const { certificate, key } = await other.issueClient(
            { name: 'admin', groups: ['system:masters'] },
            600,
          )
          return { cert: certificate + other.certificate, key }
        },
      ],
      ['signed by itself', () => signedByItself('admin', 'system:masters')],
      ["signed by jane's", () => signedByALeaf(jane, 'admin', 'system:masters')],
      [
        'that has ended',
        async () => {
          const { certificate: cert, key } = await gate.authority.issueClient(
            { name: 'jane', groups: [] },
            -60,
          )
          return { cert, key }
        },
      ],
      [
        'of a server',
        async () => {
          const { certificate: cert, key } = await gate.authority.issueServer(['jane'], 600)
          return { cert, key }
        },
      ],
      [
        'of a front proxy',
        async () => {
          const proxies = await openAuthority({ folder: join(gate.folder, 'proxies') })
          const { certificate: cert, key } = await proxies.issueClient({ name: 'front', groups: [] }, 600)
          return { cert, key }
        },
      ],
    ])('%s: 401', async (_, make) => {
      const { status, text } = await get({ ca: gate.authority.certificate, ...(await make()) }, MINE)
      expect([status, text]).toEqual([401, expect.stringContaining('"message":"Unauthorized"')])
      expectNothingLeaked(text)
    })
  })

  test('the cluster has seen nobody but those who were let in', () => {
    if (anyCluster.auditLog === undefined) return
    const seen = log.impersonated().filter(({ requestURI }) => requestURI.includes(NAMESPACE))
    const users = seen.map(({ impersonatedUser }) => impersonatedUser)
    expect(users.length).toBeGreaterThan(0)
    const names = new Set(users.map((user) => user?.username))
    expect([...names].sort()).toEqual(['front', 'jane', 'oidc:jane', 'system:serviceaccount:default:default'])
    expect(users.flatMap((user) => user?.groups ?? [])).not.toContain('system:masters')
  })

  test('the gate has told nothing of it either', () => {
    expectNothingLeaked(gate.said.replace(/before https:\/\/\S+/g, ''))
  })
})
