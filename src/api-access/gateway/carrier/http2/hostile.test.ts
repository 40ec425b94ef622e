import type { TLSSocket } from 'node:tls'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import {
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  FRAME_BYTES,
  frameOf,
  GOAWAY,
  HEADERS,
  numberFrame,
  PING,
  PUSH_PROMISE,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
} from './frames.ts'
import { headerBlock } from './header-block.ts'
import { STREAM_WINDOW } from './stream.ts'
import { opened, speaking, watch } from './watch-pool.fixture.ts'

afterEach(() => {
  for (const each of opened.splice(0)) each.close()
})

const NOTHING = Buffer.alloc(0)
const settings = frameOf(SETTINGS, 0, 0, NOTHING)
const head = (headers: string[], flags = END_HEADERS) => frameOf(HEADERS, flags, 1, headerBlock(headers))
const OK = head([':status', '200'])
const data = (text: string | Buffer, flags = 0, stream = 1) => frameOf(DATA, flags, stream, Buffer.from(text))
const length = (value: string) => head([':status', '200', 'content-length', value])

/** Says it when the first request has come. */
function saying(answer: Buffer, cuts: readonly number[] = []) {
  let hasGreeted = false
  let hasAnswered = false
  return (socket: TLSSocket, came: Buffer) => {
    if (!hasGreeted) socket.write(settings)
    hasGreeted = true
    if (hasAnswered || !came.includes('/asked')) return
    hasAnswered = true
    const places = [0, ...cuts.map((cut) => cut % answer.length).sort((a, b) => a - b), answer.length]
    for (const [index, place] of places.slice(0, -1).entries())
      socket.write(answer.subarray(place, places[index + 1]))
  }
}

async function asked(answer: Buffer, cuts?: readonly number[]) {
  const { pool } = await speaking(saying(answer, cuts))
  return await watch(pool, { target: '/asked' }).over
}

