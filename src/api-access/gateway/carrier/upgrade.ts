import type { IncomingMessage } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type FailureStatus, failure, RETRY_SECONDS } from '../pipeline/status.ts'
import { type EndingTimes, endConnection } from './ending.ts'
import { Pipe, release } from './pipe.ts'
import type { Upgraded, Upstream, UpstreamRequest } from './upstream.ts'

/** Protocols that the API server speaks on a connection of its own (KEP-4006). */
const PROTOCOLS = new Set(['spdy/3.1', 'websocket'])

/**
 * The protocol that a client wants to go over to.
 *
 * @returns undefined for what is no such wish, or a muddled one: another server might read it differently
 */
export function wantedProtocol({ method, headers, httpVersion }: IncomingMessage): string | undefined {
  const { upgrade, connection } = headers
  if (upgrade === undefined || !PROTOCOLS.has(upgrade.toLowerCase()) || httpVersion !== '1.1')
    return undefined
  const options = connection?.split(',').map((option) => option.trim().toLowerCase()) ?? []
  if (!options.includes('upgrade')) return undefined
  // A body would stand where the other protocol begins.
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0)
    return undefined
  return method === 'GET' || method === 'POST' ? upgrade : undefined
}

const NOTHING = Buffer.alloc(0)

/**
 * Asks the API server for the switch; once it has agreed, bytes pass both ways as they are.
 *
 * @param first - what the client sent behind its head; nothing of it goes on before the API server has agreed
 * @param times - for the client's connection at its end
 * @param onAnswered - told the status, and of what is not 101 the body
 * @returns the status, once the connection is closed; 401 of a server that does not accept the gate, of which the client
 * has been told nothing yet
 * @throws Error where the API server gave no answer: nothing has been sent to the client
 */
export async function tunnel(
  upstream: Upstream,
  request: UpstreamRequest,
  client: Duplex,
  first: Buffer,
  times: EndingTimes,
  onAnswered: (status: number, body: Buffer) => void,
): Promise<number> {
  const answer = await upstream.upgrade(request)
  if (!('socket' in answer)) {
    if (answer.status === 401) return 401
    const { body } = answer
    onAnswered(answer.status, body)
    writeHead(client, answer.status, [
      ...answer.headers.filter(framing(answer.headers)),
      'content-length',
      String(body.length),
    ])
    endConnection(client, 'refused', times, body.toString('latin1'))
    return answer.status
  }
  // The client may have left meanwhile: its end has been told, and will not be told again.
  if (client.destroyed) {
    answer.socket.destroy()
    return 101
  }
  writeHead(client, 101, answer.headers)
  onAnswered(101, NOTHING)
  if (first.length > 0) answer.socket.write(first)
  await join(client, answer, times)
  return 101
}

/**
 * Ends a connection that wanted to be upgraded with a status.
 *
 * @param auditId - of its event; empty where there is none
 */
export function refuseUpgrade(
  client: Duplex,
  times: EndingTimes,
  status: FailureStatus,
  auditId: string,
): void {
  const body = Buffer.from(`${JSON.stringify(status)}\n`)
  const retry = status.code === 429 || status.code === 503 ? ['retry-after', String(RETRY_SECONDS)] : []
  writeHead(client, status.code, [
    ...(auditId === '' ? [] : ['audit-id', auditId]),
    ...['content-type', 'application/json', 'content-length', String(body.length)],
    ...['cache-control', 'no-cache, private', 'x-content-type-options', 'nosniff', ...retry],
  ])
  endConnection(client, 'refused', times, body.toString('latin1'))
}

export const badUpgrade = failure(
  400,
  'BadRequest',
  'the request asks to upgrade the connection in a way that the API server does not know',
)

function join(client: Duplex, { socket, receive }: Upgraded, times: EndingTimes): Promise<void> {
  const down = new Pipe(client, () => socket.resume())
  const up = new Pipe(socket, () => client.resume())
  return new Promise((resolve) => {
    const end = () => {
      client.destroy()
      socket.destroy()
      resolve()
    }
    // What one side has sent before it closed still reaches the other.
    client
      .on('error', end)
      .on('end', () => up.end())
      .on('close', () => up.end())
    socket
      .on('error', end)
      .on('end', () => down.end())
      .on('close', () => {
        down.end()
        endConnection(client, 'stream', times)
        resolve()
      })
    client.on('data', (data: Buffer) => {
      if (!up.take(data)) client.pause()
      release(data)
    })
    receive((data) => down.take(data))
  })
}

function writeHead(client: Duplex, status: number, headers: readonly string[]): void {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`]
  for (let index = 0; index < headers.length; index += 2)
    lines.push(`${headers[index]}: ${headers[index + 1]}`)
  if (status !== 101) lines.push('connection: close')
  client.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** Leaves out the length of a body that is framed anew. */
function framing(headers: readonly string[]): (part: string, index: number) => boolean {
  return (_, index) => headers[index - (index % 2)]?.toLowerCase() !== 'content-length'
}
