import type { ReportSink } from './reporter.ts'

const CHUNK_LENGTH = 64 * 1024
const SHORT = 24

/** A text as UTF-8, to be kept and written many times. */
export function utf8(text: string): Uint8Array {
  // Copied out of the pool that small buffers share, which would stay in memory whole.
  return new Uint8Array(Buffer.from(text))
}

/** Whether bytes begin with others. */
export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, index) => bytes[index] === byte)
}

/** Gathers what is written into chunks of about 64 KiB of UTF-8. */
export class Utf8Chunks implements ReportSink {
  readonly #consume: (chunk: Buffer) => void
  #chunk = Buffer.allocUnsafe(CHUNK_LENGTH)
  #length = 0

  /** @param consume - is given each full chunk, which is its own to keep */
  constructor(consume: (chunk: Buffer) => void) {
    this.#consume = consume
  }

  write(text: string): void {
    // One UTF-16 code unit is at most three bytes of UTF-8.
    const most = text.length * 3
    if (most > CHUNK_LENGTH - this.#length) {
      this.flush()
      if (most > CHUNK_LENGTH) {
        this.#consume(Buffer.from(text))
        return
      }
    }
    this.#length += this.#chunk.write(text, this.#length)
  }

  writeBytes(bytes: Uint8Array): void {
    const { length } = bytes
    if (length > CHUNK_LENGTH - this.#length) {
      this.flush()
      if (length > CHUNK_LENGTH) {
        this.#consume(Buffer.from(bytes))
        return
      }
    }
    const chunk = this.#chunk
    const start = this.#length
    // Calling into the runtime costs more than copying a few bytes.
    if (length > SHORT) chunk.set(bytes, start)
    else for (let index = 0; index < length; index++) chunk[start + index] = bytes[index] as number
    this.#length = start + length
  }

  writeNumber(number: number): void {
    if (CHUNK_LENGTH - this.#length < 20) this.flush()
    let digits = 1
    for (let limit = 10; number >= limit; limit *= 10) digits++
    let rest = number
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const quotient = Math.floor(rest / 10)
      this.#chunk[at] = 48 + rest - quotient * 10
      rest = quotient
    }
    this.#length += digits
  }

  /** Hands over what has been gathered so far. */
  flush(): void {
    if (this.#length === 0) return
    this.#consume(this.#chunk.subarray(0, this.#length))
    this.#chunk = Buffer.allocUnsafe(CHUNK_LENGTH)
    this.#length = 0
  }
}
