import type { Chunks, ReportSink } from './reporter.ts'

/** Each chunk costs a system call. */
const CHUNK_LENGTH = 64 * 1024
const SHORT = 24

/** A text as UTF-8, to be kept and written many times. */
export function utf8(text: string): Uint8Array {
  // Copied out of the pool that small buffers share, which would stay in memory whole.
  return new Uint8Array(Buffer.from(text))
}

/**
 * Gives a piece of a list to a sink.
 *
 * @param separator - what stands between items: before the piece exactly where it is to be, whether or not the piece
 *   begins with it
 */
export function giveChunks(
  chunks: Chunks,
  separator: Uint8Array,
  isSeparated: boolean,
  sink: ReportSink,
): void {
  const [first, ...others] = chunks
  if (first === undefined) return
  const begins = startsWith(first, separator)
  if (isSeparated && !begins) sink.writeBytes(separator)
  sink.giveBytes(!isSeparated && begins ? first.subarray(separator.length) : first)
  for (const chunk of others) sink.giveBytes(chunk)
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, index) => bytes[index] === byte)
}

/** Gathers what is written into chunks of UTF-8. */
export class Utf8Chunks implements ReportSink {
  readonly #consume: (chunk: Uint8Array<ArrayBuffer>) => void
  readonly #capacity: number
  readonly #free: Buffer<ArrayBuffer>[] = []
  #chunk: Buffer<ArrayBuffer>
  #length = 0

  /**
   * @param consume - is given each full chunk, which is its own to keep, or to give back (see `reuse`)
   * @param capacity - of a chunk, in bytes
   */
  constructor(consume: (chunk: Uint8Array<ArrayBuffer>) => void, capacity = CHUNK_LENGTH) {
    this.#consume = consume
    this.#capacity = capacity
    this.#chunk = Buffer.allocUnsafe(capacity)
  }

  write(text: string): void {
    // One UTF-16 code unit is at most three bytes of UTF-8.
    const most = text.length * 3
    if (most > this.#capacity - this.#length) {
      this.flush()
      if (most > this.#capacity) {
        this.#consume(Buffer.from(text))
        return
      }
    }
    this.#length += this.#chunk.write(text, this.#length)
  }

  writeBytes(bytes: Uint8Array): void {
    const { length } = bytes
    if (length > this.#capacity - this.#length) {
      this.flush()
      if (length > this.#capacity) {
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
    if (this.#capacity - this.#length < 20) this.flush()
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

  giveBytes(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length < this.#capacity - this.#length) {
      this.writeBytes(bytes)
      return
    }
    this.flush()
    this.#consume(bytes)
  }

  /** Takes a chunk back that nobody looks at any more: new memory costs more than what is written into it. */
  reuse(chunk: Uint8Array<ArrayBuffer>): void {
    if (chunk.buffer.byteLength === this.#capacity) this.#free.push(Buffer.from(chunk.buffer))
  }

  /** Hands over what has been gathered so far. */
  flush(): void {
    if (this.#length === 0) return
    const gathered = this.#chunk.subarray(0, this.#length)
    this.#length = 0
    if (gathered.length < this.#capacity / 2) {
      this.#consume(new Uint8Array(gathered))
      return
    }
    this.#chunk = this.#free.pop() ?? Buffer.allocUnsafe(this.#capacity)
    this.#consume(gathered)
  }
}
