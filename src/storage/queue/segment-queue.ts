import { type FileHandle, open, unlink } from 'node:fs/promises'
import { lockFolder } from '../folder-lock.ts'
import { type Cursor, readCursor, writeCursor } from './cursor.ts'
import { findSegments, openForAppending, type Segment, segmentPath } from './segment.ts'

export interface SegmentQueueOptions {
  /** The queue's own; made where it does not exist. */
  readonly folder: string
  /** All that may wait on disk; what would exceed it is not taken. */
  readonly maxBytes: number
  /** Of one file; delivered files are removed. */
  readonly segmentBytes?: number
  /**
   * Whether each append waits until the disk has it. Without, what was appended survives the end of the process, but
   * not the end of the machine.
   */
  readonly fsync?: boolean
}

/** Records that were taken from the front of the queue, and the place behind them. */
export interface QueuedBatch {
  readonly records: readonly Buffer[]
  readonly end: Cursor
}

export interface SegmentQueue {
  /**
   * Appends records, all of them or none; kept once the promise resolves.
   *
   * @param records - texts without line breaks, such as `JSON.stringify` makes them
   * @returns false where they would exceed `maxBytes`
   */
  append(records: readonly string[]): Promise<boolean>
  /**
   * The first records that are not delivered yet; the same ones again until `advance` is called.
   *
   * @param after - reads ahead: the first records behind this place, the end of an earlier batch
   * @returns undefined where there are none
   */
  front(mostRecords: number, mostBytes: number, after?: Cursor): Promise<QueuedBatch | undefined>
  /** Says that all records before this place are delivered. One call at a time. */
  advance(end: Cursor): Promise<void>
  /** Bytes that wait. */
  readonly bytes: number
  /** Lets go of the folder once what was begun is done. */
  close(): Promise<void>
}

const SEGMENT_BYTES = 8 * 1024 * 1024

/**
 * A queue on disk: records go in at the end and come out at the front, in order and at least once, also across the
 * end of the process (`kill -9`). Its files are JSON Lines.
 *
 * @throws FolderLockedError where another process has the folder
 */
export async function openSegmentQueue(options: SegmentQueueOptions): Promise<SegmentQueue> {
  const unlock = lockFolder(options.folder)
  try {
    const segments = await findSegments(options.folder)
    if (segments.length === 0) segments.push({ number: 1, bytes: 0 })
    const last = segments.at(-1) as Segment
    const writer = await openForAppending(options.folder, last)
    const first = segments[0] as Segment
    const cursor = (await readCursor(options.folder)) ?? { segment: first.number, offset: 0 }
    const queue = new Queue(options, segments, writer, unlock)
    await queue.startAt(cursor)
    return queue
  } catch (error) {
    unlock()
    throw error
  }
}

class Queue implements SegmentQueue {
  readonly #options: SegmentQueueOptions
  readonly #unlock: () => void
  /** From the one that is read to the one that is written. */
  readonly #segments: Segment[]
  #writer: FileHandle
  #reader: { readonly number: number; readonly file: FileHandle } | undefined
  #cursor: Cursor = { segment: 0, offset: 0 }
  /** One write after the other, in the order of the calls. */
  #writing: Promise<unknown> = Promise.resolve()

  constructor(options: SegmentQueueOptions, segments: Segment[], writer: FileHandle, unlock: () => void) {
    this.#options = options
    this.#segments = segments
    this.#writer = writer
    this.#unlock = unlock
  }

  get bytes(): number {
    const total = this.#segments.reduce((sum, { bytes }) => sum + bytes, 0)
    return total - this.#cursor.offset
  }

  async startAt(cursor: Cursor): Promise<void> {
    const [first] = this.#segments
    const known = this.#segments.find(({ number }) => number === cursor.segment)
    if (known === undefined || cursor.offset > known.bytes)
      this.#cursor = { segment: first?.number ?? 1, offset: 0 }
    else this.#cursor = cursor
    await this.#removeDelivered()
  }