describe('an answer', () => {
  const padded = frameOf(DATA, 8, 1, Buffer.from('\x03llo\0\0\0'))
  const block = headerBlock([':status', '200', 'x', 'y'])
  test('however it is cut, with all that may stand between', async () => {
    const whole = Buffer.concat([
      frameOf(PING, 0, 0, Buffer.alloc(8)),
      head([':status', '103', 'link', 'x']),
      frameOf(HEADERS, 0, 1, block.subarray(0, 5)),
      frameOf(CONTINUATION, END_HEADERS, 1, block.subarray(5)),
      numberFrame(WINDOW_UPDATE, 0, 100),
      data('he'),
      frameOf(99, 0, 0, Buffer.from('unknown')),
      padded,
      data(''),
      frameOf(HEADERS, END_HEADERS | END_STREAM, 1, headerBlock(['trailer', 'x'])),
    ])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1000), { maxLength: 12 }), async (cuts) => {
        expect(await asked(whole, cuts)).toBe('200 hello')
      }),
      { numRuns: 15 },
    )
  })

  test.each([
    ['without a status', head(['x', 'y'])],
    ['that switches protocols', head([':status', '101'])],
    ['with two statuses', head([':status', '200', ':status', '200'])],
    ['with a header that is of a request', head([':status', '200', ':path', '/'])],
    ['with a name in upper case', head([':status', '200', 'X', 'y'])],
    ['with a line feed', head([':status', '200', 'x', 'y\nz'])],
    ['with a header of the connection', head([':status', '200', 'transfer-encoding', 'chunked'])],
    ['with two lengths', head([':status', '200', 'content-length', '1', 'content-length', '1'])],
    ['that is longer than its length', Buffer.concat([length('2'), data('abc')])],
    ['that is shorter than its length', Buffer.concat([length('2'), data('a', END_STREAM)])],
    ['that has no length', length('-1')],
    ['with a body before its head', data('a')],
    ['with two heads', Buffer.concat([OK, OK])],
    ['that ends before its head', head([':status', '100'], END_HEADERS | END_STREAM)],
    ['on a stream that nobody opened', data('a', 0, 3)],
    ['on a stream of the server', data('a', 0, 2)],
    ['that is pushed', frameOf(PUSH_PROMISE, END_HEADERS, 1, Buffer.alloc(8))],
    ['in a frame that is too long', frameOf(DATA, 0, 1, Buffer.alloc(FRAME_BYTES + 1))],
    ['with more padding than room', frameOf(DATA, 8, 1, Buffer.from('\x09ab'))],
    [
      'whose head is cut by something else',
      Buffer.concat([head([':status', '200'], 0), frameOf(PING, 0, 0, Buffer.alloc(8))]),
    ],
    ['whose head is cut by a body', Buffer.concat([head([':status', '200'], 0), data('a')])],
    ['whose head goes on elsewhere', frameOf(CONTINUATION, END_HEADERS, 1, NOTHING)],
    [
      'whose head does not end',
      Buffer.concat([
        head([':status', '200'], 0),
        ...Array.from({ length: 200 }, () => frameOf(CONTINUATION, 0, 1, Buffer.from('x'))),
      ]),
    ],
    ['that remembers', frameOf(HEADERS, END_HEADERS, 1, Buffer.of(0xbe))],
    [
      'over what it was allowed to',
      Buffer.concat([
        OK,
        ...Array.from({ length: 4 + STREAM_WINDOW / FRAME_BYTES }, () => data(Buffer.alloc(FRAME_BYTES))),
      ]),
    ],
    ['with settings that are none', frameOf(SETTINGS, 0, 0, Buffer.alloc(5))],
    ['with a ping that is none', frameOf(PING, 0, 0, Buffer.alloc(7))],
    ['with a farewell that is none', frameOf(GOAWAY, 0, 0, Buffer.alloc(4))],
    ['with a reset that is none', frameOf(RST_STREAM, 0, 1, Buffer.alloc(2))],
  ])('refuses one %s', async (_, answer) => {
    const { pool } = await speaking(saying(answer))
    const refused = watch(pool, { target: '/asked' })
    // Nothing is handed on while it does not keep up.
    void refused.begun.then((flow) => flow.pause())
    expect(await refused.over).toMatch(/^failed: the API server sent /)
  })

  test('one that breaks off', async () => {
    const reset = numberFrame(RST_STREAM, 1, 2)
    expect(await asked(Buffer.concat([OK, data('a'), reset]))).toBe('failed: the API server broke off')
  })

  test('one that is wrong is no matter of the others', async () => {
    const answer = Buffer.concat([
      head([':status', '0']),
      frameOf(HEADERS, END_HEADERS, 3, headerBlock([':status', '200'])),
      data('b', END_STREAM, 3),
    ])
    const { pool } = await speaking(saying(answer))
    const wrong = watch(pool, { target: '/a' })
    const good = watch(pool, { target: '/asked' })
    expect(await Promise.all([wrong.over, good.over])).toEqual([
      'failed: the API server sent an answer without a status',
      '200 b',
    ])
  })

  test('what comes for one that is over is passed over', async () => {
    let say = (_: Buffer): void => undefined
    const answering = saying(OK)
    const { pool } = await speaking((socket, came) => {
      say = (bytes) => socket.write(bytes)
      answering(socket, came)
    })
    const gone = watch(pool, { target: '/asked' })
    await gone.begun
    gone.abort()
    const next = watch(pool, { target: '/next' })
    const answer = frameOf(HEADERS, END_HEADERS, 3, headerBlock([':status', '200']))
    say(Buffer.concat([data('late'), answer, data('b', END_STREAM, 3)]))
    expect(await next.over).toBe('200 b')
    expect(gone.told.text).toBe('')
  })
})

describe('a server', () => {
  test.each([
    ['speaks HTTP/1.1 after all', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['has no settings', frameOf(PING, 0, 0, Buffer.alloc(8))],
    ['takes no streams', frameOf(SETTINGS, 0, 0, Buffer.from('000300000000', 'hex'))],
  ])('that %s is asked by HTTP/1.1', async (_, first) => {
    const { pool } = await speaking((socket) => socket.write(first))
    expect(await watch(pool).over).toBe('0 alone')
  })

  test('that hangs up', async () => {
    const { pool } = await speaking((socket) => socket.destroy())
    expect(await watch(pool).over).toBe('0 alone')
  })

  test('that goes has not begun what came late', async () => {
    const { pool } = await speaking(saying(frameOf(GOAWAY, 0, 0, Buffer.alloc(8))))
    expect(await watch(pool, { target: '/asked' }).over).toBe('0 alone')
  })
})
