import type { IncomingMessage } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import type { KubernetesObject, ObjectView } from '../../../kubernetes/index.ts'
import {
  type AdmissionRequest,
  type AdmissionStage,
  createAdmissionChain,
  type StageOutcome,
} from '../../admission/index.ts'
import { type Behind, openBench } from '../gate.fixture.ts'

let bench: Awaited<ReturnType<typeof openBench>>
afterEach(() => bench.close())

const NOTHING: ObjectView = {
  get: () => undefined,
  list: () => [],
  isComplete: () => true,
  subscribe: () => () => {},
}

/** What the API server was sent, bodies and all. */
interface Sent {
  readonly method: string
  readonly url: string
  readonly type: string
  readonly as: string
  readonly body: string
}

/** A gate whose admission has one stage, before an API server that answers by `answer`. */
async function open(
  stage: Partial<AdmissionStage>,
  answer: (sent: Sent) => {
    readonly status?: number
    readonly object: object
    readonly bytes?: Buffer
    readonly headers?: readonly string[]
  },
  level = 'Metadata',
) {
  const sent: Sent[] = []
  const judged: AdmissionRequest[] = []
  const behind: Behind = {
    async answer(request, response) {
      const one = await read(request)
      sent.push(one)
      const { status = 200, object, bytes, headers } = answer(one)
      response
        .writeHead(status, [...(headers ?? ['content-type', 'application/json'])])
        .end(bytes ?? JSON.stringify(object))
    },
  }
  const watching: AdmissionStage = {
    name: 'Watching',
    validate(request) {
      judged.push(request)
      return {}
    },
  }
  bench = await openBench(behind, {
    admissionChain: createAdmissionChain([{ name: 'Test', ...stage }, watching]),
    objects: NOTHING,
    level,
  })
  return { sent, judged, fetch: bench.fetch }
}

async function read(request: IncomingMessage): Promise<Sent> {
  let body = ''
  for await (const part of request.setEncoding('utf8')) body += part
  const { method = '', url = '', headers } = request
  const [type, as] = ['content-type', 'impersonate-user'].map((name) => String(headers[name] ?? ''))
  return { method, url, type: type ?? '', as: as ?? '', body }
}

const PODS = '/api/v1/namespaces/a/pods'
const pod = (more: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', resourceVersion: '7', labels: { a: 'b' } },
  ...more,
})
const json = { 'content-type': 'application/json' }
const deny: Partial<AdmissionStage> = {
  validate: (): StageOutcome => ({ refusal: { code: 403, reason: 'Forbidden', message: 'no "pods" here' } }),
}
const label: Partial<AdmissionStage> = {
  mutate: ({ object }): StageOutcome =>
    object === undefined
      ? {}
      : {
          object: { ...object, metadata: { ...object.metadata, labels: { by: 'stage' } } },
          warnings: ['labelled "it"'],
        },
}

