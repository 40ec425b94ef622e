import { once } from 'node:events'
import { constants, type ServerHttp2Stream } from 'node:http2'
import { afterEach, describe, expect, test } from 'vitest'
import { STREAM_WINDOW } from './stream.ts'
import { answering, opened, speaking, watch } from './watch-pool.fixture.ts'

afterEach(() => {
  for (const each of opened.splice(0)) each.close()
})

/** Keeps the streams that come, by path. */
function keeping(): [Map<string, ServerHttp2Stream>, (stream: ServerHttp2Stream, path: string) => void] {
  const streams = new Map<string, ServerHttp2Stream>()
  const keep = (stream: ServerHttp2Stream, path: string) => {
    streams.set(path, stream)
    stream.respond({ ':status': 200, 'content-type': 'application/json' })
  }
  return [streams, keep]
}

describe('WatchPool', () => {
  test('watches share a connection, and each is told its own', async () => {
    const [streams, keep] = keeping()
    const { pool, sessions, alone } = await answering(keep)
    const targets = ['/a', '/b', '/c']
    const watches = targets.map((target) => watch(pool, { target }))
    await Promise.all(watches.map(({ begun }) => begun))
    for (const target of targets) streams.get(target)?.write(`${target}1`)
    for (const target of targets) streams.get(target)?.end(`${target}2`)
    expect(await Promise.all(watches.map(({ over }) => over))).toEqual(
      targets.map((target) => `200 ${target}1${target}2`),
    )
    expect([sessions.length, alone.length]).toEqual([1, 0])
  })

  test('the head goes on as it is', async () => {
    const value = String.fromCharCode(...Array.from({ length: 94 }, (_, index) => 33 + index))
    const { pool } = await answering((stream) => {
      stream.respond([':status', '404', 'x-all', value, 'warning', '299 - "a"', 'warning', '299 - "b"'])
      stream.end('no')
    })
    const answered = watch(pool)
    expect(await answered.over).toBe('404 no')
    const { headers } = answered.told
    expect(headers[headers.indexOf('x-all') + 1]).toBe(value)
    expect(headers.filter((each) => each.startsWith('299'))).toEqual(['299 - "a"', '299 - "b"'])
    expect(headers.filter((each) => each.startsWith(':'))).toEqual([])
  })

  test('a request goes on as it is, in as many frames as it takes', async () => {
    const came = Promise.withResolvers<readonly string[]>()
    const { pool } = await answering((_stream, _path, headers) => came.resolve(headers))
    const headers = ['impersonate-group', 'a', 'impersonate-group', 'b', 'x-long', 'z'.repeat(40_000)]
    watch(pool, { target: '/a?watch=1', headers })
    expect((await came.promise).filter((each) => !each.startsWith('127.0.0.1:'))).toEqual([
      ...[':method', 'GET', ':scheme', 'https', ':authority', ':path', '/a?watch=1'],
      ...headers,
    ])
  })

  test('no more on a connection than the server takes', async () => {
    const [, keep] = keeping()
    const { pool, sessions } = await answering(keep, { maxConcurrentStreams: 2 })
    await Promise.all(Array.from({ length: 5 }, (_, index) => watch(pool, { target: `/${index}` }).begun))
    expect(sessions).toHaveLength(3)
  })

  test('who does not keep up holds back nobody else, and gets all', async () => {
    const [streams, keep] = keeping()
    const { pool, sessions } = await answering(keep)
    const slow = watch(pool, { target: '/slow' })
    const flow = await slow.begun
    flow.pause()
    const much = Buffer.alloc(20 * STREAM_WINDOW, 'x')
    streams.get('/slow')?.end(much)
    const quick = watch(pool, { target: '/quick' })
    await quick.begun
    streams.get('/quick')?.end(much)
    expect(await quick.over).toBe(`200 ${much}`)
    await slow.has(STREAM_WINDOW)
    expect(slow.told.text).toHaveLength(STREAM_WINDOW)
    flow.resume()
    expect(await slow.over).toBe(`200 ${much}`)
    expect(sessions).toHaveLength(1)
  })

  test('who goes ends its own stream only', async () => {
    const [streams, keep] = keeping()
    const { pool } = await answering(keep)
    const watches = ['/a', '/b'].map((target) => watch(pool, { target }))
    await Promise.all(watches.map(({ begun }) => begun))
    const stream = streams.get('/a')
    const closed = stream && once(stream, 'close')
    watches[0]?.abort()
    await closed
    expect(stream?.rstCode).toBe(constants.NGHTTP2_CANCEL)
    streams.get('/b')?.end('b')
    expect(await watches[1]?.over).toBe('200 b')
  })

  test('who goes before there is a connection asks for nothing', async () => {
    const [streams, keep] = keeping()
    const { pool } = await answering(keep)
    watch(pool, { target: '/a' }).abort()
    await watch(pool, { target: '/b' }).begun
    expect([...streams.keys()]).toEqual(['/b'])
  })

  test('a server without HTTP/2 is asked by HTTP/1.1, then at once', async () => {
    const { pool, alone } = await speaking(() => undefined, 'http/1.1')
    expect(await watch(pool, { target: '/a' }).over).toBe('0 alone')
    expect(await watch(pool, { target: '/b' }).over).toBe('0 alone')
    expect(alone.map(({ target }) => target)).toEqual(['/a', '/b'])
  })

  test('a server that goes: what it has begun goes on, what comes next has another connection', async () => {
    const [streams, keep] = keeping()
    const { pool, sessions } = await answering(keep)
    const first = watch(pool, { target: '/a' })
    await first.begun
    sessions[0]?.goaway(constants.NGHTTP2_NO_ERROR, 1)
    streams.get('/a')?.write('a')
    await first.has(1)
    await watch(pool, { target: '/b' }).begun
    expect(sessions).toHaveLength(2)
    streams.get('/a')?.end('z')
    expect(await first.over).toBe('200 az')
  })

  test('what a server refuses has a connection of its own', async () => {
    const { pool } = await answering((stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM))
    expect(await watch(pool).over).toBe('0 alone')
  })

  test('what breaks off has failed, and what was never answered is asked again', async () => {
    const { pool, sessions } = await answering((stream, path) => {
      if (path === '/answered') stream.respond({ ':status': 200 })
    })
    const answered = watch(pool, { target: '/answered' })
    await answered.begun
    const unheard = watch(pool, { target: '/unheard' })
    sessions[0]?.destroy()
    expect(await answered.over).toMatch(/^failed: /)
    expect(await unheard.over).toBe('0 alone')
  })

  test('tells that the credential is not good', async () => {
    const { pool, unauthorized } = await answering((stream) => {
      stream.respond({ ':status': 401 })
      stream.end()
    })
    expect(await watch(pool).over).toBe('401 ')
    expect(unauthorized()).toBe(1)
  })

  test('no part of a request can become another', async () => {
    const came: string[] = []
    const { pool } = await answering((stream, path) => {
      came.push(path)
      stream.respond({ ':status': 200 })
      stream.end()
    })
    const bad = [
      { target: '/ HTTP/1.1' },
      { target: 'http://else/' },
      { headers: ['a', 'b\r\nc: d'] },
      { headers: [':path', '/else'] },
      { headers: ['A', 'b'] },
      { headers: ['transfer-encoding', 'chunked'] },
    ]
    for (const request of bad) expect(await watch(pool, request).over).toMatch(/cannot be sent/)
    expect(await watch(pool, { target: '/good' }).over).toBe('200 ')
    expect(came).toEqual(['/good'])
  })

  test('the end of the pool ends what is open, and what waits', async () => {
    const [, keep] = keeping()
    const { pool } = await answering(keep)
    const open = watch(pool)
    await open.begun
    pool.destroy()
    expect(await open.over).toMatch(/^failed/)
  })

  test('a pool that is closed lets go on what is open', async () => {
    const [streams, keep] = keeping()
    const { pool, sessions } = await answering(keep)
    const open = watch(pool, { target: '/a' })
    await open.begun
    pool.close()
    expect(await watch(pool).over).toBe('0 alone')
    const ended = sessions[0] && once(sessions[0], 'close')
    streams.get('/a')?.end('a')
    expect(await open.over).toBe('200 a')
    await ended
  })
})
