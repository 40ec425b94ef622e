import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { type Behind, openBench } from './gate.fixture.ts'

let bench: Awaited<ReturnType<typeof openBench>>
const sessions: ClientHttp2Session[] = []
afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy()
  await bench.close()
})

/** Longer than any test: what ends by itself does not wait for it. */
const PATIENCE = 600_000
const WATCH = 'GET /api/v1/pods?watch=1 HTTP/1.1\r\nHost: x\r\n\r\n'
const FIRST = '{"type":"ADDED","object":{}}\n'
const SECOND = '{"type":"MODIFIED","object":{}}\n'

/** A gate whose API server begins watches, and leaves all else to the test: the answers in the order they are asked for. */
async function open(contentType = 'application/json') {
  const answers: ServerResponse[] = []
  const waiting: (() => void)[] = []
  const answer: Behind['answer'] = ({ url }, response) => {
    response.on('error', () => undefined)
    if (url?.includes('watch') === true)
      response.writeHead(200, { 'content-type': contentType }).flushHeaders()
    answers.push(response)
    for (const each of waiting.splice(0)) each()
  }
  bench = await openBench({
    answer,
    upgrade: (_, socket) => {
      socket.on('error', () => undefined)
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n')
      socket.pipe(socket)
    },
  })
  return {
    bench,
    async answered(count: number): Promise<ServerResponse> {
      while (answers.length < count) await new Promise<void>((done) => waiting.push(done))
      return answers[count - 1] as ServerResponse
    },
  }
}

/** What has come on a connection. */
function listen(socket: TLSSocket) {
  const told = { text: '', isOver: false }
  const changed = new Set<() => void>()
  const tell = () => {
    for (const each of changed) each()
  }
  socket.on('data', (data: Buffer) => {
    told.text += data.toString('latin1')
    tell()
  })
  socket.on('end', () => {
    told.isOver = true
    tell()
  })
  const until = (isSo: () => boolean) =>
    new Promise<void>((done) => {
      const look = () => {
        if (!isSo()) return
        changed.delete(look)
        done()
      }
      changed.add(look)
      look()
    })
  return {
    told,
    has: (part: string) => until(() => told.text.includes(part)),
    over: () => until(() => told.isOver),
  }
}

async function connect(): Promise<ClientHttp2Session> {
  const { certificate, key } = await bench.authority.issueClient({ name: 'kim', groups: [] }, 60)
  const session = connectHttp2(`https://127.0.0.1:${bench.gate.address.port}`, {
    ca: bench.authority.certificate,
    cert: certificate,
    key,
  })
  sessions.push(session)
  await once(session, 'connect')
  return session
}

describe('a gate that stops, over HTTP/1.1', () => {
  test('ends a watch with the end of a whole answer, and then the connection', async () => {
    const { bench, answered } = await open()
    const socket = await bench.raw('jane')
    const client = listen(socket)
    socket.write(WATCH)
    const behind = await answered(1)
    const gone = once(behind, 'close')
    behind.write(FIRST)
    await client.has('ADDED')
    await bench.gate.close(PATIENCE)
    await client.over()
    expect(client.told.text).toMatch(/\r\n\r\n1d\r\n\{"type":"ADDED","object":\{\}\}\n\r\n0\r\n\r\n$/)
    // The API server is not left with a watch that nobody reads.
    await gone
    const events = await bench.events()
    expect(events.map(({ stage, responseStatus }) => [stage, responseStatus?.code])).toEqual([
      ['ResponseStarted', 200],
      ['ResponseComplete', 200],
    ])
  })

  test('lets an event that is half told come to its end, and tells nothing of the next', async () => {
    const { bench, answered } = await open()
    const socket = await bench.raw('jane')
    const client = listen(socket)
    socket.write(WATCH)
    const behind = await answered(1)
    behind.write(FIRST + SECOND.slice(0, 16))
    await client.has('MODI')
    const closed = bench.gate.close(PATIENCE)
    behind.write(`${SECOND.slice(16)}${FIRST}`)
    await closed
    await client.over()
    const body = client.told.text.replace(/^[\s\S]*?\r\n\r\n/, '')
    expect(body.replaceAll(/[0-9a-f]+\r\n|\r\n/g, '')).toBe(FIRST + SECOND)
    expect(body.endsWith('\r\n0\r\n\r\n')).toBe(true)
  })

  test('lets an answer that is under way come to its end, and says that the connection ends with it', async () => {
    const { bench, answered } = await open()
    const socket = await bench.raw('jane')
    const client = listen(socket)
    socket.write('GET /api/v1/pods HTTP/1.1\r\nHost: x\r\n\r\n')
    const behind = await answered(1)
    const closed = bench.gate.close(PATIENCE)
    behind.writeHead(200, { 'content-type': 'application/json' }).end('{"kind":"PodList"}')
    await closed
    await client.over()
    expect(client.told.text).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\{"kind":"PodList"\}/)
    expect(client.told.text.toLowerCase()).toContain('\r\nconnection: close\r\n')
  })

  test('does not wait for a connection that was kept after its answer', async () => {
    const { bench, answered } = await open()
    const socket = await bench.raw('jane')
    const client = listen(socket)
    socket.write('GET /api/v1/pods HTTP/1.1\r\nHost: x\r\n\r\n')
    ;(await answered(1)).writeHead(200, { 'content-type': 'application/json' }).end('{"kind":"PodList"}')
    await client.has('PodList')
    await bench.gate.close(PATIENCE)
    await client.over()
  })

  test('lets a stream that has left HTTP go on when the watches are over, until there is no more time', async () => {
    const { bench, answered } = await open()
    const exec = await bench.raw('jane')
    const stream = listen(exec)
    exec.write(
      'POST /api/v1/namespaces/shop/pods/web/exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n',
    )
    await stream.has('101')
    const watching = await bench.raw('jane')
    const watch = listen(watching)
    watching.write(WATCH)
    ;(await answered(1)).write(FIRST)
    await watch.has('ADDED')
    const closed = bench.gate.close(PATIENCE)
    await watch.over()
    expect(watch.told.text.endsWith('\r\n0\r\n\r\n')).toBe(true)
    exec.write('still here')
    await stream.has('still here')
    await bench.gate.close(0)
    await closed
    await stream.over()
  })

  test('serves all as before until the delay has passed, and only says that it is not ready', async () => {
    const { bench, answered } = await open()
    const delay = Promise.withResolvers<void>()
    const watching = await bench.raw('jane')
    const watch = listen(watching)
    watching.write(WATCH)
    const behind = await answered(1)
    expect(bench.gate.isOpen).toBe(true)
    const closed = bench.gate.close(PATIENCE, delay.promise)
    expect(bench.gate.isOpen).toBe(false)
    // On a new connection.
    const asking = bench.fetch({ path: '/api/v1/pods', as: 'jane' })
    ;(await answered(2)).writeHead(200, { 'content-type': 'application/json' }).end('{"kind":"PodList"}')
    expect((await asking).text).toBe('{"kind":"PodList"}')
    behind.write(FIRST)
    await watch.has('ADDED')
    expect(watch.told.isOver).toBe(false)
    delay.resolve()
    await closed
    await watch.over()
    await expect(bench.raw('jane')).rejects.toThrow('ECONNREFUSED')
  })

  test('ends what is half told when there is no more time, as what is broken', async () => {
    const { bench, answered } = await open()
    const socket = await bench.raw('jane')
    socket.on('error', () => undefined)
    const client = listen(socket)
    socket.write(WATCH)
    ;(await answered(1)).write(SECOND.slice(0, 16))
    await client.has('MODI')
    await bench.gate.close(300)
    expect(client.told.text).not.toContain('\r\n0\r\n\r\n')
  })
})

