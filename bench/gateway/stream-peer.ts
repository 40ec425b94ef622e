import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { openAuthority } from '../../src/api-access/authentication/index.ts'

/**
 * What stands behind the gate in `bench/gateway-stream.ts`, in a process of its own: it agrees to every upgrade, takes
 * what the client sends, and sends as many bytes as the path's last segment says.
 */
const authority = await openAuthority({ folder: process.argv[2] ?? '' })
const { certificate, key } = await authority.issueServer(['127.0.0.1'], 3600)
const server = createServer({ cert: certificate, key }, (_, response) => {
  response.setHeader('content-type', 'application/json')
  response.end('{"major":"1","minor":"20"}')
})
server.on('upgrade', ({ url = '' }, socket: Duplex) => {
  socket.on('error', () => undefined)
  socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\n\r\n')
  send(socket, Number(new URL(url, 'https://peer').searchParams.get('command')))
  socket.on('data', () => undefined)
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit(0))

const PIECE = Buffer.alloc(64 * 1024)

function send(socket: Duplex, bytes: number): void {
  let left = bytes
  const more = () => {
    while (left > 0) {
      left -= PIECE.length
      if (!socket.write(PIECE)) {
        socket.once('drain', more)
        return
      }
    }
  }
  more()
}
