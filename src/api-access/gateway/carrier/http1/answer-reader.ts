import { AnswerError } from '../answer-error.ts'
import { type AnswerHead, readAnswerHead } from './answer-head.ts'
import { ChunkedBody } from './chunks.ts'

/** Told of one answer as it is read. */
export interface AnswerReceiver {
  head(head: AnswerHead): void
  /** @param data - a part of the piece that is read */
  data(data: Buffer): void
  end(): void
  /**
   * The server switches to another protocol, and is read no further here. Absent: nobody asked for it.
   *
   * @param rest - what came behind the head
   */
  switched?(head: AnswerHead, rest: Buffer): void
}

const HEAD_BYTES = 64 * 1024
const END_OF_HEAD = Buffer.from('\r\n\r\n')

/** Reads one answer from the pieces in which it comes. */
export class AnswerReader {
  readonly #method: string
  readonly #receiver: AnswerReceiver
  /** Of a head that has not come whole. */
  #begun: Buffer | undefined
  #framing: number | 'chunked' | 'until-close' | undefined
  #chunked: ChunkedBody | undefined
  #isOver = false

  /** @param method - of the request */
  constructor(method: string, receiver: AnswerReceiver) {
    this.#method = method
    this.#receiver = receiver
  }

  /**
   * @param piece - only valid during the call
   * @throws AnswerError; what it says first of the answer has been handed on by then
   */
  read(piece: Buffer): void {
    let rest: Buffer | undefined = piece
    while (this.#framing === undefined) {
      rest = this.#readHead(rest)
      if (rest === undefined) return
    }
    if (rest.length > 0) this.#readBody(rest)
  }

  /** The connection has ended. @throws AnswerError where the answer has not */
  close(): void {
    if (this.#isOver) return
    if (this.#framing !== 'until-close') throw new AnswerError('an answer that breaks off')
    this.#end()
  }

  /** @returns what stands behind the head; undefined where it has not come whole */
  #readHead(piece: Buffer): Buffer | undefined {
    const data: Buffer = this.#begun === undefined ? piece : Buffer.concat([this.#begun, piece])
    const end = data.indexOf(END_OF_HEAD)
    if (end > HEAD_BYTES || (end < 0 && data.length > HEAD_BYTES))
      throw new AnswerError('an answer whose head is too long')
    if (end < 0) {
      this.#begun = Buffer.from(data)
      return undefined
    }
    this.#begun = undefined
    const head = readAnswerHead(data.toString('latin1', 0, end), this.#method)
    const rest = data.subarray(end + END_OF_HEAD.length)
    if (head.status === 101) {
      if (this.#receiver.switched === undefined)
        throw new AnswerError('a switch of protocols that nobody asked for')
      this.#isOver = true
      this.#receiver.switched(head, rest)
      return undefined
    }
    // "A client MUST be able to parse one or more 1xx responses received prior to a final response".
    if (head.status < 200) return rest
    this.#framing = head.framing
    if (head.framing === 'chunked') this.#chunked = new ChunkedBody()
    this.#receiver.head(head)
    if (head.framing === 0) {
      this.#end()
      if (rest.length > 0) throw new AnswerError('more than an answer')
    }
    return rest
  }

  #readBody(data: Buffer): void {
    const chunked = this.#chunked
    if (this.#isOver) throw new AnswerError('more than an answer')
    if (chunked !== undefined) {
      const read = chunked.read(data, (part) => this.#receiver.data(part))
      if (!chunked.isOver) return
      this.#end()
      if (read < data.length) throw new AnswerError('more than an answer')
    } else if (typeof this.#framing === 'number') {
      const own = data.length > this.#framing ? data.subarray(0, this.#framing) : data
      this.#framing -= own.length
      this.#receiver.data(own)
      if (this.#framing === 0) this.#end()
      if (own.length < data.length) throw new AnswerError('more than an answer')
    } else this.#receiver.data(data)
  }

  #end(): void {
    this.#isOver = true
    this.#receiver.end()
  }
}
