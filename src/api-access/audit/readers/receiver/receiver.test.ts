import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { events } from '../../sinks/sinks.fixture.ts'
import { readWebhookKubeconfig } from '../../sinks/webhook/kubeconfig.ts'
import { openWebhookSink } from '../../sinks/webhook/webhook-sink.ts'
import { brief, line, useFolder } from '../readers.fixture.ts'
import { type AuditReceiver, openReceiver, type ReceiverOptions } from './receiver.ts'

const folder = useFolder(beforeEach, afterEach)

/** A receiver, and what it gives as it comes. */
async function open(options: Partial<ReceiverOptions> = {}) {
  const receiver = await openReceiver({ host: '127.0.0.1', port: 0, ...options })
  const given: (number | string)[] = []
  const reading = (async () => {
    for await (const batch of receiver.batches) given.push(...batch.map(brief))
  })()
  return {
    receiver,
    given,
    /** Closes the receiver and waits for what it still has. */
    async finish(): Promise<(number | string)[]> {
      await receiver.close()
      await reading
      return given
    },
  }
}

function send(
  { address }: AuditReceiver,
  body: string | Buffer,
  options: RequestOptions = {},
): Promise<{ status: number; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const request =
      options.ca !== undefined || options.rejectUnauthorized === false ? httpsRequest : httpRequest
    const outgoing = request(
      { host: '127.0.0.1', port: address.port, path: '/k8s-audit', method: 'POST', agent: false, ...options },
      (response) => {
        response.resume()
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }))
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function list(...items: string[]): string {
  return `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${items.join(',')}]}`
}

