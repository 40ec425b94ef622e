import { connect as connectTcp, type Socket } from 'node:net'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'

/** A connection on which a client may say what no library would. */
export interface RawClient {
  readonly socket: TLSSocket
  /** All that came so far, a character a byte. */
  readonly text: string
  send(bytes: string | Buffer): void
  /** Waits until what came matches. @throws Error where the connection ends before */
  until(pattern: RegExp): Promise<string>
  /** Waits until the other side has closed. */
  ended(): Promise<string>
}

/** @param protocol - told by ALPN: `http/1.1` or `h2` */
export async function openRaw(
  port: number,
  credential: ConnectionOptions,
  protocol = 'http/1.1',
): Promise<RawClient> {
  const socket = connect({ host: '127.0.0.1', port, ALPNProtocols: [protocol], ...credential })
  let text = ''
  let isOver = false
  const waiting = new Set<() => void>()
  const look = () => {
    for (const each of waiting) each()
  }
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part
    look()
  })
  socket.on('close', () => {
    isOver = true
    look()
  })
  await new Promise<void>((open, fail) => socket.once('secureConnect', open).once('error', fail))
  // What a server that has closed is still sent comes back as a reset.
  socket.on('error', () => undefined)
  const when = (isIt: () => boolean) =>
    new Promise<string>((done, fail) => {
      const check = () => {
        if (!isIt() && !isOver) return
        waiting.delete(check)
        if (isIt()) done(text)
        else fail(new Error(`the connection was closed after: ${text.slice(-500)}`))
      }
      waiting.add(check)
      check()
    })
  return {
    socket,
    get text() {
      return text
    },
    send: (bytes) => socket.write(bytes, 'latin1'),
    until: (pattern) => when(() => pattern.test(text)),
    ended: () => when(() => isOver),
  }
}

/** Sends this on a connection of its own, and gives the whole answer, once the gate has closed. */
export async function sendRaw(
  port: number,
  credential: ConnectionOptions,
  bytes: string | Buffer,
): Promise<string> {
  const client = await openRaw(port, credential)
  client.send(bytes)
  return client.ended()
}

/** A connection without TLS. */
export function openTcp(port: number): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connectTcp({ host: '127.0.0.1', port }, () => done(socket)).once('error', fail)
  })
}

/** The status codes of all answers in what a connection brought. */
export function statusesOf(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code]) => Number(code))
}
