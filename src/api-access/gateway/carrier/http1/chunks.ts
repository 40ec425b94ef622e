import { AnswerError } from '../answer-error.ts'

/** A chunk's size with its extensions, or one line of the trailer. */
const LINE_BYTES = 4096
const TRAILER_LINES = 100
const PLAIN_DIGITS = 8
const [CARRIAGE_RETURN, LINE_FEED] = [13, 10]

/**
 * Reads a body in the chunked coding (RFC 9112, §7.1), however it is cut into pieces. The trailer is dropped: an
 * intermediary may, and the API server sends none.
 */
export class ChunkedBody {
  /** What is expected next. */
  #state: 'size' | 'data' | 'data-end' | 'trailer' | 'over' = 'size'
  /** Of the chunk, still to come. */
  #left = 0
  #line = ''
  #trailerLines = 0

  get isOver(): boolean {
    return this.#state === 'over'
  }

  /**
   * @param take - is handed the data, which are only valid while it runs
   * @returns how many bytes of the piece belong to the body
   * @throws AnswerError
   */
  read(piece: Buffer, take: (data: Buffer) => void): number {
    let at = 0
    while (at < piece.length && this.#state !== 'over') {
      if (this.#state === 'data') {
        const end = Math.min(piece.length, at + this.#left)
        take(piece.subarray(at, end))
        this.#left -= end - at
        at = end
        if (this.#left === 0) this.#state = 'data-end'
        continue
      }
      const next = this.#line === '' ? this.#plainLine(piece, at) : at
      if (next > at) {
        at = next
        continue
      }
      const feed = piece.indexOf(10, at)
      const end = feed < 0 ? piece.length : feed + 1
      this.#line += piece.toString('latin1', at, end)
      at = end
      if (this.#line.length > LINE_BYTES) throw new AnswerError('a chunk whose size is too long')
      if (feed >= 0) this.#endLine()
    }
    return at
  }

  /**
   * Nearly every line is whole and has nothing but what must be in it: then no text is made of it.
   *
   * @returns where the next begins; `from` where it is not so plain a line
   */
  #plainLine(piece: Buffer, from: number): number {
    let at = from
    let size = 0
    if (this.#state === 'size') {
      for (
        let digit = hexValue(piece[at]);
        digit >= 0 && at - from < PLAIN_DIGITS;
        digit = hexValue(piece[++at])
      )
        size = size * 16 + digit
      // The end of the body is read with its trailer.
      if (size === 0) return from
    } else if (this.#state !== 'data-end') return from
    if (piece[at] !== CARRIAGE_RETURN || piece[at + 1] !== LINE_FEED) return from
    this.#left = size
    this.#state = size === 0 ? 'size' : 'data'
    return at + 2
  }

  #endLine(): void {
    const line = this.#line
    this.#line = ''
    // A bare line feed ends a line for some and not for others.
    if (!line.endsWith('\r\n')) throw new AnswerError('a chunk without its end')
    if (this.#state === 'size') {
      const size = /^([0-9A-Fa-f]{1,12})(?:[ \t]*;[^\r\n]*)?\r\n$/.exec(line)
      if (size === null) throw new AnswerError('a chunk without its size')
      this.#left = Number.parseInt(size[1] as string, 16)
      this.#state = this.#left === 0 ? 'trailer' : 'data'
    } else if (this.#state === 'data-end') {
      if (line !== '\r\n') throw new AnswerError('a chunk longer than its size')
      this.#state = 'size'
    } else if (line === '\r\n') this.#state = 'over'
    else if (++this.#trailerLines > TRAILER_LINES) throw new AnswerError('a trailer without end')
  }
}

/** @returns -1 for what is no hexadecimal digit */
function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1
  if (byte >= 48 && byte <= 57) return byte - 48
  const upper = byte & ~32
  return upper >= 65 && upper <= 70 ? upper - 55 : -1
}