describe('admission in the gate', () => {
  test('a refusal is told in the words of the stage, and nothing goes on', async () => {
    const { fetch, sent } = await open(deny, () => ({ object: {} }))
    const answer = await fetch({
      path: PODS,
      method: 'POST',
      as: 'jane',
      headers: json,
      body: JSON.stringify(pod()),
    })
    expect([answer.status, JSON.parse(answer.text).message]).toEqual([403, 'no "pods" here'])
    expect(sent).toEqual([])
  })

  test('the answer to a patch is the API server’s, byte for byte, with its headers', async () => {
    // What is no UTF-8, as of an object in protobuf.
    const bytes = Buffer.from([0x6b, 0x38, 0x73, 0, 0xff, 0xfe, 0x80, 0xc3])
    const headers = [
      ...['content-type', 'application/vnd.kubernetes.protobuf'],
      ...['warning', '299 - "old"', 'warning', '299 - "odd"'],
      ...['x-kubernetes-pf-flowschema-uid', 'f', 'audit-id', 'not-this'],
    ]
    const { fetch } = await open(label, ({ method, url }) =>
      method === 'PATCH' && !url.includes('dryRun') ? { object: {}, bytes, headers } : { object: pod() },
    )
    const answer = await fetch({
      path: `${PODS}/p`,
      method: 'PATCH',
      as: 'jane',
      headers: {
        'content-type': 'application/merge-patch+json',
        accept: 'application/vnd.kubernetes.protobuf',
      },
      body: '{"metadata":{"labels":{"a":"c"}}}',
    })
    expect([answer.status, [...answer.bytes]]).toEqual([200, [...bytes]])
    expect(answer.headers).toMatchObject({
      'content-type': 'application/vnd.kubernetes.protobuf',
      'content-length': String(bytes.length),
      warning: '299 - "old", 299 - "odd", 299 - "labelled \\"it\\""',
      'x-kubernetes-pf-flowschema-uid': 'f',
    })
    const ids = (await bench.events()).map(({ auditID }) => auditID)
    expect([answer.headers['audit-id']]).toEqual(ids)
  })

  test('what was judged goes on, however the text could be read', async () => {
    const { fetch, sent, judged } = await open({}, ({ body }) => ({ status: 201, object: JSON.parse(body) }))
    const body =
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"hostPID":true},"spec":{"x":1}}'
    await fetch({ path: PODS, method: 'POST', as: 'jane', headers: json, body })
    expect(judged).toMatchObject([
      {
        operation: 'CREATE',
        name: 'p',
        namespace: 'a',
        kind: { kind: 'Pod' },
        user: { name: 'jane' },
        dryRun: false,
      },
    ])
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'a' },
      spec: { x: 1 },
    })
    expect(sent[0]?.body.match(/spec/g)).toHaveLength(1)
  })

  test('what a stage changed goes on, and its warnings come back', async () => {
    const { fetch, sent } = await open(label, ({ body }) => ({ status: 201, object: JSON.parse(body) }))
    const answer = await fetch({
      path: PODS,
      method: 'POST',
      as: 'jane',
      headers: json,
      body: JSON.stringify(pod()),
    })
    expect(answer.headers['warning']).toBe('299 - "labelled \\"it\\""')
    expect(JSON.parse(sent[0]?.body ?? '').metadata.labels).toEqual({ by: 'stage' })
  })

  test.each([
    ['protobuf', 'application/vnd.kubernetes.protobuf', 'k8s\0…'],
    [
      'numbers that JavaScript cannot hold',
      'application/json',
      '{"apiVersion":"v1","kind":"Pod","x":12345678901234567890}',
    ],
    ['an object of no kind', 'application/json', '{"metadata":{"name":"p"}}'],
  ])('the API server is asked what an object is: %s', async (_, type, body) => {
    const { fetch, sent, judged } = await open({}, () => ({ status: 201, object: pod() }))
    await fetch({ path: PODS, method: 'POST', as: 'jane', headers: { 'content-type': type }, body })
    expect(judged[0]?.object).toEqual(pod())
    expect(sent.map(({ url, as }) => [url, as])).toEqual([
      [`${PODS}?dryRun=All`, 'jane'],
      [PODS, 'jane'],
    ])
    expect(sent[1]).toMatchObject({ type, body })
  })

  test('what the audit trail had the API server read, admission does not ask again', async () => {
    const { fetch, sent, judged } = await open({}, () => ({ status: 201, object: pod() }), 'Request')
    const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' }
    await fetch({ path: PODS, method: 'POST', as: 'jane', headers, body: 'k8s\0…' })
    expect(judged[0]?.object).toEqual(pod())
    expect(sent.map(({ url }) => url)).toEqual([`${PODS}?dryRun=All`, PODS])
  })

  test('what the API server would not do is answered as it says', async () => {
    const { fetch, sent } = await open({}, () => ({
      status: 422,
      object: { kind: 'Status', message: 'invalid' },
    }))
    const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' }
    const answer = await fetch({ path: PODS, method: 'POST', as: 'jane', headers, body: 'k8s\0' })
    expect([answer.status, JSON.parse(answer.text).message]).toEqual([422, 'invalid'])
    expect(sent).toHaveLength(1)
  })

  test.each<[string, NonNullable<Behind['answer']>, number, string]>([
    [
      'cannot be reached',
      (request) => request.socket.destroy(),
      503,
      'the API server behind the gate cannot be reached',
    ],
    [
      'does not accept the gate',
      (_, response) => response.writeHead(401).end(),
      500,
      'Internal error occurred: the API server does not accept the gate',
    ],
  ])('an API server that %s cannot say what a patch makes', async (_, answer, code, message) => {
    bench = await openBench({ answer }, { admissionChain: createAdmissionChain([]), objects: NOTHING })
    const headers = { 'content-type': 'application/merge-patch+json' }
    const told = await bench.fetch({ path: `${PODS}/p`, method: 'PATCH', as: 'jane', headers, body: '{}' })
    expect([told.status, JSON.parse(told.text).message]).toEqual([code, message])
    expect(await bench.events()).toMatchObject([
      { stage: 'ResponseComplete', auditID: told.headers['audit-id'], responseStatus: { code, message } },
    ])
  })

  test('a patch is judged by what it makes, and bound to the version that was judged', async () => {
    const patched = pod({ spec: { hostPID: true } })
    let version = 7
    const { fetch, sent, judged } = await open({}, ({ method, url, body }) => {
      if (method === 'GET')
        return { object: pod({ metadata: { name: 'p', resourceVersion: String(version) } }) }
      if (url.includes('dryRun')) return { object: patched }
      if (JSON.parse(body).metadata.resourceVersion === '8') return { object: patched }
      version = 8
      return { status: 409, object: { message: 'the object has been modified' } }
    })
    const headers = { 'content-type': 'application/strategic-merge-patch+json' }
    const answer = await fetch({
      path: `${PODS}/p`,
      method: 'PATCH',
      as: 'jane',
      headers,
      body: '{"spec":{"hostPID":true}}',
    })
    expect(answer.status).toBe(200)
    expect(judged.map(({ operation, object }) => [operation, object])).toEqual([
      ['UPDATE', patched],
      ['UPDATE', patched],
    ])
    expect(sent.map(({ method, as }) => `${method} ${as}`)).toEqual([
      'GET ',
      'PATCH jane',
      'PATCH jane',
      'GET ',
      'PATCH jane',
      'PATCH jane',
    ])
    expect(JSON.parse(sent[5]?.body ?? '')).toEqual({
      spec: { hostPID: true },
      metadata: { resourceVersion: '8' },
    })
  })

  test.each([
    ['strategic-merge-patch+json', '{"spec":{"hostPID":true}}', '7'],
    ['merge-patch+json', '{"metadata":{"resourceVersion":null},"spec":{"hostPID":true}}', '7'],
    ['strategic-merge-patch+json', '{"metadata":{"resourceVersion":""},"spec":{"hostPID":true}}', '7'],
    ['apply-patch+yaml', 'metadata: {resourceVersion: ~}\nspec: {hostPID: yes, <<: {hostIPC: true}}\n', '7'],
    ['merge-patch+json', '{"metadata":{"resourceVersion":"7"}}', '7'],
  ])(
    'what is judged of a patch is what goes on, for one version alone: %s %s',
    async (type, body, version) => {
      const { fetch, sent, judged } = await open({}, () => ({ object: pod() }))
      const headers = { 'content-type': `application/${type}` }
      await fetch({ path: `${PODS}/p`, method: 'PATCH', as: 'jane', headers, body })
      expect(judged).toHaveLength(1)
      const [read, tried, done] = sent
      expect([read?.method, tried?.url, done?.url]).toEqual(['GET', `${PODS}/p?dryRun=All`, `${PODS}/p`])
      expect([tried?.type, tried?.body]).toEqual([done?.type, done?.body])
      expect(JSON.parse(done?.body ?? '').metadata.resourceVersion).toBe(version)
    },
  )

  test.each([
    ['merge-patch+json', 'metadata: {labels: {a: b}}  # YAML'],
    ['merge-patch+json', '{"metadata":{"labels":{"a":"b"}}}\n---\n{"ignored":true}'],
    ['json-patch+json', '[{op: remove, path: /metadata/labels}]'],
    ['merge-patch+json; like=yaml', 'metadata: {labels: {a: b}}'],
    ['merge-patch+json', '{"metadata":{"resourceVersion":5}}'],
    ['apply-patch+yaml', 'metadata: {resourceVersion: 5}'],
    ['strategic-merge-patch+json', '{"metadata":7}'],
    ['merge-patch+json', '7'],
    ['apply-patch+yaml', 'spec: {a: 9007199254740993}'],
    ['apply-patch+yaml', 'spec: {a: .inf}'],
  ])(
    'what is no patch that can be bound is left to the API server, and nothing else goes on: %s %s',
    async (type, body) => {
      const refusal = { status: 400, object: { kind: 'Status', message: 'no such patch', code: 400 } }
      const { fetch, sent } = await open({}, ({ method }) => (method === 'GET' ? { object: pod() } : refusal))
      const headers = { 'content-type': `application/${type}` }
      const answer = await fetch({ path: `${PODS}/p`, method: 'PATCH', as: 'jane', headers, body })
      expect([answer.status, JSON.parse(answer.text).message]).toEqual([400, 'no such patch'])
      expect(sent.slice(1).map((each) => [each.url, each.body])).toEqual([[`${PODS}/p?dryRun=All`, body]])
    },
  )

  test('a patch that cannot be bound is not done, though the API server would take it', async () => {
    const { fetch, sent } = await open({}, () => ({ object: pod() }))
    const headers = { 'content-type': 'application/merge-patch+json' }
    const body = '{"metadata":{"resourceVersion":5}}'
    expect((await fetch({ path: `${PODS}/p`, method: 'PATCH', as: 'jane', headers, body })).status).toBe(500)
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET ${PODS}/p`,
      `PATCH ${PODS}/p?dryRun=All`,
    ])
  })

  test.each([
    ['merge-patch+json', '{"spec":{"a":9007199254740993,"b":1e400,"c":[1.0,-0,1.5]}}'],
    ['apply-patch+yaml', '{"spec":{"a":-9223372036854775808,"text":"1: 9007199254740993"}}'],
    ['json-patch+json; charset=utf-8', '[{"op":"replace","path":"/spec/a","value":9007199254740993}]'],
  ])('the numbers of a patch go on as they are written: %s %s', async (type, body) => {
    const { fetch, sent } = await open({}, () => ({ object: pod() }))
    const headers = { 'content-type': `application/${type}` }
    await fetch({ path: `${PODS}/p`, method: 'PATCH', as: 'jane', headers, body })
    expect(sent).toHaveLength(3)
    for (const { body: gone } of sent.slice(1)) expect(gone).toContain(body.slice(1, -1))
  })

  test('a version that the client asks for is not judged by another that the object had before', async () => {
    let reads = 0
    const { fetch, judged } = await open({}, ({ method }) => {
      if (method === 'GET') reads += 1
      return { object: pod({ metadata: { name: 'p', resourceVersion: reads < 2 ? '6' : '7' } }) }
    })
    const headers = { 'content-type': 'application/merge-patch+json' }
    const body = '{"metadata":{"resourceVersion":"7"}}'
    expect((await fetch({ path: `${PODS}/p`, method: 'PATCH', as: 'jane', headers, body })).status).toBe(200)
    expect(judged.map(({ oldObject }) => oldObject?.metadata?.resourceVersion)).toEqual(['7'])
  })

  test('that the object is not of the version a client asks for is told at once', async () => {
    const { fetch, sent } = await open({}, ({ method }) =>
      method === 'GET'
        ? { object: pod() }
        : { status: 409, object: { message: 'the object has been modified' } },
    )
    const headers = { 'content-type': 'application/merge-patch+json' }
    const body = '{"metadata":{"resourceVersion":"5"}}'
    expect((await fetch({ path: `${PODS}/p`, method: 'PATCH', as: 'jane', headers, body })).status).toBe(409)
    expect(sent).toHaveLength(2)
  })

  test('a JSON patch is bound by a test', async () => {
    const { fetch, sent } = await open({}, () => ({ object: pod() }))
    const headers = { 'content-type': 'application/json-patch+json' }
    const patch = [{ op: 'remove', path: '/metadata/labels/a' }]
    await fetch({ path: `${PODS}/p`, method: 'PATCH', as: 'jane', headers, body: JSON.stringify(patch) })
    expect(JSON.parse(sent[2]?.body ?? '')).toEqual([
      { op: 'test', path: '/metadata/resourceVersion', value: '7' },
      ...patch,
    ])
  })

  test('a patch that a stage changed becomes a merge patch of the same verb', async () => {
    const { fetch, sent } = await open(label, () => ({ object: pod() }))
    const headers = { 'content-type': 'application/apply-patch+yaml' }
    await fetch({
      path: `${PODS}/p?fieldManager=x&force=true`,
      method: 'PATCH',
      as: 'jane',
      headers,
      body: 'apiVersion: v1\nkind: Pod\n',
    })
    expect(sent[2]).toMatchObject({
      method: 'PATCH',
      url: `${PODS}/p?fieldManager=x`,
      type: 'application/merge-patch+json',
    })
    expect(JSON.parse(sent[2]?.body ?? '')).toEqual({
      metadata: { labels: { a: null, by: 'stage' }, resourceVersion: '7' },
    })
  })

  test('the integers of a patch that a stage changes go on as they are written, also where a list changes', async () => {
    const before = ['9007199254740993', '9223372036854775807']
    const { fetch, sent } = await open(label, ({ method }) => {
      const limits = method === 'GET' ? before : [before[1], '9007199254740995', before[0]]
      const text = JSON.stringify(pod({ spec: { limits: 'LIMITS', size: 'SIZE' } }))
        .replace('"LIMITS"', `[${limits.map((limit) => `{"limit":${limit}}`)}]`)
        .replace('"SIZE"', method === 'GET' ? '9007199254740992' : '9007199254740993')
      return { object: {}, bytes: Buffer.from(text) }
    })
    const headers = { 'content-type': 'application/merge-patch+json' }
    const body = '{"spec":{"size":9007199254740993}}'
    await fetch({ path: `${PODS}/p`, method: 'PATCH', as: 'jane', headers, body })
    expect(sent[2]?.body).toContain(
      '"spec":{"limits":[{"limit":9223372036854775807},{"limit":9007199254740995},{"limit":9007199254740993}],"size":9007199254740993}',
    )
  })

  test.each([
    ['json', '{"apiVersion":"v1","kind":"Pod","spec":{"size":9007199254740993}}', '"size":9007199254740993'],
    ['json', '{"apiVersion":"v1","kind":"Pod","spec":{"size":1e400}}', '"size":1e400'],
    ['yaml', 'apiVersion: v1\nkind: Pod\nspec: {size: 0x20000000000001}\n', '"size":9007199254740993'],
  ])('of an object that a stage changes too: %s %s', async (type, body, written) => {
    const size = written.replace('"size":', '')
    const shown = Buffer.from(JSON.stringify(pod({ spec: { size: 'SIZE' } })).replace('"SIZE"', size))
    const { fetch, sent } = await open(label, () => ({ object: {}, bytes: shown }))
    const headers = { 'content-type': `application/${type}` }
    await fetch({ path: PODS, method: 'POST', as: 'jane', headers, body })
    expect(sent.map(({ url }) => url)).toEqual([`${PODS}?dryRun=All`, PODS])
    expect(sent[1]?.body).toContain(written)
  })

  test('numbers that cannot be told from each other are not guessed', async () => {
    const stage: Partial<AdmissionStage> = {
      mutate: ({ object }) => ({
        object: { ...object, spec: { last: 9007199254740992 } } as KubernetesObject,
      }),
    }
    const shown = JSON.stringify(pod({ spec: { sizes: 'SIZES' } })).replace(
      '"SIZES"',
      '[9007199254740992,9007199254740993]',
    )
    const { fetch, sent } = await open(stage, () => ({ object: {}, bytes: Buffer.from(shown) }))
    const answer = await fetch({ path: PODS, method: 'POST', as: 'jane', headers: json, body: shown })
    expect(answer.status).toBe(500)
    expect(sent.map(({ url }) => url)).toEqual([`${PODS}?dryRun=All`])
  })

  describe('an update', () => {
    /** Of an object in protobuf the last counts: it is the sixth field, and one byte long. */
    const versionIn = (body: string) =>
      body.startsWith('k8s') ? body.split('2\u0001').at(-1)?.[0] : JSON.parse(body).metadata.resourceVersion

    /** An API server whose object becomes another once it has been read so often. */
    function changing(after: number) {
      let reads = 0
      const version = () => (reads > after ? '8' : '7')
      const shown = () =>
        pod({ metadata: { name: 'p', resourceVersion: version(), labels: { v: version() } } })
      return ({ method, url, body }: Sent) => {
        if (method === 'GET') {
          const object = shown()
          reads += 1
          return { object }
        }
        if (url.includes('dryRun')) return { object: shown() }
        return versionIn(body) === version()
          ? { object: { done: true } }
          : { status: 409, object: { message: 'the object has been modified; please try again' } }
      }
    }
    const put = (body: string | Buffer, type = 'application/json') => ({
      ...{ path: `${PODS}/p`, method: 'PUT', as: 'jane', headers: { 'content-type': type }, body },
    })
    const olds = (judged: readonly AdmissionRequest[]) =>
      judged.map(({ oldObject }) => oldObject?.metadata?.resourceVersion)

    test.each([
      ['no version', {}],
      ['an empty one', { resourceVersion: '' }],
      ['none', { resourceVersion: null }],
      ['any', { resourceVersion: '0' }],
    ])('that names %s replaces no other object than the one that it was judged by', async (_, given) => {
      const { fetch, sent, judged } = await open({}, changing(0))
      const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...given }, spec: { x: 1 } }
      const answer = await fetch(put(JSON.stringify(object)))
      expect([answer.status, answer.text]).toEqual([200, '{"done":true}'])
      expect(olds(judged)).toEqual(['8'])
      expect(sent.map(({ method, url, as }) => `${method} ${url} ${as}`)).toEqual([
        `GET ${PODS}/p `,
        `PUT ${PODS}/p?dryRun=All jane`,
        `GET ${PODS}/p `,
        `PUT ${PODS}/p?dryRun=All jane`,
        `PUT ${PODS}/p jane`,
      ])
      // Whether it may name none, the API server has been asked.
      expect(JSON.parse(sent[1]?.body ?? '')).toEqual(object)
      expect(JSON.parse(sent.at(-1)?.body ?? '')).toEqual({
        ...object,
        metadata: { name: 'p', resourceVersion: '8' },
      })
    })

    test('is never told of a conflict where it names no version: it is judged anew, a change of a stage as well', async () => {
      let tries = 0
      const { fetch, sent, judged } = await open(label, ({ method, url }) => {
        if (method === 'GET' || url.includes('dryRun'))
          return { object: pod({ metadata: { name: 'p', resourceVersion: `${tries}` } }) }
        tries += 1
        return tries < 10
          ? { status: 409, object: { message: 'the object has been modified' } }
          : { object: {} }
      })
      const answer = await fetch(put('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"}}'))
      expect(answer.status).toBe(200)
      expect(answer.headers['warning']).toBe('299 - "labelled \\"it\\""')
      expect(olds(judged)).toEqual(Array.from({ length: 10 }, (_, index) => `${index}`))
      expect(JSON.parse(sent.at(-1)?.body ?? '').metadata).toEqual({
        ...{ name: 'p', resourceVersion: '9', labels: { by: 'stage' } },
      })
    })

    test.each([
      ['where the API server wants one', 422, 'metadata.resourceVersion: must be specified for an update'],
      ['where it does not let it', 403, 'no'],
    ])('that names no version is answered as the API server says: %s', async (_, status, message) => {
      const { fetch, sent, judged } = await open({}, ({ method }) =>
        method === 'GET' ? { object: pod() } : { status, object: { kind: 'Status', message } },
      )
      const answer = await fetch(put('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"}}'))
      expect([answer.status, JSON.parse(answer.text).message]).toEqual([status, message])
      expect([judged, sent.length]).toEqual([[], 2])
    })

    test('goes on with its numbers as they are written', async () => {
      const { fetch, sent } = await open({}, changing(9))
      const body = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"x":9007199254740993}}'
      expect((await fetch(put(body))).status).toBe(200)
      expect(sent.at(-1)?.body).toContain('"spec":{"x":9007199254740993}')
    })

    test('of one version is judged by that one alone', async () => {
      const { fetch, sent, judged } = await open({}, changing(0))
      const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', resourceVersion: '8' } }
      expect((await fetch(put(JSON.stringify(object)))).status).toBe(200)
      expect(olds(judged)).toEqual(['8'])
      expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
        `GET ${PODS}/p`,
        `PUT ${PODS}/p?dryRun=All`,
        `GET ${PODS}/p`,
        `PUT ${PODS}/p`,
      ])
    })

    test('of a version that is no more gets its conflict', async () => {
      const conflict = { status: 409, object: { message: 'the object has been modified' } }
      const { fetch, sent } = await open({}, ({ method }) =>
        method === 'GET' ? { object: pod() } : conflict,
      )
      const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', resourceVersion: '5' } }
      expect((await fetch(put(JSON.stringify(object)))).status).toBe(409)
      expect(sent).toHaveLength(2)
    })

    const bytes = (number: number, value: string | Buffer) => {
      const content = Buffer.from(value)
      return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content])
    }
    const protobuf = (...metadata: Buffer[]) =>
      Buffer.concat([Buffer.from('k8s\0'), bytes(2, bytes(1, Buffer.concat(metadata)))])
    const TYPE = 'application/vnd.kubernetes.protobuf'

    test.each([
      ['no version', TYPE, protobuf(bytes(1, 'p'))],
      ['two', TYPE, protobuf(bytes(1, 'p'), bytes(6, '7'), bytes(6, '0'))],
      [
        'none, and has more behind it',
        TYPE,
        Buffer.concat([protobuf(bytes(1, 'p'), bytes(2, 'x'.repeat(99))), bytes(4, 'a')]),
      ],
      ['none, by another case', 'application/vnd.kubernetes.Protobuf', protobuf(bytes(1, 'p'))],
    ])('in protobuf that names %s goes on as the client sent it, bound', async (_, type, body) => {
      const { fetch, sent, judged } = await open({}, changing(0))
      expect((await fetch(put(body, type))).status).toBe(200)
      expect(olds(judged)).toEqual(['8'])
      expect(sent.map(({ url, type: sentAs }) => `${url} ${sentAs}`).slice(-2)).toEqual([
        `${PODS}/p?dryRun=All ${type}`,
        `${PODS}/p ${type}`,
      ])
      // What it holds, and behind its own metadata the version alone.
      const length = body[5] ?? 0
      const bound = [bytes(2, Buffer.concat([body.subarray(6, 6 + length), bytes(1, bytes(6, '8'))]))]
      expect(sent.at(-1)?.body).toBe(
        Buffer.concat([Buffer.from('k8s\0'), ...bound, body.subarray(6 + length)]).toString(),
      )
    })

    test('in protobuf that a stage changes goes on as the API server has read it', async () => {
      const { fetch, sent } = await open(label, changing(0))
      expect((await fetch(put(protobuf(bytes(1, 'p')), TYPE))).status).toBe(200)
      expect(sent.at(-1)).toMatchObject({ type: 'application/json' })
      expect(JSON.parse(sent.at(-1)?.body ?? '').metadata).toMatchObject({
        ...{ resourceVersion: '8', labels: { by: 'stage' } },
      })
    })

    test.each([
      ['nothing but a version', protobuf(bytes(6, '0'))],
      ['another name', protobuf(bytes(1, 'q'))],
      ['its metadata twice', Buffer.from('k8s\0\x12\x07\n\x03\n\x01p\n\0')],
      ['its length in more bytes than it takes', Buffer.from('k8s\0\x12\x85\0\n\x03\n\x01p', 'latin1')],
      [
        'one, and another behind it',
        Buffer.concat([protobuf(bytes(6, '7')), bytes(2, bytes(1, bytes(6, '0')))]),
      ],
    ])('in protobuf that tells %s goes on as the API server has read it', async (_, body) => {
      const { fetch, sent, judged } = await open({}, changing(0))
      expect((await fetch(put(body, TYPE))).status).toBe(200)
      expect(olds(judged)).toEqual(['8'])
      expect(sent.at(-1)).toMatchObject({ type: 'application/json' })
      expect(JSON.parse(sent.at(-1)?.body ?? '').metadata).toMatchObject({
        resourceVersion: '8',
        labels: { v: '8' },
      })
    })

    test('in protobuf that names a version goes on as it is', async () => {
      const body = protobuf(bytes(1, 'p'), bytes(6, '7'), Buffer.from([7 << 3, ...Array(9).fill(0xff), 1]))
      const { fetch, sent } = await open({}, () => ({ object: pod() }))
      expect((await fetch(put(body, TYPE))).status).toBe(200)
      expect(sent.map(({ method, url, type }) => `${method} ${url} ${type}`)).toEqual([
        `GET ${PODS}/p `,
        `PUT ${PODS}/p?dryRun=All ${TYPE}`,
        `PUT ${PODS}/p ${TYPE}`,
      ])
    })

    test.each([
      [
        'of numbers that would be others',
        'application/yaml',
        'metadata: {name: p}\nspec: {x: 0x20000000000001}',
      ],
      ['whose metadata is none', 'application/json', '{"apiVersion":"v1","kind":"Pod","metadata":null}'],
      ['whose version is no text', 'application/json', '{"metadata":{"name":"p","resourceVersion":7}}'],
      ['in CBOR', 'application/cbor', Buffer.from('a1646b696e6463506f64', 'hex')],
    ])('that only the API server can read replaces no other object: %s', async (_, type, body) => {
      const { fetch, sent, judged } = await open({}, changing(0))
      expect((await fetch(put(body, type))).status).toBe(200)
      expect(olds(judged)).toEqual(['8'])
      expect(sent.map(({ method, url, type: sentAs }) => `${method} ${url} ${sentAs}`).slice(-3)).toEqual([
        `GET ${PODS}/p `,
        `PUT ${PODS}/p?dryRun=All ${type}`,
        `PUT ${PODS}/p application/json`,
      ])
      expect(JSON.parse(sent.at(-1)?.body ?? '').metadata.resourceVersion).toBe('8')
    })

    test('of a part that can only be written is judged by the whole', async () => {
      const { fetch, judged, sent } = await open({}, ({ method, url }) => {
        if (method === 'GET' && url.endsWith('/finalize')) return { status: 405, object: {} }
        return { object: { ...pod(), kind: 'Namespace' } }
      })
      const path = '/api/v1/namespaces/a/finalize'
      const body = '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a","resourceVersion":"7"}}'
      expect((await fetch({ ...put(body), path })).status).toBe(200)
      expect([olds(judged), judged[0]?.subresource, sent.at(-1)?.url]).toEqual([['7'], 'finalize', path])
    })
  })

  test('a deletion is judged by the object that goes; a collection by each of them', async () => {
    const { fetch, sent, judged } = await open({}, ({ method, url }) => {
      if (method !== 'GET' || !url.includes('limit=')) return { object: pod() }
      return {
        object: {
          apiVersion: 'v1',
          kind: 'PodList',
          metadata: {},
          items: [{ metadata: { name: '1' } }, { metadata: { name: '2' } }],
        },
      }
    })
    await fetch({ path: `${PODS}/p`, method: 'DELETE', as: 'jane' })
    await fetch({ path: `${PODS}?labelSelector=x`, method: 'DELETE', as: 'jane' })
    expect(judged.map(({ operation, name, kind }) => [operation, name, kind.kind])).toEqual([
      ['DELETE', 'p', 'Pod'],
      ['DELETE', '1', 'Pod'],
      ['DELETE', '2', 'Pod'],
    ])
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET ${PODS}/p`,
      `DELETE ${PODS}/p`,
      `GET ${PODS}?limit=1000&labelSelector=x`,
      `DELETE ${PODS}?labelSelector=x`,
    ])
  })

  test('of a collection each is judged that the API server would take, whatever its selector', async () => {
    const { fetch, sent } = await open({}, () => ({
      object: { apiVersion: 'v1', kind: 'PodList', metadata: {}, items: [] },
    }))
    // A name has no question mark, so that no object is left out; up to there, one would be.
    const path = `${PODS}?fieldSelector=metadata.name!=web?`
    expect((await fetch({ path, method: 'DELETE', as: 'jane' })).status).toBe(200)
    const selectors = sent.map(({ url }) =>
      new URLSearchParams(url.slice(url.indexOf('?'))).get('fieldSelector'),
    )
    expect(selectors).toEqual(['metadata.name!=web?', 'metadata.name!=web?'])
  })

  test.each([
    ['resourceVersion=5&resourceVersionMatch=Exact', ''],
    ['resourceVersion=0', ''],
    ['limit=1&continue=token', ''],
    ['resourceVersion=&continue=', '&labelSelector=a%3Db'],
  ])('of a collection as it was, each that there is is judged: %s', async (query, selected) => {
    const { fetch, sent } = await open({}, () => ({
      object: { apiVersion: 'v1', kind: 'PodList', metadata: {}, items: [] },
    }))
    const path = `${PODS}?labelSelector=a%3Db&${query}`
    expect((await fetch({ path, method: 'DELETE', as: 'jane' })).status).toBe(200)
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET ${PODS}?limit=1000${selected}`,
      `DELETE ${path}`,
    ])
  })

  test('a dry run is of the whole query', async () => {
    const { fetch, sent, judged } = await open(label, () => ({ object: pod() }))
    const headers = { 'content-type': 'application/apply-patch+yaml' }
    const body = 'apiVersion: v1\nkind: Pod\n'
    const path = `${PODS}/p?fieldManager=who?&force=true&dryRun=All`
    await fetch({ path, method: 'PATCH', as: 'jane', headers, body })
    const queries = sent
      .slice(1)
      .map(({ url }) => Object.fromEntries(new URLSearchParams(url.slice(url.indexOf('?')))))
    expect(queries).toEqual([
      { fieldManager: 'who?', force: 'true', dryRun: 'All' },
      { fieldManager: 'who?', dryRun: 'All' },
    ])
    expect(judged[0]?.dryRun).toBe(true)
  })

  test('exec is judged by its options', async () => {
    const { fetch, judged } = await open({}, () => ({ object: {} }))
    await fetch({
      path: `${PODS}/p/exec?command=sh&command=-c&stdin=true&tty=false&container=c`,
      method: 'POST',
      as: 'jane',
    })
    expect(judged).toMatchObject([
      {
        operation: 'CONNECT',
        subresource: 'exec',
        name: 'p',
        object: { kind: 'PodExecOptions', command: ['sh', '-c'], stdin: true, container: 'c' },
      },
    ])
    expect(judged[0]?.object).not.toHaveProperty('tty')
  })

  test('what cannot be judged does not go on', async () => {
    const { fetch, sent } = await open({}, ({ method }) =>
      method === 'GET' ? { status: 500, object: {} } : { object: {} },
    )
    expect((await fetch({ path: `${PODS}/p`, method: 'DELETE', as: 'jane' })).status).toBe(500)
    expect(sent.map(({ method }) => method)).toEqual(['GET'])
  })

  test('reads are nobody’s business here', async () => {
    const { fetch, judged } = await open(deny, () => ({ object: pod() }))
    expect((await fetch({ path: `${PODS}/p`, as: 'jane' })).status).toBe(200)
    expect(judged).toEqual([])
  })
})
