import { Buffer } from 'node:buffer'
import { EVENT_FLAGS, EVENT_TYPES, type EventType } from '../schema/event-types.ts'
import { asciiText, textOf } from '../text.ts'

/** Bytes of an event's header: time, thread, length, type and number of parameters. */
export const HEADER_BYTES = 26

const MOST_PARAMETERS = 32
const NOTHING = Buffer.alloc(0)
const [NO_TYPE] = EVENT_TYPES
const TWO_TO_32 = 4_294_967_296
const LAST_ASCII = 0x7f
const SLASH = 47
const POINT = 46

/**
 * A cursor over the bytes of an event, which is moved from one event to the next. Nothing of it may be kept but what its
 * methods answer; values are decoded when they are asked for, and only then.
 *
 * The bytes are those of libs (`ppm_evt_hdr` and what follows): u64 time, u64 thread, u32 length, u16 type, u32 number of
 * parameters; their lengths, each of two bytes, or four for types with a large payload; their values.
 */
export class EventBytes {
  bytes: Buffer = NOTHING
  type: EventType = NO_TYPE as EventType
  /** Thread that made it; −1 where none did. */
  tid = -1
  /** Nanoseconds since 1970, in two halves. */
  timeLow = 0
  timeHigh = 0
  /** Parameters that are there, absent ones at the end not counted. */
  count = 0
  /** Where its bytes begin and end. */
  begin = 0
  finish = 0
  /** Of the path that was read last: see `path`. */
  isPlain = false
  private readonly ends = new Int32Array(MOST_PARAMETERS)
  private values = 0

  /**
   * Moves to the event whose header begins at `start`.
   *
   * @param limit end of the bytes that belong to it
   * @returns whether they hold together; if not, the cursor has not to be read
   */
  moveTo(bytes: Buffer, start: number, limit: number): boolean {
    if (start + HEADER_BYTES > limit) return false
    const number = (bytes[start + 20] as number) | ((bytes[start + 21] as number) << 8)
    const type = EVENT_TYPES[number]
    if (type === undefined) return false
    const given = uint32(bytes, start + 22)
    const end = start + uint32(bytes, start + 16)
    const width = (type.flags & EVENT_FLAGS.largePayload) === 0 ? 2 : 4
    const values = start + HEADER_BYTES + given * width
    if (end > limit || values > end) return false
    const known = type.parameters.length
    const count = Math.min(given, known)
    let at = values
    let length = start + HEADER_BYTES
    const { ends } = this
    for (let index = 0; index < count; index++) {
      at +=
        width === 2 ? (bytes[length] as number) | ((bytes[length + 1] as number) << 8) : uint32(bytes, length)
      if (at > end) return false
      ends[index] = at
      length += width
    }
    this.bytes = bytes
    this.type = type
    this.count = count
    this.begin = start
    this.finish = end
    this.values = values
    this.timeLow = uint32(bytes, start)
    this.timeHigh = uint32(bytes, start + 4)
    this.tid = int64(bytes, start + 8)
    return true
  }

  /** A copy of its bytes, to move a cursor to later. */
  copyBytes(): Buffer {
    return Buffer.from(this.bytes.subarray(this.begin, this.finish))
  }

  /** Nanoseconds since 1970. */
  get time(): bigint {
    return (BigInt(this.timeHigh) << 32n) | BigInt(this.timeLow)
  }

  start(index: number): number {
    return index === 0 ? this.values : (this.ends[index - 1] as number)
  }

  end(index: number): number {
    return this.ends[index] as number
  }

  /** Whether the parameter is there; one of no bytes is not. */
  has(index: number): boolean {
    return index < this.count && this.end(index) > this.start(index)
  }

  length(index: number): number {
    return index < this.count ? this.end(index) - this.start(index) : 0
  }

  /** A number of four bytes without sign; `absent` where it is not there. */
  uint32(index: number, absent = 0): number {
    if (index >= this.count) return absent
    const at = this.start(index)
    return this.end(index) - at < 4 ? absent : uint32(this.bytes, at)
  }