describe('a receiver', () => {
  test('takes lists, single events and gzip', async () => {
    const { receiver, finish } = await open()
    expect((await send(receiver, list(line(1), line(2)))).status).toBe(200)
    expect((await send(receiver, line(3))).status).toBe(200)
    expect(
      (await send(receiver, gzipSync(list(line(4))), { headers: { 'content-encoding': 'gzip' } })).status,
    ).toBe(200)
    expect((await send(receiver, list())).status).toBe(200)
    expect(await finish()).toEqual([1, 2, 3, 4])
    expect(receiver.stats()).toMatchObject({
      requests: 4,
      events: 4,
      duplicates: 0,
      malformed: 0,
      waitingBytes: 0,
    })
  })

  test('gives what comes twice once, and each stage', async () => {
    const { receiver, finish } = await open()
    await send(receiver, list(line(1), line(2), line(1)))
    await send(receiver, list(line(2), line(1, { stage: 'ResponseStarted' })))
    expect(await finish()).toEqual([1, 2, 1])
    expect(receiver.stats()).toMatchObject({ events: 3, duplicates: 2 })
  })

  test('remembers as far as its window reaches', async () => {
    const { receiver, finish } = await open({ window: 2 })
    await send(receiver, list(line(1), line(2), line(3), line(2), line(1)))
    expect(await finish()).toEqual([1, 2, 3, 1])
  })

  test('a list with a broken item: the others count', async () => {
    const { receiver, finish } = await open()
    expect((await send(receiver, list(line(1), '{"kind":"Event","verb":1}', line(2)))).status).toBe(200)
    expect(await finish()).toEqual([1, 'ERR_NOT_AN_EVENT:0', 2])
  })

  test.each<[string, string | Buffer, RequestOptions, number]>([
    ['no JSON', '{', {}, 400],
    ['an empty body', '', {}, 400],
    ['another object', '{"kind":"Pod","apiVersion":"v1"}', {}, 400],
    ['what is called gzip and is none', '{}', { headers: { 'content-encoding': 'gzip' } }, 400],
    ['another compression', '{}', { headers: { 'content-encoding': 'br' } }, 415],
    ['a body that is too large', 'x'.repeat(3000), {}, 413],
    [
      'a body that is too large and does not say so',
      'x'.repeat(3000),
      { headers: { 'transfer-encoding': 'chunked' } },
      413,
    ],
    [
      'a body that inflates to too much',
      gzipSync('x'.repeat(100_000)),
      { headers: { 'content-encoding': 'gzip' } },
      413,
    ],
    ['another path', line(1), { path: '/' }, 404],
    ['another method', '', { method: 'GET' }, 405],
    ['the path with a query', line(1), { path: '/k8s-audit?timeout=30s' }, 200],
    ['whether it runs', '', { method: 'GET', path: '/healthz' }, 200],
  ])('%s', async (_, body, options, status) => {
    const { receiver, finish } = await open({ bodyBytes: 2000, inflatedBytes: 50_000 })
    expect((await send(receiver, body, options)).status).toBe(status)
    expect((await send(receiver, line(7))).status).toBe(200)
    expect((await finish()).at(-1)).toBe(7)
  })

  test('a body of many parts that is too large: its sender is told', async () => {
    const { receiver, finish } = await open({ bodyBytes: 2000 })
    expect((await send(receiver, 'x'.repeat(5_000_000))).status).toBe(413)
    expect((await send(receiver, line(7))).status).toBe(200)
    expect(await finish()).toEqual([7])
    expect(receiver.stats()).toMatchObject({ tooLarge: 1 })
  })

  test('asks for a token', async () => {
    const { receiver, finish } = await open({ token: 's3cret' })
    expect((await send(receiver, line(1))).status).toBe(401)
    expect((await send(receiver, line(1), { headers: { authorization: 'Bearer other' } })).status).toBe(401)
    expect((await send(receiver, line(1), { headers: { authorization: 'Bearer s3cret' } })).status).toBe(200)
    expect(await finish()).toEqual([1])
    expect(receiver.stats()).toMatchObject({ unauthorized: 2 })
  })

  test('says where it cannot listen', async () => {
    const { receiver, finish } = await open()
    await expect(open({ port: receiver.address.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await finish()
  })
})

describe('a receiver that is not read fast enough', () => {
  /** What nobody reads yet. */
  const openUnread = (options: Partial<ReceiverOptions>) =>
    openReceiver({ host: '127.0.0.1', port: 0, ...options })

  async function drain(receiver: AuditReceiver): Promise<(number | string)[]> {
    await receiver.close()
    const given: (number | string)[] = []
    for await (const batch of receiver.batches) given.push(...batch.map(brief))
    return given
  }

  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
  const iterate = (receiver: AuditReceiver) => receiver.deliveries[Symbol.asyncIterator]()

  test('without a place on disk answers when it is done, says where there is no room, takes the same again', async () => {
    const receiver = await openUnread({ memoryBytes: 1000 })
    const taken = [0, 1].map((n) => send(receiver, list(line(n))))
    await expect.poll(() => receiver.stats().events).toBe(2)
    const statuses: number[] = []
    for (let n = 2; n < 5; n++) statuses.push((await send(receiver, list(line(n)))).status)
    expect(statuses).toEqual([429, 429, 429])
    expect(receiver.stats()).toMatchObject({ events: 2, refused: 3 })
    const deliveries = iterate(receiver)
    const first = await deliveries.next()
    expect(receiver.stats().waitingBytes).toBeGreaterThan(0)
    first.value?.done()
    expect(await Promise.race(taken)).toMatchObject({ status: 200 })
    taken.push(send(receiver, list(line(2))))
    for (let n = 1; n < 3; n++) (await deliveries.next()).value?.done()
    for (const answer of taken) expect(await answer).toMatchObject({ status: 200 })
    expect(receiver.stats().waitingBytes).toBe(0)
    await receiver.close()
    expect(await deliveries.next()).toMatchObject({ done: true })
  })

  test('what comes again is not answered before the first of it is done', async () => {
    const receiver = await openUnread({})
    const deliveries = iterate(receiver)
    let answers = 0
    const sent = [1, 2].map(async () => {
      const { status } = await send(receiver, list(line(1)))
      answers += 1
      return status
    })
    const { value } = await deliveries.next()
    await expect.poll(() => receiver.stats().duplicates).toBe(1)
    expect(answers).toBe(0)
    value?.done()
    expect(await Promise.all(sent)).toEqual([200, 200])
    await receiver.close()
  })

  test('where reading is given up, what was not done is not acknowledged', async () => {
    const receiver = await openUnread({})
    const sent = send(receiver, list(line(1)))
    const deliveries = iterate(receiver)
    await deliveries.next()
    await deliveries.return?.(undefined)
    expect((await sent).status).toBe(503)
    expect((await send(receiver, list(line(2)))).status).toBe(503)
    await receiver.close()
  })

  const spilling = () => ({ spill: { folder: folder.at('spill'), maxBytes: 5000 } })

  test('with a place on disk answers at once, and gives all in order', async () => {
    const receiver = await openUnread({ spill: { folder: folder.at('spill'), maxBytes: 1e6 } })
    for (let n = 0; n < 50; n++) expect((await send(receiver, list(line(n)))).status).toBe(200)
    expect(receiver.stats().spilled).toBe(50)
    expect(await drain(receiver)).toEqual(numbers(0, 50))
    expect(receiver.stats().waitingBytes).toBe(0)
  })

  test('has everything on disk before it answers: what was not read is there after a restart', async () => {
    const first = await openUnread(spilling())
    let taken = 0
    while ((await send(first, list(line(taken)))).status === 200) taken += 1
    expect(taken).toBeGreaterThan(10)
    await first.close()
    const unread = first.batches[Symbol.asyncIterator]()
    await unread.next()
    await unread.return?.(undefined)
    expect(await drain(await openUnread(spilling()))).toEqual(numbers(0, taken))
  })

  test('goes on reading before what it gave is done, and gives that again after a restart', async () => {
    const first = await openUnread(spilling())
    const deliveries = iterate(first)
    const given: (number | string)[] = []
    for (let n = 0; n < 4; n++) {
      await send(first, list(line(n)))
      const { value } = await deliveries.next()
      given.push(...(value?.items.map(brief) ?? []))
      if (n === 1) value?.done()
    }
    expect(given).toEqual([0, 1, 2, 3])
    await first.close()
    await deliveries.return?.(undefined)
    await first.release()
    expect(await drain(await openUnread(spilling()))).toEqual([2, 3])
  })
})

describe('a receiver with TLS', () => {
  function openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: folder.path, stdio: 'ignore' })
  }

  /** An authority, and certificates of a server and of a client that it has signed. */
  function makeCertificates(): void {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=ca')
    writeFileSync(folder.at('san'), 'subjectAltName=IP:127.0.0.1\n')
    for (const name of ['server', 'client']) {
      openssl('req', ...curve, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
      openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.crt',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-days',
        '2',
        '-out',
        `${name}.crt`,
        '-extfile',
        'san',
      )
    }
  }

  const file = (name: string) => readFileSync(folder.at(name))

  test('lets in only clients of its authority; a sink with a kubeconfig file is one', async () => {
    makeCertificates()
    const tls = { certificate: file('server.crt'), key: file('server.key'), clientCa: file('ca.crt') }
    const { receiver, finish } = await open({ tls })
    await expect(send(receiver, line(1), { ca: file('ca.crt') })).rejects.toThrow()

    const kubeconfig = folder.write(
      'webhook.kubeconfig',
      `apiVersion: v1
kind: Config
clusters: [{name: audit, cluster: {server: "https://127.0.0.1:${receiver.address.port}/k8s-audit", certificate-authority: "${folder.at('ca.crt')}"}}]
users: [{name: api-server, user: {client-certificate: "${folder.at('client.crt')}", client-key: "${folder.at('client.key')}"}}]
contexts: [{name: webhook, context: {cluster: audit, user: api-server}}]
current-context: webhook
`,
    )
    const target = await readWebhookKubeconfig(kubeconfig)
    const sink = await openWebhookSink({
      target,
      spillFolder: folder.at('spill'),
      batchEvents: 10,
      requestsPerSecond: 1000,
    })
    await sink.write(events(0, 25))
    await sink.flush()
    await sink.close()
    expect(await finish()).toEqual(Array.from({ length: 25 }, (_, index) => index))
    expect(receiver.stats()).toMatchObject({ requests: 3, events: 25 })
  })

  test('a kubeconfig file that names no server is refused with a reason', async () => {
    await expect(readWebhookKubeconfig(folder.at('none'))).rejects.toMatchObject({ code: 'ERR_SINK_WRITE' })
    const empty = folder.write(
      'empty',
      'apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\n',
    )
    await expect(readWebhookKubeconfig(empty)).rejects.toMatchObject({ code: 'ERR_SINK_WRITE' })
  })
})