  append(records: readonly string[]): Promise<boolean> {
    return this.#inTurn(async () => {
      const data = Buffer.from(records.map((record) => `${record}\n`).join(''))
      if (this.bytes + data.length > this.#options.maxBytes) return false
      let segment = this.#last()
      if (segment.bytes > 0 && segment.bytes + data.length > (this.#options.segmentBytes ?? SEGMENT_BYTES))
        segment = await this.#startSegment()
      await this.#write(segment, data)
      return true
    })
  }

  async front(mostRecords: number, mostBytes: number, after?: Cursor): Promise<QueuedBatch | undefined> {
    let { segment: number, offset } = after ?? this.#cursor
    for (;;) {
      const segment = this.#segments.find((each) => each.number === number) ?? this.#last()
      const available = segment.bytes - offset
      if (available > 0) return this.#read(segment, offset, Math.min(available, mostBytes), mostRecords)
      if (segment === this.#last()) return undefined
      number = segment.number + 1
      offset = 0
    }
  }

  async advance(end: Cursor): Promise<void> {
    this.#cursor = end
    await writeCursor(this.#options.folder, end)
    await this.#removeDelivered()
  }

  async close(): Promise<void> {
    await this.#inTurn(() => this.#writer.close())
    await this.#reader?.file.close()
    this.#unlock()
  }

  #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#writing.then(action)
    this.#writing = result.catch(() => undefined)
    return result
  }

  #last(): Segment {
    return this.#segments.at(-1) as Segment
  }

  async #startSegment(): Promise<Segment> {
    const segment = { number: this.#last().number + 1, bytes: 0 }
    const writer = await openForAppending(this.#options.folder, segment)
    await this.#writer.close()
    this.#writer = writer
    this.#segments.push(segment)
    return segment
  }

  /** A write that failed half way, for a full disk, is taken back: what stands behind it must be whole records. */
  async #write(segment: Segment, data: Buffer): Promise<void> {
    try {
      await this.#writer.appendFile(data)
      if (this.#options.fsync) await this.#writer.datasync()
    } catch (error) {
      await this.#writer.truncate(segment.bytes)
      throw error
    }
    segment.bytes += data.length
  }

  async #read(segment: Segment, offset: number, bytes: number, mostRecords: number): Promise<QueuedBatch> {
    let buffer = await this.#readBytes(segment.number, offset, bytes)
    let most = mostRecords
    if (!buffer.includes('\n')) {
      // A record is never parted, however long it is; but then it comes alone.
      buffer = await this.#readBytes(segment.number, offset, segment.bytes - offset)
      most = 1
    }
    const records: Buffer[] = []
    let from = 0
    for (let to = buffer.indexOf('\n'); to >= 0 && records.length < most; to = buffer.indexOf('\n', from)) {
      records.push(buffer.subarray(from, to))
      from = to + 1
    }
    return { records, end: { segment: segment.number, offset: offset + from } }
  }

  async #readBytes(number: number, offset: number, bytes: number): Promise<Buffer> {
    if (this.#reader?.number !== number) {
      await this.#reader?.file.close()
      this.#reader = { number, file: await open(segmentPath(this.#options.folder, number)) }
    }
    const buffer = Buffer.allocUnsafe(bytes)
    const { bytesRead } = await this.#reader.file.read(buffer, 0, bytes, offset)
    return buffer.subarray(0, bytesRead)
  }

  async #removeDelivered(): Promise<void> {
    while ((this.#segments[0]?.number ?? 0) < this.#cursor.segment && this.#segments.length > 1) {
      const [{ number }] = this.#segments.splice(0, 1) as [Segment]
      // One that stays is behind the cursor: it is not delivered again, and removed after the next start.
      await unlink(segmentPath(this.#options.folder, number)).catch(() => undefined)
    }
  }
}
