import { Agent, request as httpsRequest } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createAdmissionChain } from '../chain/admit.ts'
import { podOf, requestFor, surroundingsOf } from '../request.fixture.ts'
import type { AdmissionStage } from '../stage.ts'
import { makeCertificates, type TestCertificates } from './certificates.fixture.ts'
import { createReviewMetrics } from './metrics.ts'
import { openReviewServer, type ReviewServer, type ReviewServerOptions } from './server.ts'

let certificates: TestCertificates
let server: ReviewServer | undefined

beforeAll(() => {
  certificates = makeCertificates()
})

afterEach(async () => {
  await server?.stop(0)
  server = undefined
})

const labels: AdmissionStage = {
  name: 'Labels',
  mutate: ({ object }) =>
    object === undefined
      ? {}
      : { object: { ...object, metadata: { ...object.metadata, labels: { a: 'b' } } } },
}

const refuses: AdmissionStage = {
  name: 'Refuses',
  validate: () => ({
    refusal: { code: 403, reason: 'Forbidden', message: 'no', details: { name: 'web' } },
    warnings: ['careful'],
    auditAnnotations: { 'stage.example/why': 'because' },
  }),
}

/** A stage that waits until it is released, and when it has been entered. */
function waiting() {
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>()
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const stage: AdmissionStage = {
    name: 'Waits',
    validate: async () => {
      enter()
      await held
      return {}
    },
  }
  return { stage, entered, release }
}

async function open(
  stages: readonly AdmissionStage[],
  more: Partial<ReviewServerOptions> = {},
): Promise<ReviewServer> {
  server = await openReviewServer({
    host: '127.0.0.1',
    port: 0,
    tls: certificates.server,
    chain: createAdmissionChain(stages),
    surroundings: surroundingsOf([]),
    isExempt: ({ namespace }) => namespace === 'kube-system',
    isReady: () => true,
    ...more,
  })
  return server
}

interface Call {
  readonly method?: string
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly agent?: Agent
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly issued: string
}

function call(
  { address }: ReviewServer,
  { method = 'POST', path, body = '', headers, agent }: Call,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      {
        host: address.host,
        port: address.port,
        path,
        method,
        ca: certificates.ca,
        agent: agent ?? new Agent(),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
      },
      (response) => {
        let text = ''
        const issued = (response.socket as TLSSocket).getPeerCertificate().serialNumber
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text, issued }))
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const POD = podOf()

function review(version = 'v1', request: Readonly<Record<string, unknown>> = {}): string {
  const { subresource: subResource, user: _, ...fields } = requestFor(POD)
  const userInfo = { username: 'jane', groups: ['system:authenticated'], extra: { scopes: ['a'] } }
  return JSON.stringify({
    apiVersion: `admission.k8s.io/${version}`,
    kind: 'AdmissionReview',
    request: { ...fields, subResource, userInfo, ...request },
  })
}

describe('an AdmissionReview', () => {
  test.each(['v1', 'v1beta1'])('of %s is answered with a patch', async (version) => {
    const { status, text } = await call(await open([labels, refuses]), {
      path: '/mutate?timeout=5s',
      body: review(version),
    })
    expect(status).toBe(200)
    const answer = JSON.parse(text)
    expect(answer).toMatchObject({ apiVersion: `admission.k8s.io/${version}`, kind: 'AdmissionReview' })
    const { patch, ...rest } = answer.response
    expect(rest).toEqual({ uid: requestFor(POD).uid, allowed: true, patchType: 'JSONPatch' })
    expect(JSON.parse(Buffer.from(patch, 'base64').toString())).toEqual([
      { op: 'add', path: '/metadata/labels', value: { a: 'b' } },
    ])
  })

  test('is refused with status, warnings and annotations, and without a patch', async () => {
    const { text } = await call(await open([labels, refuses]), { path: '/admit', body: review() })
    expect(JSON.parse(text).response).toEqual({
      uid: requestFor(POD).uid,
      allowed: false,
      status: { status: 'Failure', code: 403, reason: 'Forbidden', message: 'no', details: { name: 'web' } },
      warnings: ['careful'],
      auditAnnotations: { why: 'because' },
    })
  })

  test('of an exempt namespace is allowed without a look', async () => {
    const body = review('v1', { namespace: 'kube-system' })
    const { text } = await call(await open([refuses]), { path: '/validate', body })
    expect(JSON.parse(text).response).toEqual({ uid: requestFor(POD).uid, allowed: true })
  })

  test('that takes longer than the API server waits is refused', async () => {
    const slow: AdmissionStage = { name: 'Slow', validate: () => new Promise(() => {}) }
    const { text } = await call(await open([slow]), { path: '/validate?timeout=1s', body: review() })
    expect(JSON.parse(text).response).toMatchObject({ allowed: false, status: { code: 500 } })
  })
})

