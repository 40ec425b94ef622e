import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { endConnection } from './ending.ts'

let server: Server
let client: Socket
let own: Socket
beforeEach(async () => {
  server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  const { port } = server.address() as AddressInfo
  client = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined)
  own = (await accepted)[0] as Socket
  own.on('error', () => undefined)
})
afterEach(() => {
  client.destroy()
  own.destroy()
  server.close()
})

/** More than the kernel takes of what is not read. */
const MUCH = Buffer.alloc(64 * 1024 * 1024)

test('a client that reads no further is let go, though it sends a byte now and then', async () => {
  own.write(MUCH)
  endConnection(own, 'stream', { refused: 1, stream: 1, stalled: 200 })
  const sending = setInterval(() => client.write('x'), 5)
  await once(own, 'close')
  clearInterval(sending)
})

test('one that has been told all, and never ends its own side, is listened to for a while', async () => {
  client.resume()
  const ended = once(client, 'end')
  endConnection(own, 'refused', { refused: 50, stream: 600_000, stalled: 600_000 }, 'all')
  await ended
  expect([client.bytesRead, own.destroyed]).toEqual([3, false])
  await once(own, 'close')
})

test('a connection that had ended before is no reason to wait for what is not there', async () => {
  client.resume()
  own.end('all')
  await once(own, 'finish')
  endConnection(own, 'stream', { refused: 600_000, stream: 1, stalled: 600_000 })
  await once(own, 'close')
})
