import { asError } from '../../../../messages/index.ts'
import { AnswerError } from '../answer-error.ts'
import type { Endpoint } from '../endpoint.ts'
import type { UpstreamReceiver, UpstreamRequest } from '../upstream.ts'
import { NoHttp2, SharedConnection, type SharedConnectionOwner } from './shared-connection.ts'
import { Stream, type StreamOwner } from './stream.ts'

export interface WatchPoolOptions extends Omit<Endpoint, 'session'> {
  /** The API server does not accept the credential. */
  readonly onUnauthorized: () => void
  /** Sends a request by HTTP/1.1. @returns ends it */
  readonly sendAlone: (request: UpstreamRequest, receiver: UpstreamReceiver) => () => void
}

const CHECK_MILLISECONDS = 1000
/** Until it is tried again: with a server that speaks no HTTP/2, and with one that could not be reached. */
const [OTHERWISE_SECONDS, UNREACHED_SECONDS] = [60, 5]

/**
 * Watches over few connections that they share. What cannot be sent on one (the API server speaks no HTTP/2, refuses more
 * streams, goes) is sent on a connection of its own, and what that leads to is told.
 */
export class WatchPool implements SharedConnectionOwner, StreamOwner {
  readonly #options: WatchPoolOptions
  readonly #endpoint: Endpoint
  readonly #all = new Set<SharedConnection>()
  readonly #waiting = new Set<Stream>()
  /** How those are ended that have gone another way. */
  readonly #alone = new WeakMap<Stream, () => void>()
  #opening: SharedConnection | undefined
  readonly #timer: NodeJS.Timeout
  /** Seconds that it is not tried. */
  #otherwise = 0
  #isClosed = false
  #isDestroyed = false

  constructor(options: WatchPoolOptions) {
    const { url, tls, secureContext } = options
    this.#options = options
    // Sessions are not those of HTTP/1.1.
    this.#endpoint = { url, tls, secureContext, session: undefined }
    this.#timer = setInterval(() => this.#check(), CHECK_MILLISECONDS)
    this.#timer.unref()
  }

  /**
   * @param request - without a body
   * @returns ends it; its receiver is told nothing more
   */
  send(request: UpstreamRequest, receiver: UpstreamReceiver): () => void {
    if (this.#otherwise > 0 || this.#isClosed || this.#endpoint.url.protocol !== 'https:')
      return this.#options.sendAlone(request, receiver)
    const stream = new Stream(request, receiver, this)
    const connection = this.#withRoom()
    if (connection === undefined) {
      this.#waiting.add(stream)
      this.#opening ??= this.#open()
    } else this.#start(connection, stream)
    return () => {
      this.#waiting.delete(stream)
      const end = this.#alone.get(stream)
      if (end === undefined) stream.abort()
      else end()
    }
  }

  /** No new watches; those that are open go on. */
  close(): void {
    this.#isClosed = true
    this.#sendWaitingAlone()
    for (const connection of this.#all) connection.retire()
    if (this.#all.size === 0) clearInterval(this.#timer)
  }

  destroy(): void {
    this.#isDestroyed = true
    this.close()
    for (const connection of this.#all) connection.destroy()
  }

  onUnauthorized(): void {
    this.#options.onUnauthorized()
  }

  onUnanswered(stream: Stream): void {
    if (this.#isDestroyed) stream.receiver.failed(new Error('the gate closes'))
    else this.#alone.set(stream, this.#options.sendAlone(stream.request, stream.receiver))
  }

  onRoom(connection: SharedConnection): void {
    if (connection === this.#opening) this.#opening = undefined
    for (const stream of this.#waiting) {
      if (!connection.hasRoom) break
      this.#waiting.delete(stream)
      this.#start(connection, stream)
    }
    if (this.#waiting.size > 0) this.#opening ??= this.#open()
  }

  onGone(connection: SharedConnection, error: Error | undefined): void {
    this.#all.delete(connection)
    if (connection === this.#opening) {
      this.#opening = undefined
      const isOther = error instanceof NoHttp2 || error instanceof AnswerError
      this.#otherwise = isOther ? OTHERWISE_SECONDS : UNREACHED_SECONDS
      this.#sendWaitingAlone()
    }
    if (this.#isClosed && this.#all.size === 0) clearInterval(this.#timer)
  }

  #check(): void {
    this.#otherwise -= 1
    for (const connection of this.#all) connection.check()
  }

  #open(): SharedConnection {
    const connection = new SharedConnection(this.#endpoint, this)
    this.#all.add(connection)
    return connection
  }

  #withRoom(): SharedConnection | undefined {
    for (const connection of this.#all) if (connection.hasRoom) return connection
    return undefined
  }

  #start(connection: SharedConnection, stream: Stream): void {
    try {
      connection.open(stream)
    } catch (error) {
      stream.fail(asError(error), false)
    }
  }

  #sendWaitingAlone(): void {
    for (const stream of this.#waiting) {
      this.#waiting.delete(stream)
      this.onUnanswered(stream)
    }
  }
}
