import type { X509Certificate } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { type FailureStatus, RETRY_SECONDS } from '../pipeline/status.ts'

/** A request of either version: Node.js gives those of HTTP/2 the same face, and the stream besides. */
export type ClientRequest = IncomingMessage & { readonly stream?: ServerHttp2Stream }
export type ClientResponse = ServerResponse & { readonly stream?: ServerHttp2Stream }

/** Who is at the other end of a connection. */
export interface Peer {
  readonly address: string
  /** The client's certificate, then those that vouch for it, as sent. */
  readonly certificates: readonly X509Certificate[]
}

const peers = new WeakMap<object, Peer>()

/** The peer of a request; read from the connection once. */
export function peerOf(request: ClientRequest): Peer {
  const connection =
    request.stream === undefined ? request.socket : (request.stream.session ?? request.stream)
  const known = peers.get(connection)
  if (known !== undefined) return known
  const peer = { address: plainAddress(request.socket), certificates: certificatesOf(request.socket) }
  peers.set(connection, peer)
  return peer
}

/** An IPv4 address on a dual-stack socket is still one. */
function plainAddress({ remoteAddress = '' }: Socket): string {
  return remoteAddress.startsWith('::ffff:') ? remoteAddress.slice(7) : remoteAddress
}

function certificatesOf(socket: Socket): readonly X509Certificate[] {
  const certificates: X509Certificate[] = []
  let next = 'getPeerX509Certificate' in socket ? (socket as TLSSocket).getPeerX509Certificate() : undefined
  // One that is signed by itself is its own issuer.
  for (; next !== undefined && certificates.length < 10; next = next.issuerCertificate) {
    if (certificates.at(-1)?.fingerprint256 === next.fingerprint256) break
    certificates.push(next)
  }
  return certificates
}

/** Tells a client why its request ends here, as the API server would; any client understands JSON. */
export function sendStatus(request: ClientRequest, response: ClientResponse, status: FailureStatus): void {
  const { code } = status
  if (response.headersSent) {
    abortResponse(response)
    return
  }
  const body = Buffer.from(`${JSON.stringify(status)}\n`)
  const isUnread = !request.complete && hasBody(request)
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'cache-control': 'no-cache, private',
    'x-content-type-options': 'nosniff',
    ...((code === 429 || code === 503) && { 'retry-after': String(RETRY_SECONDS) }),
    ...(isUnread && request.stream === undefined && { connection: 'close' }),
  }
  response.writeHead(code, headers)
  const sent = request.method === 'HEAD' ? undefined : body
  if (!isUnread) response.end(sent)
  else if (request.stream === undefined) answerUnread(request, response, sent)
  else {
    const { stream } = request
    response.on('finish', () => stream.close(constants.NGHTTP2_NO_ERROR))
    response.end(sent)
  }
}

const endless = new WeakSet<ClientResponse>()

/** An answer goes on for as long as the client wants it: nothing that is to be told behind it can wait for its end. */
export function markEndless(response: ClientResponse): void {
  endless.add(response)
}

export function isEndless(response: ClientResponse): boolean {
  return endless.has(response)
}

/** The answer cannot become whole: the client must not take what it has for all. */
export function abortResponse(response: ClientResponse): void {
  if (response.stream === undefined) response.destroy()
  else response.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
}

export function hasBody(request: ClientRequest): boolean {
  const { headers } = request
  if (request.stream !== undefined) return !request.stream.endAfterHeaders
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/**
 * How long, and how far, a client that still sends is listened to: as long as nginx waits for more of it by default
 * (`lingering_timeout`).
 */
const LINGER_MILLISECONDS = 5000
const LINGER_BYTES = 16 * 1024 * 1024

/**
 * Answers a client that is still sending. A connection that is closed while something on it is unread is reset, and with it
 * goes the answer that the client has not read yet ("lingering close", RFC 9112 §9.6). So the whole answer goes out at
 * once, what comes is passed over for a while, and only then is the answer, and with it the connection, ended.
 */
function answerUnread(request: ClientRequest, response: ClientResponse, body: Buffer | undefined): void {
  const { socket } = request
  if (body === undefined) response.flushHeaders()
  else response.write(body)
  let length = 0
  const passOver = (chunk: Buffer) => {
    length += chunk.length
    // It waits for us then, and has time to read.
    if (length > LINGER_BYTES) request.pause()
  }
  const timer = setTimeout(() => socket.destroy(), LINGER_MILLISECONDS).unref()
  request
    .on('data', passOver)
    .on('error', () => undefined)
    .once('end', () => response.end())
    .once('close', () => clearTimeout(timer))
    .resume()
}
