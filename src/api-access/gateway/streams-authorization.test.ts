import { afterEach, describe, expect, test } from 'vitest'
import { fixedObjects } from '../../kubernetes/index.ts'
import { type Authorizer, configurationOfFlags, configuredChain } from '../authorization/index.ts'
import type { RequestAttributes } from '../request/index.ts'
import { reviewsEndpoint, selfReviewEndpoint } from './authorization/reviews.ts'
import { type Behind, openBench } from './gate.fixture.ts'

let bench: Awaited<ReturnType<typeof openBench>>
afterEach(() => bench.close())

const reason = { id: 'test.reason', data: {} }

/** Allows what the rights name, e.g. `get pods/exec`; keeps what it was asked. */
function allowing(...rights: readonly string[]): Authorizer & { readonly asked: RequestAttributes[] } {
  const asked: RequestAttributes[] = []
  return {
    name: 'Test',
    asked,
    authorize(attributes) {
      asked.push(attributes)
      const { verb, resource, subresource } = attributes
      const right = `${verb} ${resource}${subresource === '' ? '' : `/${subresource}`}`
      return { verdict: rights.includes(right) ? 'allow' : 'no-opinion', reason }
    },
  }
}

const switches: NonNullable<Behind['upgrade']> = ({ headers }, socket) => {
  socket.on('error', () => undefined)
  socket.end(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${headers.upgrade}\r\n\r\n`)
}

/** Asks to open a stream. @returns the first line of the answer */
async function opened(minor: number, authorizer: Authorizer, method: string, path: string, protocol: string) {
  bench = await openBench({ upgrade: switches }, { authorizer, serverVersion: { major: 1, minor } })
  const socket = await bench.raw('jane')
  let text = ''
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const closed = new Promise((resolve) => socket.on('close', resolve))
  socket.write(
    `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  )
  await expect.poll(() => text).toMatch(/\r\n\r\n/)
  socket.end()
  await closed
  return text.split('\r\n', 1)[0]
}

describe.each(['exec', 'attach', 'portforward'])('pods/%s', (subresource) => {
  const path = `/api/v1/namespaces/a/pods/b/${subresource}`
  const get = `get pods/${subresource}`
  const create = `create pods/${subresource}`

  test.each([
    [34, 'GET', 'websocket', [get], 101],
    [34, 'GET', 'websocket', [create], 403],
    [35, 'GET', 'websocket', [get], 403],
    [35, 'GET', 'websocket', [create], 403],
    [35, 'GET', 'websocket', [get, create], 101],
    [34, 'POST', 'SPDY/3.1', [get], 403],
    [34, 'POST', 'SPDY/3.1', [create], 101],
    [35, 'POST', 'SPDY/3.1', [create], 101],
  ] as const)('1.%i: %s over %s with %j: %i', async (minor, method, protocol, rights, code) => {
    expect(await opened(minor, allowing(...rights), method, path, protocol)).toContain(` ${code} `)
    expect(bench.seen).toHaveLength(code === 101 ? 1 : 0)
  })
})

test.each([34, 35])("1.%i: get nodes/proxy still reaches the kubelet's exec", async (minor) => {
  const path = '/api/v1/nodes/n/proxy/exec/shop/web/c?command=sh'
  expect(await opened(minor, allowing('get nodes/proxy'), 'GET', path, 'websocket')).toContain(' 101 ')
})

test('authorizers are told what a list selects', async () => {
  const authorizer = allowing('list pods')
  bench = await openBench({}, { authorizer })
  await bench.fetch({ path: '/api/v1/pods?fieldSelector=spec.nodeName%3Dn1&labelSelector=!a', as: 'jane' })
  await bench.fetch({ path: '/api/v1/pods?fieldSelector=,,&limit=1', as: 'jane' })
  await bench.fetch({ path: '/api/v1/namespaces/a/pods/p?fieldSelector=spec.nodeName%3Dn1', as: 'jane' })
  expect(authorizer.asked.map(({ fieldSelector, labelSelector }) => [fieldSelector, labelSelector])).toEqual([
    [
      [{ key: 'spec.nodeName', operator: 'In', values: ['n1'] }],
      [{ key: 'a', operator: 'DoesNotExist', values: [] }],
    ],
    [undefined, undefined],
    [undefined, undefined],
  ])
})

describe('reviews', () => {
  const post = (path: string, body: object) =>
    bench.fetch({
      path,
      method: 'POST',
      as: 'jane',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const whoAmI = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  const canI = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb: 'list', resource: 'pods', namespace: 'a' } },
  }
  const MAY = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

  test("with authorizers of the gate's own, the gate answers them all", async () => {
    const authorizer = allowing('list pods', 'create selfsubjectreviews', 'create selfsubjectaccessreviews')
    bench = await openBench({}, { authorizer, local: [reviewsEndpoint(authorizer, ({ id }) => id)] })
    const who = await post(WHO, whoAmI)
    expect([who.status, JSON.parse(who.text).status.userInfo]).toEqual([
      201,
      { username: 'jane', groups: ['system:authenticated'] },
    ])
    const may = await post(MAY, canI)
    expect([may.status, JSON.parse(may.text).status]).toEqual([201, { allowed: true, reason: 'test.reason' }])
    expect(bench.seen).toEqual([])
  })

  test('where the cluster decides, the gate says who one is, and the cluster what one may', async () => {
    const ask = () => ({ verdict: 'no-opinion', reason }) as const
    bench = await openBench({}, { local: [selfReviewEndpoint(ask, ({ id }) => id)] })
    expect(JSON.parse((await post(WHO, whoAmI)).text).status.userInfo.username).toBe('jane')
    await post(MAY, canI)
    expect(bench.seen.map(({ url }) => url)).toEqual([MAY])
  })
})

test('a kubelet lists the pods of its own node, by its selector', async () => {
  const { authorizer } = await configuredChain(configurationOfFlags({ mode: ['Node'] }), {
    objects: fixedObjects([]),
    clientOf: () => Promise.reject(new Error('there is no webhook')),
  })
  bench = await openBench({}, { authorizer })
  const node = 'system:node:n1'
  const list = (query: string) =>
    bench.fetch({ path: `/api/v1/pods?${query}`, as: node, groups: ['system:nodes'] })
  expect((await list('fieldSelector=spec.nodeName%3Dn1')).status).toBe(200)
  expect((await list('fieldSelector=spec.nodeName%3Dn2')).status).toBe(403)
  expect((await list('')).status).toBe(403)
})
