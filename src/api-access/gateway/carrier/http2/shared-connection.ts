import type { Socket } from 'node:net'
import { asError } from '../../../../messages/index.ts'
import { AnswerError } from '../answer-error.ts'
import { type Endpoint, openSocket } from '../endpoint.ts'
import {
  ACK,
  CONTINUATION,
  END_HEADERS,
  END_STREAM,
  type Frame,
  FrameReader,
  type FrameReceiver,
  frameOf,
  GOAWAY,
  HEADERS,
  headerFrames,
  numberFrame,
  PING,
  PUSH_PROMISE,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
} from './frames.ts'
import { readHeaderBlock } from './header-block.ts'
import { requestBlock } from './request-block.ts'
import { STREAM_WINDOW, type Stream, type StreamCarrier } from './stream.ts'

/** The server speaks no HTTP/2. */
export class NoHttp2 extends Error {}

/** The connection, or what was asked on it, came to no answer. */
class Ended extends Error {
  readonly code = 'ERR_UPSTREAM_CONNECTION'
}

export interface SharedConnectionOwner {
  /** Streams can be opened on it: for the first time, or again. */
  onRoom(connection: SharedConnection): void
  onGone(connection: SharedConnection, error: Error | undefined): void
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
/** Numbers of settings: how much of headers is remembered, whether the server may push, streams, their window, headers. */
const [TABLE_SIZE, ENABLE_PUSH, MOST_STREAMS, WINDOW, HEADER_BYTES] = [1, 2, 3, 4, 6]
const MOST_HEADER_BYTES = 64 * 1024
/** "It is recommended that this value be no smaller than 100": more than so many would break at once with one connection. */
const STREAMS = 250
const DEFAULT_WINDOW = 65_535
/** Given back at once: what is held back is so by the stream, so that no watch keeps back another. */
const CONNECTION_WINDOW = 16 * 1024 * 1024
/** Answers to the server that it does not read. */
const MOST_UNREAD = 1024 * 1024
const LAST_STREAM = 0x7fffffff
const CANCEL = 8
const REFUSED_STREAM = 7
/** Seconds: until a connection can be used; after the last stream; without a word before it is asked, and given up. */
const [OPEN_BY, IDLE_FOR, PING_AFTER, GONE_AFTER] = [5, 60, 30, 45]

/**
 * A connection to the API server that watches share (HTTP/2, RFC 9113), of which the gate needs this much: requests
 * without a body. A change that many watch comes in few pieces then, and a watch needs no connection of its own.
 */
export class SharedConnection implements StreamCarrier, FrameReceiver {
  readonly #owner: SharedConnectionOwner
  readonly #host: string
  readonly #socket: Socket
  readonly #reader = new FrameReader(this)
  readonly #streams = new Map<number, Stream>()
  #nextStream = 1
  /** Of the server's choice; 0 until it has made one. */
  #most = 0
  #isRetired = false
  /** What the server may still send. */
  #window = CONNECTION_WINDOW
  /** Headers that have not come whole. */
  #block: { readonly stream: number; readonly isEnd: boolean; readonly parts: Buffer[] } | undefined
  #error: Error | undefined
  /** In seconds. */
  #age = 0
  #silence = 0
  #idleness = 0

