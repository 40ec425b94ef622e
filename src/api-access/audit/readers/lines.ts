import { isAscii, isUtf8 } from 'node:buffer'

/** One line without its end, or the place of one that was too long to be kept. */
export type Line = TextLine | TooLongLine

export interface TextLine {
  readonly text: string
  readonly number: number
  readonly offset: number
  readonly bytes: number
  /** 0, or the first byte (from 1) that is not valid UTF-8. */
  readonly invalidByte: number
  /** False for a last line without its line end. */
  readonly finished: boolean
}

export interface TooLongLine {
  readonly tooLong: true
  readonly number: number
  readonly offset: number
  readonly bytes: number
}

const NEWLINE = 10

/**
 * Cuts a stream of bytes into lines and never holds more than one chunk and `limit` bytes: of a line that is longer,
 * only its place and size are told.
 *
 * @param limit - bytes of the longest line
 */
export class LineSplitter {
  readonly #limit: number
  /** What came of a line whose end has not come yet. */
  #rest: Buffer[] = []
  #restBytes = 0
  #isSkipping = false
  #number = 1
  #offset = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes from the beginning of the source to the beginning of the line that is not complete yet. */
  get offset(): number {
    return this.#offset
  }

  /** @param chunk - may be reused by the caller afterwards */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = []
    const start = this.#isSkipping ? this.#endSkipped(chunk, lines) : 0
    const end = chunk.lastIndexOf(NEWLINE)
    if (end < start) {
      this.#keep(chunk.subarray(start))
      return lines
    }
    const whole = chunk.subarray(start, end)
    this.#cut(this.#restBytes === 0 ? whole : Buffer.concat([...this.#rest, whole]), lines)
    this.#rest = []
    this.#restBytes = 0
    this.#keep(chunk.subarray(end + 1))
    return lines
  }

  /** The last line, where it has no end. */
  finish(): Line[] {
    const place = { number: this.#number, offset: this.#offset, bytes: this.#restBytes }
    if (this.#isSkipping) return [{ tooLong: true, ...place }]
    if (this.#restBytes === 0) return []
    return [{ ...this.#line(Buffer.concat(this.#rest)), finished: false }]
  }

  #endSkipped(chunk: Buffer, lines: Line[]): number {
    const end = chunk.indexOf(NEWLINE)
    if (end < 0) return chunk.length + this.#skip(chunk.length)
    const bytes = this.#restBytes + end
    lines.push({ tooLong: true, number: this.#number, offset: this.#offset, bytes })
    this.#advance(bytes)
    this.#isSkipping = false
    this.#restBytes = 0
    return end + 1
  }

  #skip(bytes: number): 0 {
    this.#restBytes += bytes
    return 0
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return
    this.#restBytes += piece.length
    if (this.#isSkipping) return
    if (this.#restBytes > this.#limit) {
      this.#isSkipping = true
      this.#rest = []
    } else this.#rest.push(Buffer.from(piece))
  }

  #advance(bytes: number): void {
    this.#number += 1
    this.#offset += bytes + 1
  }

  /** Decoding many lines at once and cutting the text is faster than decoding each. */
  #cut(block: Buffer, lines: Line[]): void {
    const ascii = isAscii(block)
    if (!ascii && !isUtf8(block)) {
      this.#cutBytes(block, lines)
      return
    }
    const text = block.toString(ascii ? 'latin1' : 'utf8')
    for (let from = 0; from <= text.length; ) {
      const found = text.indexOf('\n', from)
      const to = found < 0 ? text.length : found
      const line = text.slice(from, to)
      this.#add(line, ascii ? line.length : Buffer.byteLength(line), 0, lines)
      from = to + 1
    }
  }

  #cutBytes(block: Buffer, lines: Line[]): void {
    for (let from = 0; from <= block.length; ) {
      const found = block.indexOf(NEWLINE, from)
      const to = found < 0 ? block.length : found
      const { text, bytes, invalidByte } = this.#line(block.subarray(from, to))
      this.#add(text, bytes, invalidByte, lines)
      from = to + 1
    }
  }

  #add(text: string, bytes: number, invalidByte: number, lines: Line[]): void {
    const place = { number: this.#number, offset: this.#offset, bytes }
    if (bytes > this.#limit) lines.push({ tooLong: true, ...place })
    else if (bytes > 0) lines.push({ text, ...place, invalidByte, finished: true })
    this.#advance(bytes)
  }

  #line(bytes: Buffer): TextLine {
    const text = bytes.toString('utf8')
    const invalidByte = isUtf8(bytes) ? 0 : firstInvalidByte(bytes, text)
    const place = { number: this.#number, offset: this.#offset, bytes: bytes.length }
    return { text, ...place, invalidByte, finished: true }
  }
}

const REPLACEMENT = Buffer.from('\ufffd')

/** Where decoding first had to put U+FFFD for something else. */
function firstInvalidByte(bytes: Buffer, text: string): number {
  let at = text.indexOf('\ufffd')
  let byte = 0
  for (let from = 0; at >= 0; from = at, at = text.indexOf('\ufffd', at + 1)) {
    byte += Buffer.byteLength(text.slice(from, at))
    if (!bytes.subarray(byte, byte + 3).equals(REPLACEMENT)) break
  }
  return byte + 1
}
