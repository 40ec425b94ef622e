import { X509Certificate } from 'node:crypto'
import type { RequestOptions } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Authenticator,
  bearerAuthenticator,
  bootstrapTokenAuthenticator,
  clientCertificateAuthenticator,
  clusterKeysVerifier,
  clusterTokenAuthenticator,
  parseCaBundle,
  serviceAccountAuthenticator,
} from '../src/api-access/authentication/index.ts'
import {
  type ClusterClient,
  clusterClient,
  type GroupResource,
  type ObjectChange,
  type WatchedObjects,
  watchedObjects,
} from '../src/kubernetes/index.ts'
import { anyCluster, needs } from './setup/needs.ts'
import { until } from './setup/work.ts'

const { kubeconfig, otherwise } = anyCluster
const NAMESPACE = `haetae-authn-${process.pid}`
const CORE = `/api/v1/namespaces/${NAMESPACE}`

const core = (resource: string): GroupResource => ({ group: '', resource })
const TYPES = [
  ...['serviceaccounts', 'pods', 'secrets', 'nodes', 'configmaps'].map(core),
  { group: 'rbac.authorization.k8s.io', resource: 'roles' },
  { group: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
  { group: 'nowhere.example.com', resource: 'things' },
]

describe('a real API server', needs(kubeconfig, otherwise), () => {
  const config = new KubeConfig()
  const problems: unknown[] = []
  let client: ClusterClient
  let view: WatchedObjects

  async function call(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) {
    const answer = await client.request({ method, path, ...(body && { body }) })
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body as { spec: object; status: { token: string }; metadata: { uid: string } }
  }

  const configMap = (name: string, value: string) => ({ metadata: { name }, data: { value } })

  beforeAll(async () => {
    config.loadFromFile(kubeconfig ?? '')
    client = clusterClient(config)
    await call('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } })
    // More than one page.
    for (let made = 0; made < 620; made += 20)
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          call('POST', `${CORE}/configmaps`, configMap(`c${made + index}`, 'x')),
        ),
      )
    view = watchedObjects(config, TYPES, { onProblem: (...problem) => problems.push(problem) })
    await view.ready()
  })

  afterAll(async () => {
    await view?.stop()
    await client?.request({ method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}` })
    client?.close()
  })

  describe('is followed', () => {
    test('whole lists, whatever their pages; what is not served is empty', () => {
      expect([...view.list(core('configmaps'), NAMESPACE)].length).toBeGreaterThanOrEqual(620)
      expect(view.get(TYPES[6] ?? core(''), '', 'cluster-admin')?.kind).toBe('ClusterRole')
      expect(view.isComplete({ group: 'nowhere.example.com', resource: 'things' })).toBe(true)
      expect(problems).toEqual([])
    })

    test('what comes, changes and goes', async () => {
      const seen: string[] = []
      const tell = ({ before, after }: ObjectChange) => {
        const value = (object: ObjectChange['after']) =>
          (object?.['data'] as { value?: string } | undefined)?.value ?? '-'
        if ((after ?? before)?.metadata?.name === 'followed') seen.push(`${value(before)} ${value(after)}`)
      }
      const end = view.subscribe(core('configmaps'), tell)
      await call('POST', `${CORE}/configmaps`, configMap('followed', 'one'))
      await call('PUT', `${CORE}/configmaps/followed`, configMap('followed', 'two'))
      await call('DELETE', `${CORE}/configmaps/followed`)
      await expect.poll(() => seen).toEqual(['- one', 'one two', 'two -'])
      end()
    })

    test('no managed fields are kept', () => {
      for (const object of view.list(core('configmaps')))
        expect(object.metadata).not.toHaveProperty('managedFields')
    })
  })

  describe('its credentials', () => {
    let ours: Authenticator
    let theirs: Authenticator

    const presented = (token: string) => ({
      headers: { authorization: `Bearer ${token}` },
      certificates: [],
      address: '127.0.0.1',
    })

    /** A token of the API server for an account, and who both say that it is. */
    async function tokenOf(account: string, boundObjectRef?: object): Promise<string> {
      const body = {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 600, ...(boundObjectRef && { boundObjectRef }) },
      }
      return (await call('POST', `${CORE}/serviceaccounts/${account}/token`, body)).status.token
    }

    beforeAll(async () => {
      await call('POST', `${CORE}/serviceaccounts`, { metadata: { name: 'robot' } })
      await until(async () => view.get(core('serviceaccounts'), NAMESPACE, 'robot'), 'the account')
      const claims = JSON.parse(
        Buffer.from((await tokenOf('robot')).split('.')[1] ?? '', 'base64url').toString(),
      )
      const signatures = clusterKeysVerifier(client)
      ours = bearerAuthenticator(
        serviceAccountAuthenticator({ issuers: [claims.iss], audiences: claims.aud, signatures, view }),
      )
      // The server keeps its own verdicts for ten seconds.
      theirs = bearerAuthenticator(clusterTokenAuthenticator({ client, cacheSeconds: 0 }))
    })

    test("a bound token: the same user as in the server's TokenReview", async () => {
      const token = await tokenOf('robot')
      const [own, review] = [
        await ours.authenticate(presented(token)),
        await theirs.authenticate(presented(token)),
      ]
      expect(own?.user.name).toBe(`system:serviceaccount:${NAMESPACE}:robot`)
      expect(review?.user).toMatchObject({ name: own?.user.name, uid: own?.user.uid })
      expect(review?.user.groups).toEqual([...(own?.user.groups ?? []), 'system:authenticated'])
    })

    test('a legacy token, where the server makes one', async () => {
      await call('POST', `${CORE}/secrets`, {
        metadata: { name: 'legacy', annotations: { 'kubernetes.io/service-account.name': 'robot' } },
        type: 'kubernetes.io/service-account-token',
      })
      const legacy = () => view.get(core('secrets'), NAMESPACE, 'legacy')
      const token = () => (legacy()?.['data'] as { readonly token?: string } | undefined)?.token
      await expect.poll(token).toBeDefined()
      const held = Buffer.from(token() ?? '', 'base64').toString()
      expect((await ours.authenticate(presented(held)))?.user).toMatchObject({
        name: `system:serviceaccount:${NAMESPACE}:robot`,
      })
      expect((await theirs.authenticate(presented(held)))?.user.name).toBe(
        `system:serviceaccount:${NAMESPACE}:robot`,
      )
      await call('DELETE', `${CORE}/secrets/legacy`)
      await expect.poll(legacy).toBeUndefined()
      await expect(ours.authenticate(presented(held))).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    })

    test('a token that is bound to a secret ends with it', async () => {
      const { metadata } = await call('POST', `${CORE}/secrets`, { metadata: { name: 'bound' } })
      const token = await tokenOf('robot', {
        kind: 'Secret',
        apiVersion: 'v1',
        name: 'bound',
        uid: metadata.uid,
      })
      await expect.poll(() => view.get(core('secrets'), NAMESPACE, 'bound')).toBeDefined()
      expect(await ours.authenticate(presented(token))).toBeDefined()
      await call('DELETE', `${CORE}/secrets/bound`)
      await expect.poll(() => view.get(core('secrets'), NAMESPACE, 'bound')).toBeUndefined()
      await expect(ours.authenticate(presented(token))).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    })

    test('a changed token is refused by both', async () => {
      const token = await tokenOf('robot')
      const [header = '', payload = '', signature = ''] = token.split('.')
      const changed = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
      await expect(ours.authenticate(presented(changed))).rejects.toMatchObject({
        code: 'ERR_TOKEN_SIGNATURE',
      })
      await expect(theirs.authenticate(presented(changed))).rejects.toMatchObject({
        code: 'ERR_TOKEN_REFUSED',
      })
    })

    test('an account that is made anew is another', async () => {
      await call('POST', `${CORE}/serviceaccounts`, { metadata: { name: 'again' } })
      const token = await tokenOf('again')
      await call('DELETE', `${CORE}/serviceaccounts/again`)
      const { metadata } = await call('POST', `${CORE}/serviceaccounts`, { metadata: { name: 'again' } })
      const uid = () => view.get(core('serviceaccounts'), NAMESPACE, 'again')?.metadata?.uid
      await expect.poll(uid).toBe(metadata.uid)
      await expect(ours.authenticate(presented(token))).rejects.toMatchObject({
        detail: { id: 'token.bound-object-other' },
      })
    })

    test('a bootstrap token by its Secret', async () => {
      const id = process.pid.toString(36).padStart(6, '0').slice(-6)
      const path = '/api/v1/namespaces/kube-system/secrets'
      await call('POST', path, {
        metadata: { name: `bootstrap-token-${id}` },
        type: 'bootstrap.kubernetes.io/token',
        stringData: {
          'token-id': id,
          'token-secret': '0123456789abcdef',
          'usage-bootstrap-authentication': 'true',
        },
      })
      try {
        await expect
          .poll(() => view.get(core('secrets'), 'kube-system', `bootstrap-token-${id}`))
          .toBeDefined()
        const found = await bearerAuthenticator(bootstrapTokenAuthenticator(view)).authenticate(
          presented(`${id}.0123456789abcdef`),
        )
        expect(found?.user).toEqual({ name: `system:bootstrap:${id}`, groups: ['system:bootstrappers'] })
      } finally {
        await call('DELETE', `${path}/bootstrap-token-${id}`)
      }
    })

    test("the administrator's certificate, by the cluster's authority", async () => {
      const options: RequestOptions = {}
      await config.applyToHTTPSOptions(options)
      if (!options.cert || !options.ca)
        return expect(config.getCurrentUser()?.token ?? 'no certificate').toBeDefined()
      const trusted = parseCaBundle(String(options.ca), 'ca.crt')
      const certificate = new X509Certificate(String(options.cert))
      const found = await clientCertificateAuthenticator({ value: () => trusted }).authenticate({
        headers: {},
        certificates: [certificate],
        address: '127.0.0.1',
      })
      expect(found?.user.groups).toContain('system:masters')
    })
  })

  test('what fails is told, and nothing is complete that was not read', async () => {
    const stranger = new KubeConfig()
    stranger.loadFromString(config.exportConfig())
    const user = stranger.getCurrentUser()
    if (user === null) throw new Error('no user')
    stranger.users = [{ name: user.name, token: 'nonsense' }]
    const told: string[] = []
    const blind = watchedObjects(stranger, [core('secrets')], { onProblem: (_, { id }) => told.push(id) })
    await expect.poll(() => told.length).toBeGreaterThan(0)
    await sleep(50)
    expect(blind.isComplete(core('secrets'))).toBe(false)
    await blind.stop()
  })
})