describe('a gate that stops, over HTTP/2', () => {
  /** The end of a stream: its body, and the code that it was closed with. */
  async function ask(session: ClientHttp2Session, path: string) {
    const stream = session.request({ ':path': path })
    const told = { text: '' }
    stream.setEncoding('utf8').on('data', (part: string) => {
      told.text += part
    })
    const over = once(stream, 'close').then(() => ({ text: told.text, code: stream.rstCode }))
    return { over, begun: once(stream, 'data') }
  }

  test('says so, ends the watches, answers what is under way, and then ends the session', async () => {
    const { bench, answered } = await open()
    const session = await connect()
    const watch = await ask(session, '/api/v1/pods?watch=1')
    ;(await answered(1)).write(FIRST)
    await watch.begun
    const list = await ask(session, '/api/v1/pods')
    const behind = await answered(2)
    const goneAway = once(session, 'goaway')
    const ended = once(session, 'close')
    const closed = bench.gate.close(PATIENCE)
    expect((await goneAway)[0]).toBe(0)
    expect(await watch.over).toEqual({ text: FIRST, code: 0 })
    behind.writeHead(200, { 'content-type': 'application/json' }).end('{"kind":"PodList"}')
    expect(await list.over).toEqual({ text: '{"kind":"PodList"}', code: 0 })
    await Promise.all([ended, closed])
  })

  test('ends a watch of Protocol Buffers between two of its frames', async () => {
    const { bench, answered } = await open('application/vnd.kubernetes.protobuf;stream=watch')
    const session = await connect()
    const watch = await ask(session, '/api/v1/pods?watch=1')
    const frame = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)])
    const behind = await answered(1)
    behind.write(Buffer.concat([frame('k8s one'), frame('k8s two').subarray(0, 6)]))
    await watch.begun
    const closed = bench.gate.close(PATIENCE)
    behind.write(Buffer.concat([frame('k8s two').subarray(6), frame('k8s three').subarray(0, 2)]))
    const { text, code } = await watch.over
    expect([text, code]).toEqual([frame('k8s one').toString() + frame('k8s two').toString(), 0])
    await closed
  })

  test('ends more watches than it ends at once, all of them whole', async () => {
    const { bench, answered } = await open()
    const session = await connect()
    const watches = await Promise.all(Array.from({ length: 20 }, () => ask(session, '/api/v1/pods?watch=1')))
    for (let count = 1; count <= watches.length; count++) (await answered(count)).write(FIRST)
    await Promise.all(watches.map(({ begun }) => begun))
    await bench.gate.close(PATIENCE)
    const ends = await Promise.all(watches.map(({ over }) => over))
    expect(new Set(ends.map(({ text, code }) => `${code} ${text}`))).toEqual(new Set([`0 ${FIRST}`]))
  })
})