  uint8(index: number, absent = 0): number {
    return this.has(index) ? (this.bytes[this.start(index)] as number) : absent
  }

  uint16(index: number, absent = 0): number {
    if (this.length(index) < 2) return absent
    const at = this.start(index)
    return (this.bytes[at] as number) | ((this.bytes[at + 1] as number) << 8)
  }

  /** A number of eight bytes with sign, as exact as a number can be. */
  int64(index: number, absent = 0): number {
    if (index >= this.count) return absent
    const at = this.start(index)
    if (this.end(index) - at < 8) return absent
    return int64(this.bytes, at)
  }

  /** A number of eight bytes without sign, as exact as a number can be. */
  uint64(index: number, absent = 0): number {
    if (this.length(index) < 8) return absent
    const at = this.start(index)
    const low = int32(this.bytes, at)
    const high = int32(this.bytes, at + 4)
    // Those that fit into 31 bits, which most do, stay integers for the engine: see `int64`.
    return high === 0 && low >= 0 ? low : (high >>> 0) * TWO_TO_32 + (low >>> 0)
  }

  exactUint64(index: number): bigint {
    if (this.length(index) < 8) return 0n
    const at = this.start(index)
    return bigintOf(uint32(this.bytes, at), uint32(this.bytes, at + 4))
  }

  /** Text up to its NUL; empty where it is not there. */
  text(index: number): string {
    if (index >= this.count) return ''
    const { bytes } = this
    const start = this.start(index)
    let end = this.end(index)
    if (end === start) return ''
    if (bytes[end - 1] === 0) end--
    return textOf(bytes, start, end)
  }

  /** The same of a path; `isPlain` then tells whether nothing of it has to be normalised, which its bytes show on the way. */
  path(index: number): string {
    this.isPlain = false
    if (index >= this.count) return ''
    const { bytes } = this
    const start = this.start(index)
    let end = this.end(index)
    if (end === start) return ''
    if (bytes[end - 1] === 0) end--
    let all = 0
    let before = 0
    let isPlain = true
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number
      if (before === SLASH && (byte === SLASH || byte === POINT)) isPlain = false
      all |= byte
      before = byte
    }
    this.isPlain = isPlain && (before !== SLASH || end - start === 1)
    return all > LAST_ASCII ? textOf(bytes, start, end) : asciiText(bytes, start, end)
  }

  /** Text with all its NULs, as arguments and the environment are. */
  texts(index: number): string {
    if (index >= this.count) return ''
    return textOf(this.bytes, this.start(index), this.end(index))
  }
}

/**
 * A number of eight bytes with sign, as exact as a number can be. Those that fit into 32 bits, which most do, are integers
 * for the engine too: it keeps them without memory of their own, and finds them in maps more quickly.
 */
function int64(bytes: Buffer, at: number): number {
  const low = int32(bytes, at)
  const high = int32(bytes, at + 4)
  return high === low >> 31 ? low : high * TWO_TO_32 + (low >>> 0)
}

/** Numbers that were made last, by their bits: capabilities and times of files are few. */
const KNOWN = 256
const knownLow = new Uint32Array(KNOWN)
const knownHigh = new Uint32Array(KNOWN)
const knownNumbers: bigint[] = new Array(KNOWN).fill(0n)

function bigintOf(low: number, high: number): bigint {
  const slot = (low ^ (low >>> 11) ^ (high << 3)) & (KNOWN - 1)
  if (knownLow[slot] === low && knownHigh[slot] === high) return knownNumbers[slot] as bigint
  const number = (BigInt(high) << 32n) | BigInt(low)
  knownLow[slot] = low
  knownHigh[slot] = high
  knownNumbers[slot] = number
  return number
}

export function uint32(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0
  )
}

export function int32(bytes: Buffer, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  )
}