describe('what is no review', () => {
  test.each([
    ['another path', { path: '/other' }, 404],
    ['a GET', { path: '/validate', method: 'GET' }, 405],
    ['no JSON', { path: '/validate', body: '{' }, 400],
    ['another kind', { path: '/validate', body: '{"kind":"Pod","apiVersion":"v1"}' }, 400],
    ['another version', { path: '/validate', body: review('v2') }, 400],
    [
      'no request',
      { path: '/validate', body: '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}' },
      400,
    ],
    ['no uid', { path: '/validate', body: review('v1', { uid: '' }) }, 400],
    ['an unknown operation', { path: '/validate', body: review('v1', { operation: 'PATCH' }) }, 400],
    ['an object that is none', { path: '/validate', body: review('v1', { object: [] }) }, 400],
    [
      'groups that are no list',
      { path: '/validate', body: review('v1', { userInfo: { groups: 'a' } }) },
      400,
    ],
    [
      'another content type',
      { path: '/validate', body: review(), headers: { 'content-type': 'text/plain' } },
      415,
    ],
    ['a body that is too large', { path: '/validate', body: 'x'.repeat(2000) }, 413],
  ])('%s is answered %s with HTTP %i', async (_, sent, status) => {
    const rejected: number[] = []
    const opened = await open([refuses], { bodyBytes: 1500, onRejected: (code) => rejected.push(code) })
    expect((await call(opened, sent)).status).toBe(status)
    expect(rejected).toEqual(status === 404 ? [] : [status])
  })

  test('before the cluster has been read it is not ready, but alive', async () => {
    const opened = await open([], { isReady: () => false })
    const get = async (path: string) => (await call(opened, { method: 'GET', path })).status
    expect([await get('/livez'), await get('/readyz')]).toEqual([200, 503])
    expect((await call(opened, { path: '/validate', body: review() })).status).toBe(503)
  })

  test('more reviews than are worked on at once are turned away', async () => {
    const { stage, entered, release } = waiting()
    const opened = await open([stage], { maxInFlight: 1 })
    const first = call(opened, { path: '/validate', body: review() })
    await entered
    expect((await call(opened, { path: '/validate', body: review() })).status).toBe(429)
    release()
    expect((await first).status).toBe(200)
  })
})

test('with a client authority only its clients send reviews, but probes need no certificate', async () => {
  const opened = await open([], { clientCa: certificates.ca })
  expect((await call(opened, { path: '/validate', body: review() })).status).toBe(403)
  const { certificate: cert, key } = certificates.client
  const agent = new Agent({ cert, key })
  expect((await call(opened, { path: '/validate', body: review(), agent })).status).toBe(200)
  expect((await call(opened, { method: 'GET', path: '/readyz' })).status).toBe(200)
})

test('a client certificate of another authority does not count', async () => {
  const other = makeCertificates()
  const opened = await open([], { clientCa: certificates.ca })
  const agent = new Agent({ cert: other.client.certificate, key: other.client.key })
  expect((await call(opened, { path: '/validate', body: review(), agent })).status).toBe(403)
})

test('new connections are served with the certificate that came last', async () => {
  const opened = await open([])
  const before = await call(opened, { method: 'GET', path: '/livez' })
  const next = makeCertificates()
  opened.setCertificate(next.server)
  certificates = next
  const after = await call(opened, { method: 'GET', path: '/livez' })
  expect(after.issued).not.toBe(before.issued)
})

test('a stop answers what is there and takes nothing new', async () => {
  const { stage, entered, release } = waiting()
  const opened = await open([stage])
  const pending = call(opened, { path: '/validate', body: review() })
  await entered
  server = undefined
  // So long that a busy machine has asked whether it is ready while calls are still taken.
  const stopped = opened.stop(10_000)
  expect((await call(opened, { method: 'GET', path: '/readyz' })).status).toBe(503)
  const livez = () =>
    call(opened, { method: 'GET', path: '/livez' }).then(
      ({ status }) => status,
      ({ code }) => code,
    )
  await expect.poll(livez).toBe('ECONNREFUSED')
  release()
  expect((await pending).status).toBe(200)
  await stopped
})

test('counts stages and reviews', async () => {
  const faults: unknown[] = []
  const metrics = createReviewMetrics((stage) => faults.push(stage))
  const broken: AdmissionStage = { name: 'Broken', validate: () => Promise.reject(new Error('x')) }
  const opened = await open([], {
    chain: createAdmissionChain([broken], metrics.observer),
    metrics: { contentType: metrics.registry.contentType, text: () => metrics.registry.metrics() },
    onReview: (request, { refusal }, milliseconds) =>
      metrics.reviewed(request, refusal === undefined, milliseconds),
    onRejected: (status) => metrics.rejected(status),
  })
  await call(opened, { path: '/validate', body: review() })
  await call(opened, { path: '/validate', body: '{' })
  const { text } = await call(opened, { method: 'GET', path: '/metrics' })
  expect(faults).toEqual(['Broken'])
  expect(text).toContain(
    'apiserver_admission_controller_admission_duration_seconds_count{name="Broken",operation="CREATE",rejected="true",type="validate"} 1',
  )
  expect(text).toContain(
    'haetae_admission_review_duration_seconds_count{operation="CREATE",allowed="false"} 1',
  )
  expect(text).toContain('haetae_admission_rejected_calls_total{status="400"} 1')
})