  constructor(endpoint: Endpoint, owner: SharedConnectionOwner) {
    this.#owner = owner
    this.#host = endpoint.url.host
    this.#socket = openSocket(endpoint, (data) => this.#read(data), ['h2', 'http/1.1'])
      .on('secureConnect', () => this.#greet())
      .on('error', (error) => {
        this.#error ??= error
      })
      .on('close', () => this.#closed())
  }

  get hasRoom(): boolean {
    return !this.#isRetired && this.#streams.size < this.#most && !this.#socket.destroyed
  }

  /** @throws Error for what cannot be sent */
  open(stream: Stream): void {
    const block = requestBlock(stream.request, this.#host)
    const id = this.#nextStream
    this.#nextStream += 2
    // Numbers are used once.
    if (this.#nextStream > LAST_STREAM) this.#isRetired = true
    this.#streams.set(id, stream)
    stream.sentOn(this, id)
    this.#write(headerFrames(id, block))
  }

  /** No new streams; the last one ends it. */
  retire(): void {
    this.#isRetired = true
    if (this.#streams.size === 0) this.#socket.end()
  }

  destroy(error?: Error): void {
    this.#error ??= error
    this.#socket.destroy()
  }

  /** To be called once a second. */
  check(): void {
    this.#age += 1
    this.#silence += 1
    this.#idleness = this.#streams.size === 0 ? this.#idleness + 1 : 0
    if (this.#most === 0) {
      if (this.#age > OPEN_BY) this.destroy(new Ended('the API server takes no connection'))
    } else if (this.#idleness > IDLE_FOR) this.destroy()
    else if (this.#silence > GONE_AFTER) this.destroy(new Ended('the API server is silent'))
    else if (this.#silence === PING_AFTER) this.#write(frameOf(PING, 0, 0, Buffer.alloc(8)))
  }

  grant(stream: number, bytes: number): void {
    this.#write(numberFrame(WINDOW_UPDATE, stream, bytes))
  }

  cancel(stream: number): void {
    if (!this.#streams.delete(stream)) return
    this.#write(numberFrame(RST_STREAM, stream, CANCEL))
    this.#freed()
  }

  frame(frame: Frame): void {
    const { type, flags, stream, payload } = frame
    if (this.#most === 0 && type !== SETTINGS) throw new AnswerError('no settings')
    if (this.#block !== undefined && type !== CONTINUATION) throw new AnswerError('headers that break off')
    if (type === HEADERS) this.#begin(stream, payload, flags)
    else if (type === CONTINUATION) this.#continue(frame)
    else if (type === RST_STREAM) this.#reset(stream, numberIn(frame, 0, 4))
    else if (type === SETTINGS) this.#settings(frame)
    else if (type === PING) this.#pinged(frame)
    else if (type === GOAWAY) this.#goAway(frame)
    else if (type === PUSH_PROMISE) throw new AnswerError('what nobody asked for')
    // Nothing is sent that would need a window, nothing is ranked, and "unknown types MUST be ignored".
  }

  data(id: number, part: Buffer, length: number, isEnd: boolean): void {
    if (this.#block !== undefined) throw new AnswerError('headers that break off')
    this.#window -= length
    if (this.#window < 0) throw new AnswerError('more than it was allowed to')
    if (this.#window < CONNECTION_WINDOW / 2) {
      this.grant(0, CONNECTION_WINDOW - this.#window)
      this.#window = CONNECTION_WINDOW
    }
    const stream = this.#streamOf(id)
    if (stream === undefined) return
    this.#tell(id, stream, () => stream.data(part, length, isEnd))
  }

  #greet(): void {
    if (!('alpnProtocol' in this.#socket) || this.#socket.alpnProtocol !== 'h2') {
      this.destroy(new NoHttp2('the API server speaks no HTTP/2'))
      return
    }
    const settings = [
      [TABLE_SIZE, 0],
      [ENABLE_PUSH, 0],
      [WINDOW, STREAM_WINDOW],
      [HEADER_BYTES, MOST_HEADER_BYTES],
    ].map(([name = 0, value = 0]) => {
      const setting = Buffer.allocUnsafe(6)
      setting.writeUInt16BE(name)
      setting.writeUInt32BE(value, 2)
      return setting
    })
    const window = numberFrame(WINDOW_UPDATE, 0, CONNECTION_WINDOW - DEFAULT_WINDOW)
    this.#write(Buffer.concat([PREFACE, frameOf(SETTINGS, 0, 0, Buffer.concat(settings)), window]))
  }

  #read(data: Buffer): boolean {
    this.#silence = 0
    try {
      this.#reader.read(data)
    } catch (error) {
      this.destroy(asError(error))
    }
    return true
  }

  #write(frames: Buffer): void {
    if (this.#socket.destroyed) return
    this.#socket.write(frames)
    if (this.#socket.writableLength > MOST_UNREAD) this.destroy(new Ended('the API server reads nothing'))
  }

  #begin(stream: number, payload: Buffer, flags: number): void {
    const isEnd = (flags & END_STREAM) !== 0
    if ((flags & END_HEADERS) !== 0) this.#headers(stream, payload, isEnd)
    else this.#block = { stream, isEnd, parts: [Buffer.from(payload)] }
  }

  #continue({ stream, flags, payload }: Frame): void {
    const block = this.#block
    if (block?.stream !== stream) throw new AnswerError('headers without a beginning')
    block.parts.push(Buffer.from(payload))
    const bytes = block.parts.reduce((sum, part) => sum + part.length, 0)
    if (bytes > MOST_HEADER_BYTES || block.parts.length > 100)
      throw new AnswerError('an answer whose head is too long')
    if ((flags & END_HEADERS) === 0) return
    this.#block = undefined
    this.#headers(stream, Buffer.concat(block.parts), block.isEnd)
  }

  #headers(id: number, block: Buffer, isEnd: boolean): void {
    const stream = this.#streamOf(id)
    // Nothing of it has to be remembered for those that follow.
    if (stream !== undefined) this.#tell(id, stream, () => stream.headers(readHeaderBlock(block), isEnd))
  }

  /** @returns undefined for one that is over @throws AnswerError for one that was never opened */
  #streamOf(id: number): Stream | undefined {
    const stream = this.#streams.get(id)
    if (stream === undefined && (id % 2 === 0 || id >= this.#nextStream))
      throw new AnswerError('an answer that nobody asked for')
    return stream
  }

  /** What is wrong with one answer is no matter of the others'. */
  #tell(id: number, stream: Stream, tell: () => void): void {
    try {
      tell()
      if (stream.isOver && this.#streams.delete(id)) this.#freed()
    } catch (error) {
      this.cancel(id)
      stream.fail(asError(error), false)
    }
  }

  #reset(id: number, code: number): void {
    const stream = this.#streamOf(id)
    if (stream === undefined) return
    this.#streams.delete(id)
    stream.fail(new Ended('the API server broke off'), code === REFUSED_STREAM)
    this.#freed()
  }

  #settings(frame: Frame): void {
    const { stream, flags, payload } = frame
    const isAck = (flags & ACK) !== 0
    if (stream !== 0 || payload.length % 6 !== 0 || (isAck && payload.length > 0))
      throw new AnswerError('settings that are none')
    if (isAck) return
    const isFirst = this.#most === 0
    if (isFirst) this.#most = STREAMS
    for (let at = 0; at < payload.length; at += 6)
      if (payload.readUInt16BE(at) === MOST_STREAMS)
        this.#most = Math.min(STREAMS, payload.readUInt32BE(at + 2))
    this.#write(frameOf(SETTINGS, ACK, 0, Buffer.alloc(0)))
    // One that takes no streams is as one that speaks another language.
    if (isFirst && this.#most === 0) throw new NoHttp2('the API server takes no requests by HTTP/2')
    this.#most ||= 1
    this.#owner.onRoom(this)
  }

  #pinged({ stream, flags, payload }: Frame): void {
    if (stream !== 0 || payload.length !== 8) throw new AnswerError('a ping that is none')
    if ((flags & ACK) === 0) this.#write(frameOf(PING, ACK, 0, payload))
  }

  #goAway(frame: Frame): void {
    const last = numberIn(frame, 0, 8) & LAST_STREAM
    this.#isRetired = true
    for (const [id, stream] of this.#streams) {
      if (id <= last) continue
      // "… can be retried safely using a new connection".
      this.#streams.delete(id)
      stream.fail(new Ended('the API server goes'), true)
    }
    this.#freed()
  }

  #freed(): void {
    if (this.#isRetired) this.retire()
    else this.#owner.onRoom(this)
  }

  #closed(): void {
    const error = this.#error
    this.#isRetired = true
    this.#owner.onGone(this, error)
    const ended = error ?? new Ended('the API server closed the connection')
    const streams = [...this.#streams.values()]
    this.#streams.clear()
    for (const stream of streams) stream.fail(ended, !(error instanceof AnswerError))
  }
}

/** @param least - bytes that the frame has @throws AnswerError */
function numberIn({ payload }: Frame, at: number, least: number): number {
  if (payload.length < least) throw new AnswerError('a frame that is too short')
  return payload.readUInt32BE(at)
}
