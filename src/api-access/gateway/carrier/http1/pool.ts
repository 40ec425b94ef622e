import { asError } from '../../../../messages/index.ts'
import type { Endpoint } from '../endpoint.ts'
import type { UpstreamFlow, UpstreamReceiver, UpstreamRequest } from '../upstream.ts'
import { Connection, ConnectionEnded } from './connection.ts'

export interface PoolOptions extends Omit<Endpoint, 'session'> {
  /** Connections at a time; requests that find none wait. */
  readonly connections: number
  /** The API server does not accept the credential. */
  readonly onUnauthorized: () => void
}

/** How often what takes too long is looked for: a timer for each request would cost more than its own work here. */
const CHECK_MILLISECONDS = 250

/** How a connection that is closed at the other end shows when it is written to. */
const RESET = new Set(['ECONNRESET', 'EPIPE'])

/** Connections to one API server that stay open between requests. */
export class ConnectionPool {
  /** For a connection that leaves HTTP, and is none of these. */
  readonly endpoint: Endpoint
  readonly #most: number
  readonly onUnauthorized: () => void
  readonly #all = new Set<Connection>()
  /** The last one used is used next, so that those too many become old. */
  readonly #idle: Connection[] = []
  readonly #waiting: Call[] = []
  readonly #timer: NodeJS.Timeout
  #isClosed = false

  constructor({ url, tls, secureContext, connections, onUnauthorized }: PoolOptions) {
    this.onUnauthorized = onUnauthorized
    this.endpoint = { url, tls, secureContext, session: undefined }
    this.#most = connections
    this.#timer = setInterval(() => {
      const now = performance.now()
      for (const connection of this.#all) connection.check(now)
    }, CHECK_MILLISECONDS)
    this.#timer.unref()
  }

  /** @returns ends the request; its receiver is told nothing more */
  send(request: UpstreamRequest, receiver: UpstreamReceiver): () => void {
    const call = new Call(this, request, receiver)
    this.begin(call)
    return () => call.abort()
  }

  /** No new requests; those under way end on their connections. */
  close(): void {
    this.#isClosed = true
    for (const connection of this.#idle.splice(0)) connection.destroy()
    this.#endIfEmpty()
  }

  destroy(): void {
    this.close()
    const closing = new Error('the gate closes')
    for (const call of this.#waiting.splice(0)) call.failed(closing)
    for (const connection of this.#all) connection.destroy(closing)
  }

  begin(call: Call): void {
    const connection = this.#idle.pop() ?? (this.#all.size < this.#most ? this.#open() : undefined)
    if (connection === undefined) this.#waiting.push(call)
    else call.start(connection)
  }

  free(connection: Connection): void {
    const next = this.#nextWaiting()
    if (next !== undefined) next.start(connection)
    else if (this.#isClosed) connection.destroy()
    else this.#idle.push(connection)
  }

  gone(connection: Connection): void {
    this.#all.delete(connection)
    const index = this.#idle.indexOf(connection)
    if (index >= 0) this.#idle.splice(index, 1)
    const next = this.#nextWaiting()
    if (next !== undefined) this.begin(next)
    this.#endIfEmpty()
  }

  #open(): Connection {
    const connection = new Connection(this.endpoint, this)
    this.#all.add(connection)
    return connection
  }

  #nextWaiting(): Call | undefined {
    let next = this.#waiting.shift()
    while (next?.isOver) next = this.#waiting.shift()
    return next
  }

  #endIfEmpty(): void {
    if (this.#isClosed && this.#all.size === 0) clearInterval(this.#timer)
  }
}

/** A request under way. */
class Call implements UpstreamReceiver {
  readonly #pool: ConnectionPool
  readonly #request: UpstreamRequest
  readonly #receiver: UpstreamReceiver
  #connection: Connection | undefined
  #isRetried = false
  isOver = false

  constructor(pool: ConnectionPool, request: UpstreamRequest, receiver: UpstreamReceiver) {
    this.#pool = pool
    this.#request = request
    this.#receiver = receiver
  }

  start(connection: Connection): void {
    this.#connection = connection
    try {
      connection.send(this.#request, this)
    } catch (error) {
      connection.destroy()
      this.failed(asError(error))
    }
  }

  abort(): void {
    if (this.isOver) return
    this.isOver = true
    this.#connection?.destroy()
  }

  head(status: number, headers: string[], flow: UpstreamFlow): void {
    if (status === 401) this.#pool.onUnauthorized()
    if (!this.isOver) this.#receiver.head(status, headers, flow)
  }

  lend(parts: readonly Buffer[]): boolean {
    return this.isOver || this.#receiver.lend?.(parts) === true
  }

  data(data: Buffer): void {
    if (!this.isOver) this.#receiver.data(data)
  }

  end(last: Buffer | undefined): void {
    if (this.isOver) return
    this.isOver = true
    this.#receiver.end(last)
  }

  failed(error: Error): void {
    if (this.isOver) return
    if (this.#mayRetry(error)) {
      this.#isRetried = true
      this.#pool.begin(this)
      return
    }
    this.isOver = true
    this.#receiver.failed(error)
  }

  /** A connection that the server closed just as the request left is tried again where that is harmless. */
  #mayRetry(error: Error): boolean {
    const connection = this.#connection
    const { method } = this.#request
    const isRead = method === 'GET' || method === 'HEAD'
    const isBroken = error instanceof ConnectionEnded || ('code' in error && RESET.has(String(error.code)))
    if (connection === undefined || this.#isRetried || !isRead || !isBroken) return false
    return connection.isUsed && !connection.hasAnswer
  }
}
