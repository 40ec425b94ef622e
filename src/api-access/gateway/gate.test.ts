import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { fixedObjects } from '../../kubernetes/index.ts'
import { type Authorizer, configurationOfFlags, configuredChain } from '../authorization/index.ts'
import { type Behind, openBench } from './gate.fixture.ts'
import { createMetrics } from './health/metrics.ts'

type Opened = Awaited<ReturnType<typeof openBench>>
let bench: Opened
afterEach(() => bench.close())

async function open(behind: Behind = {}, options: Parameters<typeof openBench>[1] = {}): Promise<Opened> {
  bench = await openBench(behind, options)
  return bench
}

const POD = '/api/v1/namespaces/a/pods/b'

describe('the gate', () => {
  test('names the person to the API server, with its own credential', async () => {
    const { fetch, seen } = await open()
    const { status, text } = await fetch({ path: `${POD}?x=1`, as: 'jane', headers: { 'x-other': 'kept' } })
    expect([status, text]).toEqual([200, '{"kind":"Pod"}'])
    expect(seen[0]?.url).toBe(`${POD}?x=1`)
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer of-the-gate',
      'impersonate-user': 'jane',
      'impersonate-group': 'system:authenticated',
      'x-forwarded-for': '127.0.0.1',
      'x-other': 'kept',
    })
  })

  test('takes nobody for somebody else', async () => {
    const { fetch, seen } = await open()
    const forged = {
      'X-Remote-User': 'admin',
      'X-Remote-Group': 'system:masters',
      Authorization: 'Bearer stolen',
      'Audit-ID': 'chosen',
    }
    await fetch({ path: POD, as: 'jane', headers: forged })
    const raw = seen[0]?.rawHeaders.join('\n') ?? ''
    expect(seen).toHaveLength(1)
    expect(raw).not.toMatch(/system:masters|admin|stolen|chosen/)
  })

  test('lets nobody act as another without the right to', async () => {
    const { fetch, seen } = await open()
    for (const name of ['Impersonate-User', 'Impersonate-Group', 'Impersonate-Uid', 'Impersonate-Extra-a'])
      expect(
        (await fetch({ path: POD, as: 'jane', headers: { [name]: 'x' } })).status,
      ).toBeGreaterThanOrEqual(400)
    expect(seen).toEqual([])
  })

  test('lets one act as another who has the right to, and says so in the event', async () => {
    const authorize = () => ({ verdict: 'allow', reason: { id: 'test.yes', data: {} } }) as const
    const { fetch, seen, events } = await open({}, { authorize })
    await fetch({ path: POD, as: 'jane', headers: { 'Impersonate-User': 'kim', 'Impersonate-Group': 'dev' } })
    expect(seen[0]?.headers).toMatchObject({ 'impersonate-user': 'kim' })
    expect(await events()).toMatchObject([
      {
        user: { username: 'jane' },
        impersonatedUser: { username: 'kim', groups: ['dev', 'system:authenticated'] },
      },
    ])
  })

  test('keeps repeated groups apart, and reads names as UTF-8', async () => {
    const authorize = () => ({ verdict: 'allow', reason: { id: 'test.yes', data: {} } }) as const
    const { raw, seen, events } = await open({}, { authorize })
    const socket = await raw('jane')
    const read = reader(socket)
    const asked = 'Impersonate-User: 김\r\nImpersonate-Group: a, b\r\niMPERSONATE-gROUP: c\r\n'
    socket.write(`GET ${POD} HTTP/1.1\r\nHost: x\r\n${asked}\r\n`)
    await read(/200 OK/)
    const twice = `${asked}Impersonate-User: lee\r\nConnection: close\r\n`
    socket.write(`GET ${POD} HTTP/1.1\r\nHost: x\r\n${twice}\r\n`)
    await read(/400 Bad Request/)
    socket.destroy()
    expect(seen).toHaveLength(1)
    expect(await events()).toMatchObject([
      { impersonatedUser: { username: '김', groups: ['a, b', 'c', 'system:authenticated'] } },
      { responseStatus: { code: 400 } },
    ])
  })

  test('answers 401 to who shows nothing, in the words of the API server', async () => {
    const { fetch, seen } = await open()
    const { status, text, headers } = await fetch({ path: POD })
    expect(status).toBe(401)
    expect(headers['content-type']).toBe('application/json')
    expect(JSON.parse(text)).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    })
    expect(seen).toEqual([])
  })

  test('names the event of what it answers itself, as the API server does', async () => {
    const { fetch, raw, events } = await open()
    const { headers } = await fetch({ path: POD })
    const socket = await raw()
    const head = reader(socket)(/audit-id: ([\w-]+)\r\n/)
    socket.write(`GET ${POD}/exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n`)
    const [, upgraded] = /audit-id: ([\w-]+)/.exec(await head) ?? []
    const ids = (await events()).map(({ auditID }) => auditID)
    expect([headers['audit-id'], upgraded]).toEqual(ids)
    expect(new Set(ids).size).toBe(2)
  })

  test('answers 403 in the words of the API server, and says why in the event', async () => {
    const authorizer: Authorizer = {
      name: 'RBAC',
      authorize: () => ({ verdict: 'no-opinion', reason: { id: 'test.no', data: {} } }),
    }
    const { fetch, events } = await open({}, { authorizer })
    const { status, text } = await fetch({ path: '/apis/apps/v1/namespaces/a/deployments', as: 'jane' })
    expect(status).toBe(403)
    expect(JSON.parse(text)).toMatchObject({
      message:
        'deployments.apps is forbidden: User "jane" cannot list resource "deployments" in API group "apps" in the namespace "a": test.no',
      reason: 'Forbidden',
      details: { group: 'apps', kind: 'deployments' },
    })
    expect(await events()).toMatchObject([
      {
        stage: 'ResponseComplete',
        user: { username: 'jane' },
        responseStatus: { code: 403, reason: 'Forbidden' },
        annotations: { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': 'test.no' },
      },
    ])
  })

  test('where the API server decides alone, the event says what its answer tells of it', async () => {
    const message =
      'pods "p" is forbidden: User "jane" cannot get resource "pods" in API group "" in the namespace "a"'
    const answers: readonly (readonly [number, object])[] = [
      [200, {}],
      [403, { kind: 'Status', reason: 'Forbidden', message }],
      [403, { kind: 'Status', reason: 'Forbidden', message: 'pods "p" is forbidden: violates PodSecurity' }],
      [404, {}],
      [500, {}],
    ]
    let next = 0
    const { fetch, events } = await open({
      answer: (_, response) => {
        const [code, body] = answers[next++] ?? [500, {}]
        response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      },
    })
    for (const _ of answers) await fetch({ path: POD, as: 'jane' })
    const allow = { 'authorization.k8s.io/decision': 'allow', 'haetae.io/authorizer': 'cluster' }
    expect((await events()).map(({ annotations }) => annotations)).toEqual([
      allow,
      { ...allow, 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' },
      allow,
      allow,
      undefined,
    ])
  })

  test('where the API server forbids what the gate has allowed, the event says who forbade', async () => {
    const authorizer: Authorizer = {
      name: 'ABAC',
      authorize: () => ({ verdict: 'allow', reason: { id: 'test.yes', data: {} }, by: 'ABAC' }),
    }
    const refusal = (message: string) => JSON.stringify({ kind: 'Status', reason: 'Forbidden', message })
    const forbidden =
      'pods "p" is forbidden: User "jane" cannot get resource "pods" in API group "" in the namespace "a": no'
    const answers = [forbidden, 'pods "p" is forbidden: violates PodSecurity', forbidden, forbidden]
    let next = 0
    const { fetch, raw, events } = await open(
      {
        answer: (_, response) => {
          const headers = { 'content-type': 'application/json' }
          response.writeHead(403, headers).end(refusal(answers[next++] ?? ''))
        },
        upgrade: (_, socket) => {
          const body = refusal(answers[next++] ?? '')
          socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
        },
      },
      { authorizer },
    )
    await fetch({ path: POD, as: 'jane' })
    await fetch({ path: POD, as: 'jane' })
    await fetch({ path: `${POD}/proxy/`, as: 'jane' })
    const socket = await raw('jane')
    const refused = reader(socket)(/403 Forbidden/)
    socket.write(`GET ${POD}/exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n`)
    await refused
    const allow = {
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason': 'test.yes',
      'haetae.io/authorizer': 'ABAC',
    }
    const forbid = {
      'authorization.k8s.io/decision': 'forbid',
      'authorization.k8s.io/reason': 'no',
      'haetae.io/authorizer': 'cluster',
    }
    const ended = (await events()).filter(({ stage }) => stage === 'ResponseComplete')
    expect(ended.map(({ annotations }) => annotations)).toEqual([forbid, allow, allow, forbid])
  })

  test('who is still sending a body reads why it is refused', async () => {
    const { raw } = await open()
    const socket = await raw()
    const errors: Error[] = []
    socket.on('error', (error) => errors.push(error)).pause()
    const closed = once(socket, 'close')
    socket.write(`POST ${POD} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`)
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000), Buffer.from('\r\n')])
    // Nothing is read before all of it has been sent.
    for (let sent = 0; sent < 64; sent++) await new Promise((done) => socket.write(chunk, done))
    socket.write('0\r\n\r\n')
    let text = ''
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    socket.resume()
    await closed
    expect(text).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n.*connection: close\r\n.*"code":401\}\n$/is)
    expect(errors).toEqual([])
  })

  test('closes connections for which there is no place, counts them, and takes new ones again', async () => {
    const metrics = createMetrics()
    const { raw, fetch, gate } = await open({}, { metrics, connections: { total: 10, perAddress: 3 } })
    const sockets = [await raw('jane'), await raw('jane'), await raw('jane')]
    await expect(raw('jane')).rejects.toThrow()
    await expect(fetch({ path: POD, as: 'jane' })).rejects.toThrow()
    expect(gate.connections()).toBe(3)
    expect(await metrics.text()).toContain('\nhaetae_gateway_refused_connections_total{limit="address"} 2\n')
    sockets.pop()?.destroy()
    await expect.poll(() => gate.connections()).toBe(2)
    expect((await fetch({ path: POD, as: 'jane' })).status).toBe(200)
    for (const socket of sockets) socket.destroy()
  })

  test('names the authorizer in the event', async () => {
    const configuration = configurationOfFlags({ mode: ['RBAC', 'ABAC'], policyFile: 'policies' })
    const { authorizer } = await configuredChain(configuration, {
      objects: fixedObjects([]),
      abacPolicies: '{"user":"jane","resource":"pods"}\n',
      clientOf: () => Promise.reject(new Error('there is no webhook')),
    })
    const { fetch, events } = await open({}, { authorizer, render: () => '' })
    await fetch({ path: POD, as: 'jane' })
    expect((await events())[0]?.annotations).toEqual({
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason': '',
      'haetae.io/authorizer': 'ABAC',
    })
  })

  test.each(['//api/v1/pods', '/api/v1/%2e%2e/secrets', '/api/v1/pods;x', '/api/v1/pods%2f..%2fsecrets'])(
    'refuses %s and forwards nothing',
    async (path) => {
      const { fetch, seen, events } = await open()
      expect((await fetch({ path, as: 'jane' })).status).toBe(400)
      expect(seen).toEqual([])
      expect(await events()).toMatchObject([{ requestURI: path, responseStatus: { code: 400 } }])
    },
  )

  test('keeps bodies to a size', async () => {
    const { fetch, seen } = await open({}, { bodyLimits: { bytes: 1000, time: 60_000, total: 2000 } })
    const body = 'x'.repeat(1001)
    const call = { path: '/api/v1/namespaces/a/pods', method: 'POST', as: 'jane', body }
    expect((await fetch(call)).status).toBe(413)
    expect((await fetch({ ...call, headers: { 'transfer-encoding': 'chunked' } })).status).toBe(413)
    expect(seen).toEqual([])
  })

  test('records bodies where the policy wants them, and names what is made', async () => {
    const made = { kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: 'b' } }
    const answer: Behind['answer'] = (request, response) =>
      request.pipe(response.writeHead(201, { 'content-type': 'application/json' }))
    const { fetch, events } = await open({ answer }, { level: 'RequestResponse' })
    await fetch({
      path: '/api/v1/namespaces/a/configmaps',
      method: 'POST',
      as: 'jane',
      body: JSON.stringify(made),
    })
    expect(await events()).toMatchObject([
      {
        verb: 'create',
        objectRef: { name: 'c', resource: 'configmaps' },
        requestObject: made,
        responseObject: made,
        responseStatus: { code: 201 },
      },
    ])
  })

  test.each([
    ['made', 201, { a: 'b' }, 'read-by-api-server'],
    ['not made', 422, undefined, 'protobuf'],
  ])('records an object in protobuf as the API server reads it: %s', async (_, code, data, note) => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', uid: '1' }, data }
    const { fetch, seen, events } = await open(
      {
        answer: (_, response) =>
          response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(object)),
      },
      { level: 'Request' },
    )
    const path = '/api/v1/namespaces/a/configmaps'
    const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' }
    await fetch({ path, method: 'POST', as: 'jane', headers, body: 'k8s\0…' })
    expect(
      seen.map(({ url, headers: sent }) => [url, sent['impersonate-user'], sent['content-type']]),
    ).toEqual([
      [`${path}?dryRun=All`, 'jane', headers['content-type']],
      [path, 'jane', headers['content-type']],
    ])
    const [event, ...others] = await events()
    expect(others).toEqual([])
    expect(event).toMatchObject({
      responseStatus: { code },
      annotations: { 'haetae.io/request-body': note },
    })
    expect(event?.requestObject).toEqual(
      data && { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data },
    )
  })

  test.each([
    'application/vnd.kubernetes.Protobuf',
    'Application/VND.kubernetes.protobuf ; a=b',
    // Go's small letter of the sign for kelvin is a k.
    'application/vnd.\xe2\x84\xaaubernetes.protobuf',
  ])('records an object in protobuf whatever the case of its type: %s', async (type) => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }
    const { fetch, events } = await open(
      {
        answer: (_, response) =>
          response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(object)),
      },
      { level: 'Request' },
    )
    const path = '/api/v1/namespaces/a/configmaps'
    // Node sends headers before a text in the encoding of the text.
    const body = Buffer.from('k8s\0')
    await fetch({ path, method: 'POST', as: 'jane', headers: { 'content-type': type }, body })
    expect(await events()).toMatchObject([{ requestObject: object }])
  })

  test.each([
    ['CBOR', 'application/cbor', Buffer.from('d9d9f7a0', 'hex')],
    ['YAML in UTF-16', 'application/yaml', Buffer.from('\ufeffkind: ConfigMap', 'utf16le')],
    ['YAML in UTF-16, the other way', 'application/yaml', Buffer.from('\ufeffkind', 'utf16le').swap16()],
  ])('records as the API server reads it what else cannot be read here: %s', async (_, type, body) => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }
    const { fetch, seen, events } = await open(
      {
        answer: (__, response) =>
          response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(object)),
      },
      { level: 'Request' },
    )
    const path = '/api/v1/namespaces/a/configmaps'
    await fetch({ path, method: 'POST', as: 'jane', headers: { 'content-type': type }, body })
    expect(seen.map(({ url }) => url)).toEqual([`${path}?dryRun=All`, path])
    expect(await events()).toMatchObject([
      { requestObject: object, annotations: { 'haetae.io/request-body': 'read-by-api-server' } },
    ])
  })

  test('passes a watch on as it comes, and ends it behind when the client goes', async () => {
    let send = (_: string) => {}
    const gone = Promise.withResolvers<void>()
    const answer: Behind['answer'] = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
      send = (text) => response.write(text)
      response.on('close', () => gone.resolve())
    }
    const { raw, events } = await open({ answer })
    const socket = await raw('jane')
    const read = reader(socket)
    socket.write('GET /api/v1/pods?watch=1 HTTP/1.1\r\nHost: x\r\n\r\n')
    await read(/200 OK/)
    send('{"type":"ADDED"}\n')
    await read(/ADDED/)
    send('{"type":"DELETED"}\n')
    await read(/DELETED/)
    socket.destroy()
    await gone.promise
    expect((await events()).map(({ stage }) => stage)).toEqual(['ResponseStarted', 'ResponseComplete'])
  })

  test('a body that a watch cannot have is neither sent nor announced', async () => {
    const answer: Behind['answer'] = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"type":"ADDED"}\n')
    }
    const { raw, seen } = await open({ answer })
    const socket = await raw('jane')
    const read = reader(socket)
    for (const answers of [/ADDED/, /ADDED[\s\S]*ADDED/]) {
      socket.write('GET /api/v1/pods?watch=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello')
      await read(answers)
    }
    expect(seen.map(({ headers }) => headers['content-length'])).toEqual([undefined, undefined])
    socket.destroy()
  })

  test.each([
    ['DELETE', '', undefined],
    ['DELETE', 'Content-Length: 0\r\n', undefined],
    ['POST', '', '0'],
    ['POST', 'Content-Length: 2\r\n\r\nhi', '2'],
  ])(
    'a proxied %s goes on with the body that it announces, or without (%j)',
    async (method, rest, length) => {
      const { raw, seen } = await open()
      const socket = await raw('jane')
      const read = reader(socket)
      const head = `${method} ${POD}/proxy/x HTTP/1.1\r\nHost: x\r\n${rest}`
      socket.write(rest.includes('\r\n\r\n') ? head : `${head}\r\n`)
      await read(/200 OK/)
      // The connection goes on with the next request.
      socket.write(`GET ${POD} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      await read(/200 OK.*200 OK/s)
      socket.destroy()
      expect(seen.map(({ headers }) => headers['content-length'])).toEqual([length, undefined])
      expect(seen[0]?.headers).not.toHaveProperty('transfer-encoding')
    },
  )

  test('speaks HTTP/2', async () => {
    const { gate, authority, seen, fetch } = await open()
    await fetch({ path: '/version', as: 'jane' })
    const pair = await authority.issueClient({ name: 'kim', groups: [] }, 60)
    const session = connectHttp2(`https://127.0.0.1:${gate.address.port}`, {
      ca: authority.certificate,
      cert: pair.certificate,
      key: pair.key,
    })
    const bodies = await Promise.all(
      [1, 2, 3].map(
        (index) =>
          new Promise<string>((resolve, reject) => {
            let text = ''
            const stream = session.request({ ':path': `${POD}${index}`, 'x-remote-user': 'admin' })
            stream.setEncoding('utf8').on('data', (part: string) => {
              text += part
            })
            stream.on('end', () => resolve(text)).on('error', reject)
          }),
      ),
    )
    session.close()
    expect(bodies).toEqual(Array(3).fill('{"kind":"Pod"}'))
    expect(seen.slice(1).map(({ headers }) => headers['impersonate-user'])).toEqual(['kim', 'kim', 'kim'])
  })

  test.each(['small', 'large'])('a %s answer comes byte for byte, whatever the bytes mean', async (size) => {
    const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const body = Buffer.concat(Array<Buffer>(size === 'small' ? 4 : 400).fill(every))
    const { fetch } = await open({
      answer: ({ url }, response) => {
        if (url?.includes('chunked')) response.flushHeaders()
        response.end(body)
      },
    })
    for (const path of [POD, `${POD}?chunked`])
      expect((await fetch({ path, as: 'jane' })).bytes.equals(body)).toBe(true)
  })

  test('headers that stand several times stay so, over either version', async () => {
    const { gate, authority, fetch } = await open({
      answer: (_, response) =>
        response.writeHead(200, ['warning', '299 - "a"', 'warning', '299 - "b"']).end('{}'),
    })
    expect((await fetch({ path: POD, as: 'jane' })).headers['warning']).toBe('299 - "a", 299 - "b"')
    const pair = await authority.issueClient({ name: 'kim', groups: [] }, 60)
    const tls = { ca: authority.certificate, cert: pair.certificate, key: pair.key }
    const session = connectHttp2(`https://127.0.0.1:${gate.address.port}`, tls)
    const stream = session.request({ ':path': POD })
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
    expect(headers['warning']).toBe('299 - "a", 299 - "b"')
    stream.close()
    session.close()
  })

  test('a client that leaves while it is decided holds no place, and no connection behind', async () => {
    const asked: (() => void)[] = []
    const authorizer: Authorizer = {
      name: 'RBAC',
      authorize: async ({ path }) => {
        if (path === '/slow') await new Promise<void>((decide) => asked.push(decide))
        return { verdict: 'allow', reason: { id: 'test.yes', data: {} } }
      },
    }
    const { gate, authority, fetch, seen } = await open({}, { authorizer })
    const pair = await authority.issueClient({ name: 'kim', groups: [] }, 60)
    const session = connectHttp2(`https://127.0.0.1:${gate.address.port}`, {
      ca: authority.certificate,
      cert: pair.certificate,
      key: pair.key,
    })
    session.on('error', () => undefined)
    // More than there are connections to the API server.
    const streams = Array.from({ length: 40 }, () => session.request({ ':path': '/slow' }))
    await expect.poll(() => asked.length).toBe(40)
    for (const stream of streams) stream.on('error', () => undefined).close(8)
    const sockets = await Promise.all([1, 2, 3].map(() => bench.raw('jane')))
    for (const socket of sockets) socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n')
    await expect.poll(() => asked.length).toBe(43)
    for (const socket of sockets) socket.destroy()
    session.close()
    await expect.poll(() => gate.connections()).toBe(0)
    for (const decide of asked) decide()
    expect((await fetch({ path: POD, as: 'jane' })).status).toBe(200)
    await expect.poll(() => gate.inFlight.counts().readOnly.taken).toBe(0)
    expect(seen.map(({ url }) => url)).toEqual([POD])
  })

  test('joins the two sides of an upgrade, and sends nothing on before it is agreed', async () => {
    const upgrade: Behind['upgrade'] = (_, socket, first) => {
      expect(first.toString()).toBe('')
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\nhello ',
      )
      socket.on('error', () => undefined)
      socket.pipe(socket)
    }
    const { raw, seen, events } = await open({ upgrade })
    const socket = await raw('jane')
    const read = reader(socket)
    socket.write(
      `POST ${POD}/exec?command=ls HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\nGET /early HTTP/1.1\r\n\r\n`,
    )
    await read(/101 Switching/)
    await read(/hello GET \/early/)
    socket.end()
    await new Promise((resolve) => socket.on('close', resolve))
    expect(seen.map(({ url, headers }) => [url, headers['impersonate-user']])).toEqual([
      [`${POD}/exec?command=ls`, 'jane'],
    ])
    expect(await events()).toMatchObject([
      { stage: 'ResponseStarted', responseStatus: { code: 101 } },
      { stage: 'ResponseComplete', responseStatus: { code: 101 } },
    ])
  })

  test('waits for what a stream tells of its end, though its client has gone', async () => {
    const { raw, events } = await open({
      upgrade: (_, socket) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n')
        socket.on('error', () => undefined).resume()
        socket.on('end', () => setTimeout(() => socket.end(), 300))
      },
    })
    const socket = await raw('jane')
    const switched = reader(socket)(/101 Switching/)
    socket.write(`POST ${POD}/exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n`)
    await switched
    socket.destroy()
    const stages = (await events()).map(({ stage }) => stage)
    expect(stages).toEqual(['ResponseStarted', 'ResponseComplete'])
  })

  test('ends an upgrade behind whose client has left before it was agreed', async () => {
    const asked = Promise.withResolvers<Duplex>()
    const { raw, gate, events } = await open({ upgrade: (_, socket) => asked.resolve(socket) })
    const socket = await raw('jane')
    socket.write(`POST ${POD}/exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n`)
    const behind = await asked.promise
    socket.destroy()
    await expect.poll(() => gate.connections()).toBe(0)
    const ended = new Promise((resolve) => behind.on('close', resolve))
    behind.on('error', () => undefined).resume()
    behind.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n')
    await ended
    expect(gate.inFlight.counts().longRunning.taken).toBe(0)
    expect(await events()).toMatchObject([{ stage: 'ResponseComplete' }])
  })

  test.each([
    [
      'to another protocol',
      `GET ${POD}/exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
    ],
    [
      'without Connection',
      `GET ${POD}/exec HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nUpgrade: websocket\r\n\r\n`,
    ],
    [
      'of what is no stream',
      `GET ${POD} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    ],
    [
      'with a body',
      `POST ${POD}/exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nContent-Length: 3\r\n\r\nabc`,
    ],
  ])('lets nobody smuggle by an upgrade %s', async (_, head) => {
    const { raw, seen } = await open({ upgrade: (_, socket) => socket.destroy() })
    const socket = await raw('jane')
    const text = reader(socket)
    socket.write(`${head}GET /api/v1/secrets HTTP/1.1\r\nHost: x\r\n\r\n`)
    const answer = await text(/HTTP\/1\.1 (\d+)/)
    expect(answer).toMatch(/HTTP\/1\.1 (400|200)/)
    socket.destroy()
    expect(seen.filter(({ headers }) => headers.upgrade !== undefined)).toEqual([])
  })

  test.each([
    [
      'both lengths',
      'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n',
    ],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef'],
    ['a coding it does not know', 'Transfer-Encoding: xchunked\r\n\r\nabc'],
    ['a name with a space', 'Content-Length : 3\r\n\r\nabc'],
    ['a folded line', 'X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n'],
    ['bare line feeds', 'X-A: b\nTransfer-Encoding: chunked\n\n0\r\n\r\n'],
  ])('closes the connection of a request with %s', async (_, rest) => {
    const { raw, seen } = await open()
    const socket = await raw('jane')
    const read = reader(socket)
    socket.write(`POST /api/v1/namespaces/a/pods HTTP/1.1\r\nHost: x\r\n${rest}`)
    expect(await read(/HTTP\/1\.1 \d+/)).toMatch(/HTTP\/1\.1 400/)
    await new Promise((resolve) => socket.on('close', resolve))
    expect(seen.map(({ url }) => url)).not.toContain('/smuggled')
  })

  test('does not pass on that its own credential is not accepted: to the client it would mean its own', async () => {
    const { fetch, raw, events } = await open({
      answer: (_, response) => response.writeHead(401).end('{"code":401}'),
      upgrade: (_, socket) => socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'),
    })
    const { status, text } = await fetch({ path: POD, as: 'jane' })
    expect([status, JSON.parse(text).message]).toEqual([
      500,
      'Internal error occurred: the API server does not accept the gate',
    ])
    const socket = await raw('jane')
    const refused = reader(socket)(/does not accept the gate/)
    socket.write(`GET ${POD}/exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n`)
    expect(await refused).toMatch(/^HTTP\/1\.1 500 /)
    expect((await events()).map(({ responseStatus }) => responseStatus?.code)).toEqual([500, 500])
  })

  test('tells where the API server cannot be reached', async () => {
    const { fetch, events } = await open({ answer: (request) => request.socket.destroy() })
    const { status, text, headers } = await fetch({ path: POD, method: 'DELETE', as: 'jane' })
    expect([status, JSON.parse(text).reason]).toEqual([503, 'ServiceUnavailable'])
    expect(await events()).toMatchObject([{ auditID: headers['audit-id'], responseStatus: { code: 503 } }])
  })
})

/** @returns waits until what came matches; gives all that came */
function reader(socket: TLSSocket): (pattern: RegExp) => Promise<string> {
  let text = ''
  let look = () => {}
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part
    look()
  })
  socket.on('error', () => undefined)
  return (pattern) =>
    new Promise((resolve, reject) => {
      look = () => {
        if (pattern.test(text)) resolve(text)
      }
      socket.on('close', () =>
        pattern.test(text) ? resolve(text) : reject(new Error(`closed after: ${text}`)),
      )
      look()
    })
}
