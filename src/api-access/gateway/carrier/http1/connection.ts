import type { Socket } from 'node:net'
import { asError } from '../../../../messages/index.ts'
import { type Endpoint, openSocket } from '../endpoint.ts'
import type { UpstreamFlow, UpstreamReceiver, UpstreamRequest } from '../upstream.ts'
import type { AnswerHead } from './answer-head.ts'
import { AnswerReader } from './answer-reader.ts'
import { announcedLength, requestHead } from './request-bytes.ts'
import { sendStreamed } from './streamed-body.ts'

/** The answer did not begin in time. */
class UpstreamTimeout extends Error {
  readonly code = 'ERR_UPSTREAM_TIMEOUT'
}

/** The connection ended, or broke. */
export class ConnectionEnded extends Error {
  readonly code = 'ERR_UPSTREAM_CONNECTION'
}

export interface ConnectionOwner {
  /** The answer is whole, and the connection may carry another request. */
  free(connection: Connection): void
  gone(connection: Connection): void
}

const CONNECT_MILLISECONDS = 10_000
/** The API server keeps idle connections for longer. */
const IDLE_MILLISECONDS = 60_000

/** A connection to the API server: one request at a time. */
export class Connection implements UpstreamFlow {
  readonly #owner: ConnectionOwner
  readonly #host: string
  readonly #socket: Socket
  #receiver: UpstreamReceiver | undefined
  #reader: AnswerReader | undefined
  #letGo: (() => void) | undefined
  #isSending = false
  #isPaused = false
  #isKept = false
  /** Of the body, in the piece that is being read. */
  #parts: Buffer[] = []
  #hasEnded = false
  #error: Error | undefined
  /** Whether a byte of the present answer has come. */
  hasAnswer = false
  /** Whether it has carried a request before the present one. */
  isUsed = false
  /** In milliseconds of `performance.now()`, as are the next two. */
  readonly #openBy = performance.now() + CONNECT_MILLISECONDS
  #idleSince = 0
  /** 0: whenever it comes. */
  #answerBy = 0

  constructor(endpoint: Endpoint, owner: ConnectionOwner) {
    this.#owner = owner
    this.#host = endpoint.url.host
    this.#socket = openSocket(endpoint, (data) => {
      this.#read(data)
      return !this.#isPaused
    })
    this.#socket
      .on('error', (error) => {
        this.#error ??= error
      })
      .on('close', () => this.#closed())
  }

  /** Gives up what takes too long. @param now - of `performance.now()` */
  check(now: number): void {
    const isConnecting =
      this.#socket.connecting ||
      ('secureConnecting' in this.#socket && this.#socket.secureConnecting === true)
    if (isConnecting) {
      if (now > this.#openBy) this.destroy(new ConnectionEnded('the API server takes no connection'))
    } else if (this.#receiver === undefined) {
      if (now > this.#idleSince + IDLE_MILLISECONDS) this.destroy()
    } else if (this.#answerBy !== 0 && now > this.#answerBy)
      this.destroy(new UpstreamTimeout('the API server did not answer in time'))
  }

  /** @throws Error for what cannot be sent */
  send(request: UpstreamRequest, receiver: UpstreamReceiver): void {
    const head = requestHead(request, this.#host)
    const { body } = request
    this.#receiver = receiver
    this.#answerBy = request.timeout === 0 ? 0 : performance.now() + request.timeout
    this.hasAnswer = false
    this.#hasEnded = false
    this.#reader = new AnswerReader(request.method, {
      head: (answer) => this.#head(answer),
      data: (data) => this.#parts.push(data),
      end: () => {
        this.#hasEnded = true
      },
    })
    if (body === undefined) this.#socket.write(head, 'latin1')
    else if (Buffer.isBuffer(body)) {
      this.#socket.cork()
      this.#socket.write(head, 'latin1')
      this.#socket.write(body)
      this.#socket.uncork()
    } else {
      this.#isSending = true
      this.#socket.write(head, 'latin1')
      this.#letGo = sendStreamed(body, this.#socket, announcedLength(request), (error) => {
        this.#isSending = false
        if (error !== undefined) this.destroy(error)
      })
    }
  }

  destroy(error?: Error): void {
    this.#error ??= error
    this.#socket.destroy()
  }

  /** After what is being read, or read next: to ask at once would cost a call of the system more. */
  pause(): void {
    this.#isPaused = true
  }

  hold(): void {
    this.pause()
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#socket.resume()
  }

  #head({ status, headers, isKept }: AnswerHead): void {
    this.#isKept = isKept
    this.#answerBy = 0
    this.#receiver?.head(status, headers, this)
  }

  #read(data: Buffer): void {
    // Nobody asked for anything.
    if (this.#reader === undefined) this.destroy()
    else {
      this.hasAnswer = true
      try {
        this.#reader.read(data)
        if (!this.#hasEnded && this.#parts.length > 0) this.#handOn()
      } catch (error) {
        this.#isKept = false
        if (!this.#hasEnded) this.#fail(error)
      }
      if (this.#hasEnded) this.#finish(this.#body())
    }
  }

  #handOn(): void {
    if (this.#receiver?.lend?.(this.#parts) === true) this.#parts = []
    else {
      const body = this.#body()
      if (body !== undefined) this.#receiver?.data(body)
    }
  }

  /** What a piece held of the body, however it was cut into chunks: the buffer that it came in is another's at once. */
  #body(): Buffer | undefined {
    const parts = this.#parts
    const [only] = parts
    if (only === undefined) return undefined
    this.#parts = []
    return parts.length === 1 ? Buffer.from(only) : Buffer.concat(parts)
  }

  #finish(last?: Buffer): void {
    const receiver = this.#receiver
    this.#forget()
    // A server that has said all before it has heard all may take the rest for another request.
    const isFree = this.#isKept && !this.#isSending && !this.#socket.destroyed
    if (isFree) {
      this.isUsed = true
      this.#idleSince = performance.now()
      this.resume()
      this.#owner.free(this)
    } else this.destroy()
    receiver?.end(last)
  }

  #forget(): void {
    this.#letGo?.()
    this.#letGo = undefined
    this.#receiver = undefined
    this.#reader = undefined
    this.#parts = []
  }

  #fail(error: unknown): void {
    const receiver = this.#receiver
    this.#forget()
    this.destroy()
    receiver?.failed(asError(error))
  }

  #closed(): void {
    this.#owner.gone(this)
    const problem = this.#error ?? this.#breach()
    if (this.#reader === undefined) return
    if (problem === undefined) this.#finish()
    else this.#fail(problem)
  }

  /** @returns why the end of the connection is not the end of the answer */
  #breach(): Error | undefined {
    try {
      this.#reader?.close()
      return undefined
    } catch {
      return new ConnectionEnded('the API server closed the connection')
    }
  }
}
