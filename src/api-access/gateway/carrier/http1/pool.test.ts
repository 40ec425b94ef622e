import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { createSecureContext } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import type { UpstreamRequest } from '../upstream.ts'
import { ConnectionPool } from './pool.ts'

const opened: { close(): void }[] = []
afterEach(() => {
  for (const each of opened.splice(0)) each.close()
})

/** A server that answers what a test wants; sockets and texts that came, by connection. */
async function behind(answer: (socket: Socket, text: string, connection: number) => void, connections = 1) {
  const texts: string[] = []
  const server = createServer((socket) => {
    const own = texts.push('') - 1
    socket
      .on('error', () => undefined)
      .on('data', (data) => {
        texts[own] += data.toString('latin1')
        answer(socket, data.toString('latin1'), own)
      })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  let unauthorized = 0
  const secureContext = createSecureContext()
  const pool = new ConnectionPool({
    url,
    tls: {},
    secureContext,
    connections,
    onUnauthorized: () => unauthorized++,
  })
  opened.push(server, { close: () => pool.destroy() })
  return { pool, texts, unauthorized: () => unauthorized }
}

function send(pool: ConnectionPool, request: Partial<UpstreamRequest> = {}) {
  let status = 0
  let text = ''
  let abort: () => void = () => undefined
  const done = new Promise<string>((resolve) => {
    abort = pool.send(
      { method: 'GET', target: '/', headers: [], body: undefined, timeout: 30_000, ...request },
      {
        head: (code) => {
          status = code
        },
        data: (data) => {
          text += data
        },
        end: (last) => resolve(`${status} ${text}${last ?? ''}`),
        failed: (error) => resolve(`failed: ${'code' in error ? error.code : error.message}`),
      },
    )
  })
  return { done, abort }
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

describe('ConnectionPool', () => {
  test('uses a connection again; what finds none waits', async () => {
    const { pool, texts } = await behind((socket) => socket.write(OK))
    const sent = ['/a', '/b', '/c'].map((target) => send(pool, { target }).done)
    expect(await Promise.all(sent)).toEqual(['200 ok', '200 ok', '200 ok'])
    expect(texts).toHaveLength(1)
    expect(texts[0]?.match(/GET \/\w HTTP\/1.1\r\nhost: 127/g)).toHaveLength(3)
  })

  test('a connection that says more than it was asked is not used again', async () => {
    const { pool, texts } = await behind((socket) => socket.write(`${OK}HTTP/1.1 200 OK\r\n\r\n`))
    expect(await send(pool).done).toBe('200 ok')
    expect(await send(pool).done).toBe('200 ok')
    expect(texts).toHaveLength(2)
  })

  test('a read is tried again where a used connection was closed, a write is not', async () => {
    let requests = 0
    const { pool } = await behind((socket) => {
      requests += 1
      if (requests % 2 === 1) socket.write(OK)
      else socket.destroy()
    })
    expect(await send(pool).done).toBe('200 ok')
    expect(await send(pool).done).toBe('200 ok')
    expect(await send(pool, { method: 'POST' }).done).toMatch(/^failed/)
  })

  test('what is closed before a first answer has failed', async () => {
    const { pool } = await behind((socket) => socket.destroy())
    expect(await send(pool).done).toMatch(/^failed: (?:ERR_UPSTREAM_CONNECTION|ECONNRESET)/)
  })

  test('an answer that does not begin in time', async () => {
    const { pool } = await behind(() => undefined)
    expect(await send(pool, { timeout: 50 }).done).toBe('failed: ERR_UPSTREAM_TIMEOUT')
  })

  test('who goes makes room for who waits', async () => {
    const { pool } = await behind((socket, text) => text.includes('/slow') || socket.write(OK))
    const slow = send(pool, { target: '/slow' })
    const next = send(pool)
    slow.abort()
    expect(await next.done).toBe('200 ok')
  })

  test('no part of a request can become another', async () => {
    const { pool, texts } = await behind((socket) => socket.write(OK))
    const bad = [
      { target: '/ HTTP/1.1\r\nx: y' },
      { method: 'GET / HTTP/1.1\r\n' },
      { headers: ['a', 'b\r\nc: d'] },
      { headers: ['a\r\nb', 'c'] },
      { headers: ['a', 'b\0'] },
    ]
    for (const request of bad) expect(await send(pool, request).done).toMatch(/cannot be sent/)
    expect(texts.join('')).toBe('')
  })

  test('bodies: whole, by length, in chunks, none', async () => {
    const { pool, texts } = await behind((socket, text) => /ab$|0\r\n\r\n$/.test(text) && socket.write(OK))
    const streamed = () => {
      const body = new PassThrough()
      setTimeout(() => body.end('ab'), 20)
      return body
    }
    await send(pool, { method: 'PUT', headers: ['content-length', '2'], body: Buffer.from('ab') }).done
    await send(pool, { method: 'PUT', headers: ['content-length', '2'], body: streamed() }).done
    await send(pool, { method: 'PUT', body: streamed() }).done
    await send(pool, { method: 'POST' }).done.catch(() => undefined)
    expect(
      texts
        .join('')
        .replaceAll(/host: [\d.:]+\r\n/g, '')
        .split(/(?=PUT|POST)/),
    ).toEqual([
      'PUT / HTTP/1.1\r\ncontent-length: 2\r\n\r\nab',
      'PUT / HTTP/1.1\r\ncontent-length: 2\r\n\r\nab',
      'PUT / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n',
      'POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n',
    ])
  })

  test('a body that is not as long as announced ends the connection', async () => {
    const { pool, texts } = await behind(() => undefined)
    for (const text of ['a', 'abc']) {
      const body = new PassThrough()
      body.end(text)
      const sent = send(pool, { method: 'PUT', headers: ['content-length', '2'], body })
      expect(await sent.done).toMatch(/^failed: a body (?:longer|shorter)/)
    }
    expect(texts.join('')).not.toContain('abc')
  })

  test('tells that the credential is not good', async () => {
    const { pool, unauthorized } = await behind((socket) =>
      socket.write('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n'),
    )
    expect(await send(pool).done).toBe('401 ')
    expect(unauthorized()).toBe(1)
  })
})
