import type { Buffer } from 'node:buffer'
import { int32, uint32 } from '../kernel/event-bytes.ts'
import { textOf } from '../text.ts'

/** Thrown where a record ends before what it says it holds; never leaves this folder. */
export class RecordProblem extends Error {
  /** Where in the bytes. */
  readonly at: number

  constructor(at: number) {
    super('a record is cut')
    this.at = at
  }
}

/** Reads values one after the other; never beyond its limit. */
export class RecordReader {
  readonly bytes: Buffer
  at: number
  limit: number

  constructor(bytes: Buffer, start: number, limit: number) {
    this.bytes = bytes
    this.at = start
    this.limit = limit
  }

  /** Whether anything but padding is left. */
  get hasMore(): boolean {
    return this.limit - this.at >= 4
  }

  get left(): number {
    return this.limit - this.at
  }

  private take(size: number): number {
    const { at } = this
    if (at + size > this.limit) throw new RecordProblem(at)
    this.at = at + size
    return at
  }

  uint8(): number {
    return this.bytes[this.take(1)] as number
  }

  uint16(): number {
    return this.bytes.readUInt16LE(this.take(2))
  }

  uint32(): number {
    return uint32(this.bytes, this.take(4))
  }

  /** As exact as a number can be. */
  int64(): number {
    const at = this.take(8)
    return int32(this.bytes, at + 4) * 4_294_967_296 + uint32(this.bytes, at)
  }

  exactUint64(): bigint {
    return this.bytes.readBigUInt64LE(this.take(8))
  }

  /** A length of two bytes and as many bytes of text. */
  text(): string {
    const size = this.uint16()
    const at = this.take(size)
    return textOf(this.bytes, at, at + size)
  }

  /** Bytes to be read by somebody else. @returns where they begin */
  skip(size: number): number {
    return this.take(size)
  }

  /** Narrows the reader to a record of a length, and answers how to leave it. */
  enter(length: number, from: number): () => void {
    const { limit } = this
    const end = from + length
    if (end > limit || end < this.at) throw new RecordProblem(from)
    this.limit = end
    return () => {
      this.at = end
      this.limit = limit
    }
  }
}
