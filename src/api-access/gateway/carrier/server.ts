import { constants as crypto } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { type ConnectionLimits, ConnectionPlaces } from '../limits/connections.ts'
import type { ClientRequest, ClientResponse } from './http.ts'

export interface ListenOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** In PEM. */
  readonly certificate: string | Buffer
  readonly key: string | Buffer
  /** Authorities whose client certificates are asked for; told to clients, so that they know which to send. */
  readonly clientCa?: string | Buffer
  /** Connections at a time: 20,000, of which one address has at most 15,000. */
  readonly connections?: ConnectionLimits
}

export interface ServerHandlers {
  request(request: ClientRequest, response: ClientResponse): void
  upgrade(request: IncomingMessage, socket: Duplex, first: Buffer): void
  /** A handshake failed, or a client spoke no HTTP. */
  clientError?(error: Error): void
  /** There was no place for a connection. */
  refused?(limit: 'total' | 'address'): void
}

/** The server that clients connect to. */
export interface GateServer {
  readonly address: { readonly host: string; readonly port: number }
  /** Certificates are renewed without a restart. */
  renew(tls: Pick<ListenOptions, 'certificate' | 'key' | 'clientCa'>): void
  connections(): number
  /**
   * Takes no more connections; ends those that are idle, and each other one with its last answer: of HTTP/1.1 after the
   * answers that are under way, of HTTP/2 it is said which requests are still answered (GOAWAY), so that a client sends
   * others elsewhere. Resolves when the last one is gone.
   */
  drain(): Promise<void>
  /** Ends what is left. */
  destroy(): void
}

/** Mozilla's "intermediate" list without what is not authenticated encryption; TLS 1.3 has its own. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/** Until a request's head is there. A connection that never sends one ends then too. */
const HEAD_MILLISECONDS = 10_000
const HANDSHAKE_MILLISECONDS = 10_000
const CHECK_MILLISECONDS = 2_000
/** Between requests. Go's clients let go of idle connections after 90 seconds. */
const IDLE_MILLISECONDS = 120_000
/** "--http2-max-streams-per-connection": the API server's own. */
const STREAMS = 250
const HEAD_BYTES = 64 * 1024
const CONNECTIONS = 20_000

/**
 * Opens an HTTPS server for HTTP/1.1 and HTTP/2 on one port (TLS 1.2 and later, by ALPN).
 *
 * Client certificates are asked for and not judged here: who has none may have a token.
 *
 * @throws Error of the operating system where it cannot listen
 */
export async function openServer(options: ListenOptions, handlers: ServerHandlers): Promise<GateServer> {
  const server = createSecureServer({
    ...tlsOptions(options),
    allowHTTP1: true,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: HANDSHAKE_MILLISECONDS,
    // A resumed session would not show the whole chain of the client's certificates.
    secureOptions: crypto.SSL_OP_NO_TICKET | crypto.SSL_OP_NO_RENEGOTIATION,
    maxHeaderSize: HEAD_BYTES,
    insecureHTTPParser: false,
    // Nearly no request has a body: without one it is no stream that has to come to its end. It tells of none then.
    optimizeEmptyRequests: true,
    settings: { maxConcurrentStreams: STREAMS, maxHeaderListSize: HEAD_BYTES, enableConnectProtocol: false },
    // Streams that are opened and reset at once (CVE-2023-44487): so many, then so many a second.
    streamResetBurst: 200,
    streamResetRate: 20,
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
    maxSessionMemory: 20,
    unknownProtocolTimeout: HANDSHAKE_MILLISECONDS,
  } as Parameters<typeof createSecureServer>[0])
  // What the types of an HTTP/2 server leave out, the HTTP/1.1 side of it reads.
  Object.assign(server, {
    headersTimeout: HEAD_MILLISECONDS,
    requestTimeout: 0,
    keepAliveTimeout: IDLE_MILLISECONDS,
    connectionsCheckingInterval: CHECK_MILLISECONDS,
    maxHeadersCount: 200,
  })
  const opened = new Server(
    server,
    handlers,
    new ConnectionPlaces(options.connections ?? { total: CONNECTIONS }),
  )
  await opened.listen(options)
  return opened
}

class Server implements GateServer {
  readonly #server: Http2SecureServer
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #sockets = new Set<Socket>()
  /** Connections of HTTP/1.1, and the answers that each is owed. */
  readonly #plain = new Map<Duplex, Set<ClientResponse>>()
  #isDraining = false

