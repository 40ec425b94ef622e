import { AnswerError } from '../answer-error.ts'
import type { UpstreamFlow, UpstreamReceiver, UpstreamRequest } from '../upstream.ts'
import { readAnswerHead } from './answer-head.ts'

/**
 * What a server may send on a stream before it is told to go on: so much of a watch is held in memory at most where its
 * client does not keep up.
 */
export const STREAM_WINDOW = 128 * 1024

/** The connection that a stream is on. */
export interface StreamCarrier {
  /** The server may send so much more on it. */
  grant(stream: number, bytes: number): void
  /** Nothing more is wanted of it. */
  cancel(stream: number): void
}

/** Who looks after what becomes of a request, besides its receiver. */
export interface StreamOwner {
  onUnauthorized(): void
  /** The server has done nothing for it, or nothing that was heard of: it has to be sent in another way. */
  onUnanswered(stream: Stream): void
}

/** A request without a body, and its answer, on a connection that others share. */
export class Stream implements UpstreamFlow {
  readonly request: UpstreamRequest
  readonly receiver: UpstreamReceiver
  readonly #owner: StreamOwner
  #carrier: StreamCarrier | undefined
  #id = 0
  #hasHead = false
  #isOver = false
  #isPaused = false
  /** Of the body, where its length is known. */
  #left: number | undefined
  /** What the server may still send. */
  #window = STREAM_WINDOW
  /** Reused: only valid during a call. */
  readonly #parts: Buffer[] = []

  constructor(request: UpstreamRequest, receiver: UpstreamReceiver, owner: StreamOwner) {
    this.request = request
    this.receiver = receiver
    this.#owner = owner
  }

  get isOver(): boolean {
    return this.#isOver
  }

  sentOn(carrier: StreamCarrier, id: number): void {
    this.#carrier = carrier
    this.#id = id
  }

  /** The receiver is told nothing more. */
  abort(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#carrier?.cancel(this.#id)
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    if (!this.#isOver) this.#grant()
  }

  /** @throws Error where it is no answer, or where it cannot be handed on */
  headers(block: readonly string[], isEnd: boolean): void {
    if (this.#hasHead) {
      // The trailer is dropped: an intermediary may.
      if (!isEnd) throw new AnswerError('an answer with two heads')
      this.#end()
      return
    }
    const { status, headers, length } = readAnswerHead(block)
    if (status < 200) {
      if (isEnd) throw new AnswerError('an answer that breaks off')
      return
    }
    this.#hasHead = true
    // "A response to the HEAD method, or a 204 or 304 response" may announce a length and have no body.
    this.#left = status === 204 || status === 304 ? 0 : length
    if (status === 401) this.#owner.onUnauthorized()
    if (!this.#isOver) this.receiver.head(status, headers, this)
    if (isEnd) this.#end()
  }

  /**
   * @param part - only valid during the call
   * @param length - what it counts in flow control
   * @throws Error where it is no part of the answer
   */
  data(part: Buffer, length: number, isEnd: boolean): void {
    this.#window -= length
    if (this.#window < 0) throw new AnswerError('more than it was allowed to')
    if (!this.#hasHead) throw new AnswerError('a body before its head')
    if (this.#left !== undefined) {
      this.#left -= part.length
      if (this.#left < 0) throw new AnswerError('more than an answer')
    }
    if (part.length > 0) this.#handOn(part)
    if (isEnd) this.#end()
    else if (!this.#isPaused) this.#grant()
  }

  /** @param isUnheard - the server has done nothing for it, or the connection broke */
  fail(error: Error, isUnheard: boolean): void {
    if (this.#isOver) return
    this.#isOver = true
    if (isUnheard && !this.#hasHead) this.#owner.onUnanswered(this)
    else this.receiver.failed(error)
  }

  #handOn(part: Buffer): void {
    if (this.#isOver) return
    this.#parts[0] = part
    if (this.receiver.lend?.(this.#parts) !== true) this.receiver.data(Buffer.from(part))
  }

  #end(): void {
    if (this.#left !== undefined && this.#left !== 0) throw new AnswerError('an answer that breaks off')
    if (this.#isOver) return
    this.#isOver = true
    this.receiver.end(undefined)
  }

  /** Not for every piece: half of it at once. */
  #grant(): void {
    const bytes = STREAM_WINDOW - this.#window
    if (bytes < STREAM_WINDOW / 2) return
    this.#window = STREAM_WINDOW
    this.#carrier?.grant(this.#id, bytes)
  }
}
