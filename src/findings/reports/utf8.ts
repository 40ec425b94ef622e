import type { Chunks, ReportSink } from './reporter.ts'
import { digitsOf, putNumber, Stencil, StencilPlaces } from './stencil.ts'

/** Each chunk costs a system call. */
const CHUNK_LENGTH = 128 * 1024
const SHORT = 24
const BLANK = 0x20

/** A text as UTF-8, to be kept and written many times. */
export function utf8(text: string): Uint8Array {
  // Copied out of the pool that small buffers share, which would stay in memory whole.
  return new Uint8Array(Buffer.from(text))
}

/** One piece of memory holds many texts that are soon forgotten: for each its own costs more than the text. */
const BRIEF_MEMORY = 16 * 1024
let brief = Buffer.alloc(0)
let briefLength = 0

/** A text as UTF-8, to be written a few times and forgotten. */
export function briefUtf8(text: string): Uint8Array {
  const most = text.length * 3
  if (most > BRIEF_MEMORY / 4) return utf8(text)
  if (most > brief.length - briefLength) {
    brief = Buffer.allocUnsafeSlow(BRIEF_MEMORY)
    briefLength = 0
  }
  const start = briefLength
  briefLength += brief.write(text, start)
  return brief.subarray(start, briefLength)
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
  /** Of the stencil that is being made. */
  #places: StencilPlaces | undefined
  #stencilStart = 0
  #stencilLine = 0

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
    const digits = digitsOf(number)
    const start = this.#take(digits)
    putNumber(this.#chunk, start, digits, number)
  }

  writeLine(line: number): void {
    const digits = digitsOf(line)
    const start = this.#take(digits)
    this.#places?.line(start - this.#stencilStart, line)
    putNumber(this.#chunk, start, digits, line)
  }

  writeLineBlank(line: number): void {
    const digits = digitsOf(line)
    const start = this.#take(digits)
    this.#places?.lineBlank(start - this.#stencilStart, line)
    this.#chunk.fill(BLANK, start, start + digits)
  }

  writeOwn(number: number, bytes: Uint8Array): void {
    this.writeBytes(bytes)
    this.#places?.own(this.#length - bytes.length - this.#stencilStart, bytes, number)
  }

  beginStencil(line: number): void {
    if (this.#length > this.#capacity / 2) this.flush()
    this.#places = new StencilPlaces()
    this.#stencilStart = this.#length
    this.#stencilLine = line
  }

  endStencil(): Stencil | undefined {
    const places = this.#places
    this.#places = undefined
    if (places === undefined) return undefined
    const bytes = new Uint8Array(this.#chunk.subarray(this.#stencilStart, this.#length))
    return new Stencil(bytes, this.#stencilLine, places)
  }

  writeStencil(stencil: Stencil, own: readonly Uint8Array[], line: number): Stencil {
    const { length } = stencil.bytes
    if (length <= this.#capacity && stencil.fits(own, line)) {
      const start = this.#take(length)
      stencil.copyTo(this.#chunk, start, own, line)
      return stencil
    }
    this.beginStencil(line)
    stencil.writeTo(this, own, line)
    // What comes next is more likely to have the same lengths.
    return this.endStencil() ?? stencil
  }

  /** Makes room for so many bytes, at most a chunk's. @returns where it begins in the chunk */
  #take(length: number): number {
    if (length > this.#capacity - this.#length) this.flush()
    const start = this.#length
    this.#length = start + length
    return start
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
    // What a stencil was to be made of is given away.
    this.#places = undefined
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