  constructor(server: Http2SecureServer, handlers: ServerHandlers, places: ConnectionPlaces) {
    this.#server = server
    const failed = (error: Error) => handlers.clientError?.(error)
    server.on('request', (request: ClientRequest, response: ClientResponse) => {
      if (request.stream === undefined && hostsOf(request.rawHeaders) > 1) {
        refuse(request.socket, 400)
        return
      }
      if (request.stream === undefined) this.#owe(request.socket, response)
      handlers.request(request, response)
    })
    server.on('upgrade', (request, socket, first) => {
      this.#plain.delete(socket)
      handlers.upgrade(request, socket, first)
    })
    server.on('connect', (_: IncomingMessage, socket: Duplex) => refuse(socket, 405))
    server.on('session', (session) => this.#addSession(session, failed))
    server.on('secureConnection', (socket: TLSSocket) => {
      socket.setNoDelay(true)
      if (socket.alpnProtocol === 'h2') return
      this.#plain.set(socket, new Set())
      socket.once('close', () => this.#plain.delete(socket))
    })
    // Before the handshake, which costs most: who gets no place costs next to nothing.
    server.prependListener('connection', (socket: Socket) => {
      const release = places.take(socket.remoteAddress ?? '')
      if (typeof release === 'string') {
        handlers.refused?.(release)
        socket.destroy()
        return
      }
      this.#sockets.add(socket)
      socket.once('close', () => {
        release()
        this.#sockets.delete(socket)
      })
    })
    server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      failed(error)
      // Who says nothing is else kept waiting for, on and on.
      socket.destroy()
    })
    server.on('sessionError', failed)
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
      failed(error)
      refuse(socket, error.code === 'HPE_HEADER_OVERFLOW' ? 431 : timedOut(error) ? 408 : 400)
    })
  }

  get address() {
    const { address, port } = this.#server.address() as AddressInfo
    return { host: address, port }
  }

  listen({ host, port }: ListenOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host, port, backlog: 1024 }, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
  }

  renew(tls: Pick<ListenOptions, 'certificate' | 'key' | 'clientCa'>): void {
    this.#server.setSecureContext({ ...tlsOptions(tls), minVersion: 'TLSv1.2', ciphers: CIPHERS })
  }

  connections(): number {
    return this.#sockets.size
  }

  drain(): Promise<void> {
    this.#isDraining = true
    const gone = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const session of this.#sessions) session.close()
    for (const [socket, owed] of this.#plain) {
      const last = [...owed].at(-1)
      if (last === undefined) endSoon(socket)
      else if (!last.headersSent) last.setHeader('connection', 'close')
    }
    return gone
  }

  #owe(socket: Duplex, response: ClientResponse): void {
    if (this.#isDraining) response.setHeader('connection', 'close')
    const owed = this.#plain.get(socket)
    owed?.add(response)
    response.once('close', () => {
      owed?.delete(response)
      if (this.#isDraining && owed?.size === 0) endSoon(socket)
    })
  }

  destroy(): void {
    for (const session of this.#sessions) session.destroy()
    for (const socket of this.#sockets) socket.destroy()
  }

  #addSession(session: ServerHttp2Session, failed: (error: Error) => void): void {
    this.#sessions.add(session)
    session.once('close', () => this.#sessions.delete(session))
    session.on('error', failed)
    // Its handshake began before there were to be no more.
    if (this.#isDraining) session.close()
    // Until its first request a session is as one without a head.
    session.setTimeout(HEAD_MILLISECONDS, () => {
      // A watch that has nothing to tell is not idle.
      if (session.state.outboundQueueSize === 0 && openStreams(session) === 0) session.close()
    })
    let streams = 0
    session.once('stream', () => session.setTimeout(IDLE_MILLISECONDS))
    session.on('stream', (stream) => {
      streams += 1
      openOf.set(session, streams)
      stream.once('close', () => {
        streams -= 1
        openOf.set(session, streams)
      })
    })
  }
}

/** Once what has been written to it is sent. */
function endSoon(socket: Duplex): void {
  if ('destroySoon' in socket && typeof socket.destroySoon === 'function') socket.destroySoon()
  else socket.end(() => socket.destroy())
}

const openOf = new WeakMap<ServerHttp2Session, number>()

function openStreams(session: ServerHttp2Session): number {
  return openOf.get(session) ?? 0
}

function tlsOptions({ certificate, key, clientCa }: Pick<ListenOptions, 'certificate' | 'key' | 'clientCa'>) {
  return { cert: certificate, key, ...(clientCa !== undefined && { ca: clientCa }) }
}

/** "A server MUST respond with a 400 … to any request message that contains more than one Host header" (RFC 9112 §3.2). */
function hostsOf(headers: readonly string[]): number {
  let hosts = 0
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts
}

function timedOut({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ERR_HTTP_REQUEST_TIMEOUT'
}

/** A client that speaks no proper HTTP is told so in the least of words. */
function refuse(socket: Duplex, status: number): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const reasons: Readonly<Record<number, string>> = {
    400: 'Bad Request',
    405: 'Method Not Allowed',
    408: 'Request Timeout',
    431: 'Request Header Fields Too Large',
  }
  socket.end(`HTTP/1.1 ${status} ${reasons[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
