import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { type Behind, openBench } from './gate.fixture.ts'

let bench: Awaited<ReturnType<typeof openBench>>
const sockets: TLSSocket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await bench.close()
})

/** A client that never ends its own side, and what it has been told. */
async function stubborn() {
  const { certificate, key } = await bench.authority.issueClient({ name: 'kim', groups: [] }, 600)
  const socket = connect({
    host: '127.0.0.1',
    port: bench.gate.address.port,
    ca: bench.authority.certificate,
    cert: certificate,
    key,
    allowHalfOpen: true,
  } as ConnectionOptions)
  sockets.push(socket)
  socket.on('error', () => undefined)
  const told = { text: '' }
  socket.on('data', (data: Buffer) => {
    told.text += data.toString('latin1')
  })
  await once(socket, 'secureConnect')
  return { socket, told, ended: Promise.race([once(socket, 'end'), once(socket, 'close')]) }
}

async function gone() {
  while (bench.gate.connections() > 0) await new Promise((done) => setImmediate(done))
}

/** Long enough for a client that reads what it is told. */
const SOON = { refused: 200, stream: 200, stalled: 60_000 }

const EXEC = 'POST /api/v1/namespaces/shop/pods/web/exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n'

/** A stream on which the other end sends this, and is done. */
function streaming(text: string): Behind {
  return {
    upgrade: (_, socket) => {
      socket.on('error', () => undefined)
      socket.end(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n${text}`,
      )
    },
  }
}

test('what a stream has brought is read to its end by a slow client, which sends meanwhile', async () => {
  const length = 4 * 1024 * 1024
  bench = await openBench(streaming(`\n${'x'.repeat(length)}`), {
    ending: { refused: 1, stream: 600_000, stalled: 600_000 },
  })
  const { socket, told, ended } = await stubborn()
  // A `kubectl` asks whether the connection still stands, for as long as it is not told that it does not.
  const pinging = setInterval(() => socket.write('ping'), 1)
  socket.on('data', () => {
    socket.pause()
    setTimeout(() => socket.resume(), 5)
  })
  socket.write(`${EXEC}Upgrade: SPDY/3.1\r\n\r\n`)
  await ended
  clearInterval(pinging)
  expect(told.text.length - told.text.indexOf('\n\r\n\n') - 4).toBe(length)
})

describe('a client that never ends its own side of the connection', () => {
  test.each([
    ['speaks no HTTP', 'rubbish\r\n\r\n', 400],
    ['names two hosts', 'GET /api/v1/pods HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n', 400],
    ['speaks HTTP/0.9', 'GET /api/v1/pods\r\n\r\n', 400],
    ['says it speaks HTTP/0.9', 'GET /api/v1/pods HTTP/0.9\r\nHost: x\r\n\r\n', 400],
    ['says it speaks HTTP/2', 'GET /api/v1/pods HTTP/2.0\r\nHost: x\r\n\r\n', 400],
    ['names two hosts of an upgrade', `${EXEC}Host: y\r\nUpgrade: SPDY/3.1\r\n\r\n`, 400],
    [
      'says it speaks HTTP/2, and wants to leave it',
      `${EXEC.replace('1.1', '2.0')}Upgrade: SPDY/3.1\r\n\r\n`,
      400,
    ],
    ['names two hosts of a tunnel', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n', 400],
    ['wants a tunnel', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', 405],
    ['wants a protocol that nobody knows', `${EXEC}Upgrade: foo\r\n\r\n`, 400],
    ['sends a body with two lengths', `${EXEC}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0`, 400],
  ])(
    'holds its place no longer than it takes to read why it is refused: one that %s',
    async (_, sent, status) => {
      bench = await openBench({}, { ending: SOON })
      const { socket, told, ended } = await stubborn()
      socket.write(sent)
      await ended
      expect(told.text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      await gone()
      expect(bench.seen).toEqual([])
    },
  )

  test('nor when its stream is over at the other end', async () => {
    bench = await openBench(streaming('all'), { ending: SOON })
    const { socket, told, ended } = await stubborn()
    socket.write(`${EXEC}Upgrade: SPDY/3.1\r\n\r\n`)
    await ended
    expect(told.text).toMatch(/^HTTP\/1.1 101 [\s\S]*\r\n\r\nall$/)
    await gone()
  })
})

describe('what is refused behind a request that is not answered yet', () => {
  const WATCH = 'GET /api/v1/pods?watch=1 HTTP/1.1\r\nHost: x\r\n\r\n'
  const LIST = 'GET /api/v1/pods HTTP/1.1\r\nHost: x\r\n\r\n'
  const begun = '{"type":"ADDED"}\n'

  /** @returns the next answer that the API server has to give */
  function answering(isBegun: boolean) {
    const asked = Promise.withResolvers<ServerResponse>()
    const behind: Behind = {
      answer: (_, response) => {
        response.on('error', () => undefined)
        if (isBegun) response.writeHead(200, { 'content-type': 'application/json' }).write(begun)
        asked.resolve(response)
      },
    }
    return { asked: asked.promise, behind }
  }

  const REFUSED = [
    ['no HTTP', 'rubbish\r\n\r\n'],
    ['two hosts', 'GET /api/v1/pods HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'],
    ['a tunnel', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['another protocol', `${EXEC}Upgrade: SPDY/3.1\r\n\r\n`],
  ] as const
  test.each(REFUSED)('is not told in the middle of its answer: %s', async (_, sent) => {
    const { asked, behind } = answering(true)
    bench = await openBench(behind, { ending: SOON })
    const { socket, told, ended } = await stubborn()
    socket.write(WATCH)
    await asked
    while (!told.text.includes(begun)) await once(socket, 'data')
    socket.write(sent)
    await ended
    expect(told.text).not.toMatch(/ 400 | 405 | 101 |0\r\n\r\n$/)
    await gone()
    expect(bench.seen).toHaveLength(1)
  })

  test.each(REFUSED)('is told behind its answer, and not as its answer: %s', async (_, sent) => {
    const { asked, behind } = answering(false)
    bench = await openBench(behind, { ending: SOON })
    const { socket, told, ended } = await stubborn()
    socket.write(`${LIST}${sent}`)
    const response = await asked
    // By then the gate has read what came with it.
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"kind":"PodList"}')
    await ended
    expect(told.text).toMatch(/^HTTP\/1.1 200 [\s\S]*\{"kind":"PodList"\}\r\n0\r\n\r\nHTTP\/1.1 400 [^{]*$/)
    await gone()
    expect(bench.seen).toHaveLength(1)
  })

  test.each(REFUSED)('does not keep an answer that is half told from its end: %s', async (_, sent) => {
    const { asked, behind } = answering(true)
    bench = await openBench(behind, { ending: SOON })
    const { socket, told, ended } = await stubborn()
    socket.write(LIST)
    const response = await asked
    while (!told.text.includes(begun)) await once(socket, 'data')
    socket.write(sent)
    // The gate has read it once another, who has sent later, is answered.
    const later = await stubborn()
    later.socket.write('rubbish\r\n\r\n')
    await later.ended
    response.end('{"kind":"PodList"}')
    await ended
    expect(told.text).toMatch(/^HTTP\/1.1 200 [\s\S]*\{"kind":"PodList"\}\r\n0\r\n\r\nHTTP\/1.1 400 [^{]*$/)
    await gone()
    expect(bench.seen).toHaveLength(1)
  })

  test('does not keep large answers from their end: another protocol', async () => {
    const large = 'x'.repeat(4 * 1024 * 1024)
    const head = { 'content-length': large.length }
    const behind: Behind = { answer: (_, response) => response.writeHead(200, head).end(large) }
    bench = await openBench(behind, { ending: SOON })
    const { socket, told, ended } = await stubborn()
    socket.write(`${LIST}${LIST}${EXEC}Upgrade: SPDY/3.1\r\n\r\n`)
    await ended
    const answers = told.text.split('HTTP/1.1 ').slice(1)
    expect(answers.map((each) => each.slice(0, 3))).toEqual(['200', '200', '400'])
    expect(answers.map((each) => each.includes(large))).toEqual([true, true, false])
  })

  test('keeps no request under way once the client has gone: another protocol', async () => {
    const asked = Promise.withResolvers<void>()
    const over = Promise.withResolvers<void>()
    let underWay = 0
    bench = await openBench({
      answer: (_, response) => {
        underWay += 1
        if (underWay === 2) asked.resolve()
        response.on('close', () => {
          underWay -= 1
          if (underWay === 0) over.resolve()
        })
      },
    })
    const { socket } = await stubborn()
    socket.write(`${WATCH}${WATCH}${EXEC}Upgrade: SPDY/3.1\r\n\r\n`)
    await asked.promise
    socket.destroy()
    await over.promise
  })

  test('what a refused client has sent ahead is not done', async () => {
    bench = await openBench({}, { ending: SOON })
    const { socket, ended } = await stubborn()
    const post = 'POST /api/v1/namespaces HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}'
    socket.write(`GET /api/v1/pods HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n${post}`)
    await ended
    const events = await bench.events()
    expect([events, bench.seen]).toEqual([[], []])
  })
})

describe('a wish for a tunnel (CONNECT)', () => {
  test('is refused with an event, over HTTP/1.1', async () => {
    bench = await openBench({}, { ending: SOON })
    const { socket, ended } = await stubborn()
    socket.write('CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n')
    await ended
    const [event] = await bench.events()
    expect(event).toMatchObject({ verb: 'connect', user: { username: 'kim' }, responseStatus: { code: 405 } })
  })

  test('is refused with an event, over HTTP/2', async () => {
    bench = await openBench({}, { ending: SOON })
    const { certificate, key } = await bench.authority.issueClient({ name: 'kim', groups: [] }, 600)
    const session = connectHttp2(`https://127.0.0.1:${bench.gate.address.port}`, {
      ca: bench.authority.certificate,
      cert: certificate,
      key,
    })
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'x:1' })
    const [head] = await once(stream, 'response')
    expect(head[':status']).toBe(405)
    session.destroy()
    const [event] = await bench.events()
    expect(event).toMatchObject({ verb: 'connect', user: { username: 'kim' }, responseStatus: { code: 405 } })
  })
})
