import { AnswerError } from '../answer-error.ts'
import { readHuffman } from './huffman.ts'
import { STATIC_TABLE } from './static-table.ts'

/** Of one block, decoded. */
const MOST_BYTES = 64 * 1024
const MOST_HEADERS = 200
/** Of a number. */
const MOST_BITS = 28

/**
 * Reads a block of headers (HPACK, RFC 7541) of a server that was told to remember none (`SETTINGS_HEADER_TABLE_SIZE` 0).
 *
 * @returns name, value, name, value, …, in Latin-1, as they came
 * @throws AnswerError
 */
export function readHeaderBlock(block: Buffer): string[] {
  const reader = new BlockReader(block)
  const headers: string[] = []
  let bytes = 0
  while (!reader.isOver) {
    const header = reader.next()
    if (header === undefined) continue
    const [name, value] = header
    bytes += name.length + value.length
    if (headers.push(name, value) > 2 * MOST_HEADERS || bytes > MOST_BYTES)
      throw new AnswerError('an answer with too many headers')
  }
  return headers
}

class BlockReader {
  readonly #block: Buffer
  #at = 0

  constructor(block: Buffer) {
    this.#block = block
  }

  get isOver(): boolean {
    return this.#at >= this.#block.length
  }

  /** @returns undefined for what is no header */
  next(): readonly [string, string] | undefined {
    const first = this.#block[this.#at] ?? 0
    if (first >= 0x80) return entry(this.#number(7))
    if (first >= 0x40) return this.#literal(6)
    if (first < 0x20) return this.#literal(4)
    if (this.#number(5) !== 0) throw new AnswerError('headers that have to be remembered')
    return undefined
  }

  #literal(prefix: number): readonly [string, string] {
    const index = this.#number(prefix)
    const name = index === 0 ? this.#text() : entry(index)[0]
    return [name, this.#text()]
  }

  #text(): string {
    const isHuffman = (this.#byte() & 0x80) !== 0
    this.#at--
    const length = this.#number(7)
    const data = this.#block.subarray(this.#at, this.#at + length)
    if (data.length < length) throw new AnswerError('a header that breaks off')
    this.#at += length
    return isHuffman ? readHuffman(data) : data.toString('latin1')
  }

  /** @param prefix - bits of the first byte that belong to it */
  #number(prefix: number): number {
    const most = 2 ** prefix - 1
    let value = this.#byte() & most
    if (value < most) return value
    for (let shift = 0; shift < MOST_BITS; shift += 7) {
      const byte = this.#byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new AnswerError('a number that is too large')
  }

  #byte(): number {
    const byte = this.#block[this.#at++]
    if (byte === undefined) throw new AnswerError('a header that breaks off')
    return byte
  }
}

function entry(index: number): readonly [string, string] {
  const found = STATIC_TABLE[index - 1]
  if (found === undefined) throw new AnswerError('a header that nobody remembers')
  return found
}

/** @param headers - name, value, name, value, …, in Latin-1 @returns a block that is to be remembered by nobody on the way */
export function headerBlock(headers: readonly string[]): Buffer {
  const parts: Buffer[] = []
  for (let index = 0; index < headers.length; index += 2) {
    // "Literal Header Field Never Indexed": they say who acts.
    parts.push(Buffer.of(0x10), text(headers[index] as string), text(headers[index + 1] as string))
  }
  return Buffer.concat(parts)
}

function text(value: string): Buffer {
  const data = Buffer.from(value, 'latin1')
  const length: number[] = []
  let left = data.length
  if (left < 0x7f) length.push(left)
  else {
    length.push(0x7f)
    for (left -= 0x7f; left >= 0x80; left = Math.floor(left / 0x80)) length.push((left % 0x80) + 0x80)
    length.push(left)
  }
  return Buffer.concat([Buffer.from(length), data])
}
