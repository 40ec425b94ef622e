import { constants as crypto } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { type ConnectionLimits, ConnectionPlaces } from '../limits/connections.ts'
import { ENDING_TIMES, type EndingTimes, endConnection } from './ending.ts'
import { type ClientRequest, type ClientResponse, isEndless } from './http.ts'
import { isMalformed, refusal, statusOf } from './malformed.ts'

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
  readonly ending?: EndingTimes
}

export interface ServerHandlers {
  request(request: ClientRequest, response: ClientResponse): void
  /** Also `CONNECT`, which nothing may come of. */
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
    options.ending ?? ENDING_TIMES,
  )
  await opened.listen(options)
  return opened
}

class Server implements GateServer {
  readonly #server: Http2SecureServer
  readonly #ending: EndingTimes
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #sockets = new Set<Socket>()
  /** Connections of HTTP/1.1, and the answers that each is owed. */
  readonly #plain = new Map<Duplex, Set<ClientResponse>>()
  /** Those on which nothing is taken any more, and what they are told behind what they are owed. */
  readonly #refused = new WeakMap<Duplex, string>()
  #isDraining = false

  constructor(
    server: Http2SecureServer,
    handlers: ServerHandlers,
    places: ConnectionPlaces,
    ending: EndingTimes,
  ) {
    this.#server = server
    this.#ending = ending
    const failed = (error: Error) => handlers.clientError?.(error)
    server.on('request', (request: ClientRequest, response: ClientResponse) => {
      if (request.stream === undefined) {
        const { socket } = request
        // Sent ahead behind what has been refused: nobody would be told what came of it.
        if (this.#refused.has(socket)) return
        if (isMalformed(request)) return this.#refuse(socket, 400)
        this.#owe(socket, response)
      }
      handlers.request(request, response)
    })
    const left = (request: IncomingMessage, socket: Duplex, first: Buffer) => {
      if (this.#refused.has(socket)) return
      const owed = this.#plain.get(socket)
      // With answers still owed, it would be answered before them.
      if (isMalformed(request) || (owed !== undefined && owed.size > 0)) {
        attend(socket, owed ?? new Set())
        return this.#refuse(socket, 400)
      }
      this.#plain.delete(socket)
      handlers.upgrade(request, socket, first)
    }
    server.on('upgrade', left)
    server.on('connect', (request, to: Duplex | ClientResponse, first?: Buffer) => {
      // Over HTTP/2 it is a stream as any other.
      if (request.stream === undefined) left(request, to as Duplex, first ?? Buffer.alloc(0))
      else handlers.request(request, to as ClientResponse)
    })
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
      this.#refuse(socket, statusOf(error))
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
      const last = this.#refused.get(socket)
      if (last !== undefined && owed?.size === 0) this.#end(socket, last)
      if (this.#isDraining && owed?.size === 0) endSoon(socket)
    })
  }

  /** A client that speaks no proper HTTP is told so, behind the answers that it is owed and not in the middle of one. */
  #refuse(socket: Duplex, status: Parameters<typeof refusal>[0]): void {
    if (this.#refused.has(socket)) return
    const last = refusal(status)
    this.#refused.set(socket, last)
    const owed = [...(this.#plain.get(socket) ?? [])]
    const [first, ...others] = owed
    // It is the body of the one request that is at fault.
    const isItsAnswer = others.length === 0 && first?.headersSent === false && !first.req.complete
    if (first === undefined || isItsAnswer) this.#end(socket, last)
    else if (owed.some((each) => isEndless(each) && !each.writableEnded)) this.#end(socket)
  }

  #end(socket: Duplex, last?: string): void {
    endConnection(socket, 'refused', this.#ending, last)
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

/**
 * Node.js lets go of a connection before it tells of an upgrade. The answers still owed on it have to be told by somebody
 * else that there is room again, and those whose turn is still to come that the client has gone.
 */
function attend(socket: Duplex, owed: ReadonlySet<ClientResponse>): void {
  socket
    .on('error', () => socket.destroy())
    .on('drain', () => {
      for (const each of owed) if (each.socket === socket) each.emit('drain')
    })
    .once('close', () => {
      for (const each of owed) each.destroy()
    })
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
