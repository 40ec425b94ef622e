import { AnswerError } from '../answer-error.ts'

/** "SETTINGS_MAX_FRAME_SIZE … The initial value is 2^14 (16,384) octets", and it is not raised. */
export const FRAME_BYTES = 16_384
const HEAD_BYTES = 9

/** Kinds of frames (RFC 9113, §6). */
export const DATA = 0
export const HEADERS = 1
export const RST_STREAM = 3
export const SETTINGS = 4
export const PUSH_PROMISE = 5
export const PING = 6
export const GOAWAY = 7
export const WINDOW_UPDATE = 8
export const CONTINUATION = 9

/** Flags. */
export const ACK = 1
export const END_STREAM = 1
export const END_HEADERS = 4
const PADDED = 8
const PRIORITY = 0x20

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  /** Without padding and priority; only valid during the call. */
  readonly payload: Buffer
}

export interface FrameReceiver {
  frame(frame: Frame): void
  /**
   * A part of a `DATA` frame, as it comes.
   *
   * @param part - only valid during the call
   * @param length - what it counts in flow control: with padding
   * @param isEnd - nothing more comes on the stream
   */
  data(stream: number, part: Buffer, length: number, isEnd: boolean): void
}

/** Reads frames from the pieces in which they come. */
export class FrameReader {
  readonly #receiver: FrameReceiver
  /** Of a frame that has not come whole: its head, and its payload unless it is handed on as it comes. */
  #begun: Buffer | undefined
  /** The `DATA` frame that is handed on, and what is still to come of it. */
  #stream = 0
  #left = 0
  #isEnd = false

  constructor(receiver: FrameReceiver) {
    this.#receiver = receiver
  }

  /**
   * @param piece - only valid during the call
   * @throws AnswerError; what came before has been handed on by then
   */
  read(piece: Buffer): void {
    let data = piece
    if (this.#begun !== undefined) {
      data = Buffer.concat([this.#begun, piece])
      this.#begun = undefined
    }
    let at = 0
    while (at < data.length) {
      const next = this.#left > 0 ? this.#handOn(data, at) : this.#next(data, at)
      if (next === at) {
        this.#begun = Buffer.from(data.subarray(at))
        return
      }
      at = next
    }
  }

  /** @returns where the next frame begins; `at` where this one has not come whole */
  #next(data: Buffer, at: number): number {
    const begin = at + HEAD_BYTES
    if (data.length < begin) return at
    const length = data.readUIntBE(at, 3)
    if (length > FRAME_BYTES) throw new AnswerError('a frame that is too long')
    const type = data[at + 3] as number
    const flags = data[at + 4] as number
    const stream = data.readUInt32BE(at + 5) & 0x7fffffff
    if (type === DATA && (flags & PADDED) === 0) {
      const isEnd = (flags & END_STREAM) !== 0
      if (length === 0) this.#receiver.data(stream, data.subarray(begin, begin), 0, isEnd)
      this.#stream = stream
      this.#left = length
      this.#isEnd = isEnd
      return begin
    }
    const end = begin + length
    if (data.length < end) return at
    const payload = withoutPadding(type, flags, data.subarray(begin, end))
    if (type === DATA) this.#receiver.data(stream, payload, length, (flags & END_STREAM) !== 0)
    else this.#receiver.frame({ type, flags, stream, payload })
    return end
  }

  #handOn(data: Buffer, at: number): number {
    const end = Math.min(data.length, at + this.#left)
    this.#left -= end - at
    this.#receiver.data(this.#stream, data.subarray(at, end), end - at, this.#isEnd && this.#left === 0)
    return end
  }
}

function withoutPadding(type: number, flags: number, payload: Buffer): Buffer {
  if (type !== DATA && type !== HEADERS) return payload
  let from = 0
  let to = payload.length
  if ((flags & PADDED) !== 0) {
    to -= payload[0] ?? 0
    from = 1
  }
  if (type === HEADERS && (flags & PRIORITY) !== 0) from += 5
  if (from > to) throw new AnswerError('a frame with more padding than it has room')
  return payload.subarray(from, to)
}

/** @param payload - at most as long as a frame may be */
export function frameOf(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + payload.length)
  frame.writeUIntBE(payload.length, 0, 3)
  frame[3] = type
  frame[4] = flags
  frame.writeUInt32BE(stream, 5)
  frame.set(payload, HEAD_BYTES)
  return frame
}

/** A frame with one number: an error, or how much more may be sent. */
export function numberFrame(type: number, stream: number, value: number): Buffer {
  const payload = Buffer.allocUnsafe(4)
  payload.writeUInt32BE(value)
  return frameOf(type, 0, stream, payload)
}

/** The head of a request without a body, in as many frames as it takes. */
export function headerFrames(stream: number, block: Buffer): Buffer {
  const frames: Buffer[] = []
  for (let at = 0; at === 0 || at < block.length; at += FRAME_BYTES) {
    const isLast = at + FRAME_BYTES >= block.length
    const flags = (at === 0 ? END_STREAM : 0) | (isLast ? END_HEADERS : 0)
    frames.push(
      frameOf(at === 0 ? HEADERS : CONTINUATION, flags, stream, block.subarray(at, at + FRAME_BYTES)),
    )
  }
  return Buffer.concat(frames)
}
