import { Buffer } from 'node:buffer'
import type { Message } from '../../../messages/index.ts'
import { int32, uint32 } from '../kernel/event-bytes.ts'
import { KernelEvent } from '../kernel/kernel-event.ts'
import { KernelState } from '../kernel/kernel-state.ts'
import { sensorMessages } from '../messages.ts'
import { EVENT_FLAGS, EVENT_TYPES } from '../schema/event-types.ts'
import { BLOCK_TYPES, type BlockType, SECTION_HEADER } from './blocks.ts'
import { Converter } from './conversion.ts'
import { readDescriptorList } from './descriptor-list.ts'
import { modernise } from './legacy-event.ts'
import { readInterfaces, readMachine, readUsers } from './machine-lists.ts'
import { readProcessList } from './process-list.ts'
import { RecordProblem, RecordReader } from './records.ts'

const { make } = sensorMessages

/** Type, length, length again. */
const FRAME_BYTES = 12
/** Nearly all blocks are of this type. */
const EVENT = 0x216
const EVENT_BLOCK = BLOCK_TYPES.get(EVENT)
/** A block that says it is longer is taken for damaged: not even the processes of the largest machine need as much. */
const LONGEST_BLOCK = 128 * 1024 * 1024

const MAGIC = 0x1a2b3c4d
const SWAPPED_MAGIC = 0x4d3c2b1a
const LATEST_MAJOR = 1
const STATE_ONLY = 1

/** Something of a capture that could not be read. */
export interface CaptureProblem {
  readonly code: string
  readonly problem: Message
  /** Whether nothing behind it can be read. */
  readonly isFatal: boolean
}

/** Types whose surviving enter events only feed the state. */
const ONLY_STATE = Uint8Array.from(EVENT_TYPES, ({ isEnter, flags }) =>
  isEnter && (flags & EVENT_FLAGS.converted) !== 0 ? 1 : 0,
)
const UNUSED = Uint8Array.from(EVENT_TYPES, ({ flags }) => ((flags & EVENT_FLAGS.unused) === 0 ? 0 : 1))

/**
 * Reads a capture of Falco or sysdig, chunk by chunk: `feed` a chunk, then call `next` until it answers false. The one
 * event that it moves on is read through `event`; what the file tells of processes, and what events change, is `state`.
 */
export class CaptureReader {
  readonly event: KernelEvent
  readonly problems: CaptureProblem[] = []
  private readonly converter = new Converter()
  private bytes: Buffer = Buffer.alloc(0)
  private at = 0
  /** Parts of a block that is cut between chunks, how long they are, and the block; 0 until that is known. */
  private cut: Buffer[] = []
  private cutLength = 0
  private cutTotal = 0
  /** Bytes before the chunk at hand. */
  private before = 0
  private hasSection = false
  private hasEvents = false
  private hasOnlyContainers = true
  /** Whether nothing that comes is read any more. */
  isOver = false
  private count = 0
  private lastLow = 0
  private lastHigh = 0

  constructor() {
    this.event = new KernelEvent(new KernelState())
  }

  feed(chunk: Buffer): void {
    this.before += this.bytes.length
    this.bytes = chunk
    this.at = 0
  }

  /** Forgets a block of which only a part has come: what is fed next begins anew. */
  forgetCut(): void {
    this.cut = []
    this.cutLength = 0
    this.cutTotal = 0
  }

  /** @returns whether `event` is another one that rules look at; if not, what has been fed is read */
  next(): boolean {
    while (!this.isOver) {
      const { bytes, at } = this
      if (this.cutLength > 0) {
        const whole = this.joinCut()
        if (whole === undefined) return false
        if (this.readBlock(whole, 0, whole.length)) return true
        continue
      }
      if (at === bytes.length) return false
      const left = bytes.length - at
      const total = left >= 8 ? uint32(bytes, at + 4) : 0
      if (left >= 8 && !this.isLength(total)) return false
      if (left < 8 || left < total) {
        this.takeCut(left)
        return false
      }
      this.at = at + total
      if (this.readBlock(bytes, at, total)) return true
    }
    return false
  }

  /** Tells that nothing more comes. */
  finish(): void {
    if (!this.isOver && this.cutLength > 0)
      this.fail('ERR_CAPTURE_CUT', make['capture-cut']({ offset: this.offset(this.bytes.length) }), true)
    else if (!this.hasSection && !this.isOver) this.fail('ERR_NOT_A_CAPTURE', make['not-a-capture']({}), true)
    this.isOver = true
  }

  private offset(at: number): number {
    return this.before + at
  }

  private isLength(total: number): boolean {
    if (total >= FRAME_BYTES && total <= LONGEST_BLOCK && total % 4 === 0) return true
    if (!this.hasSection) this.fail('ERR_NOT_A_CAPTURE', make['not-a-capture']({}), true)
    else
      this.fail(
        'ERR_CAPTURE_BLOCK',
        make['capture-block']({ offset: this.offset(this.at), bytes: total }),
        true,
      )
    return false
  }

  /** Completes a block that was cut between chunks. @returns undefined where the rest is still to come */
  private joinCut(): Buffer | undefined {
    if (this.cutTotal === 0) {
      this.takeCut(8 - this.cutLength)
      if (this.cutLength < 8) return undefined
      const total = uint32(Buffer.concat(this.cut), 4)
      if (!this.isLength(total)) return undefined
      this.cutTotal = total
    }
    this.takeCut(this.cutTotal - this.cutLength)
    if (this.cutLength < this.cutTotal) return undefined
    const whole = Buffer.concat(this.cut)
    this.forgetCut()
    return whole
  }

  /** Keeps a part of the chunk; a copy, so that a length that is a lie costs no more than what is there. */
  private takeCut(most: number): void {
    const part = Buffer.from(this.bytes.subarray(this.at, this.at + Math.max(most, 0)))
    this.at += part.length
    this.cutLength += part.length
    this.cut.push(part)
  }

  /** @returns whether the block is an event that rules look at */
  private readBlock(bytes: Buffer, start: number, total: number): boolean {
    const end = start + total - 4
    if (uint32(bytes, end) !== total) {
      const offset = this.offset(this.at - total)
      if (this.hasSection)
        this.fail('ERR_CAPTURE_BLOCK', make['capture-block']({ offset, bytes: total }), true)
      else this.fail('ERR_NOT_A_CAPTURE', make['not-a-capture']({}), true)
      return false
    }
    const number = uint32(bytes, start)
    const type = number === EVENT ? EVENT_BLOCK : BLOCK_TYPES.get(number)
    if (!this.hasSection && number !== SECTION_HEADER) {
      this.fail('ERR_NOT_A_CAPTURE', make['not-a-capture']({}), true)
      return false
    }
    if (type === undefined) return false
    if (type.kind === 'event') return this.readEvent(bytes, start + 8, end, type)
    try {
      this.readList(new RecordReader(bytes, start + 8, end), type)
    } catch (problem) {
      if (!(problem instanceof RecordProblem)) throw problem
      const offset = this.offset(this.at - total + problem.at - start)
      this.fail('ERR_CAPTURE_RECORD', make['capture-record']({ offset, list: type.kind }), false)
    }
    return false
  }

  private readList(reader: RecordReader, { kind, version, hasLengths }: BlockType): void {
    const { state } = this.event
    switch (kind) {
      case 'section':
        this.readSection(reader)
        break
      case 'machine':
        readMachine(reader, state)
        break
      case 'processes':
        readProcessList(reader, version, state)
        state.threads.linkChildren()
        break
      case 'descriptors':
        readDescriptorList(reader, hasLengths, state)
        break
      case 'interfaces':
        readInterfaces(reader, hasLengths, state)
        break
      case 'users':
        readUsers(reader, hasLengths, state)
        break
    }
  }

  /** Begins a section: files that were put together have several, each with processes of its own. */
  private readSection(reader: RecordReader): void {
    const magic = reader.uint32()
    if (magic !== MAGIC) {
      const problem = magic === SWAPPED_MAGIC ? make['capture-order']({}) : make['not-a-capture']({})
      this.fail(magic === SWAPPED_MAGIC ? 'ERR_CAPTURE_ORDER' : 'ERR_NOT_A_CAPTURE', problem, true)
      return
    }
    const major = reader.uint16()
    if (major > LATEST_MAJOR) {
      this.fail('ERR_CAPTURE_VERSION', make['capture-version']({ version: major }), true)
      return
    }
    if (this.hasEvents) this.event.state = new KernelState()
    this.hasSection = true
    this.hasEvents = false
    this.hasOnlyContainers = true
  }

  private readEvent(bytes: Buffer, start: number, end: number, type: BlockType): boolean {
    const { hasFlags, isLegacy, isState } = type
    const { event } = this
    const header = start + (hasFlags ? 6 : 2)
    if (header + 22 > end) return this.failEvent(end)
    const number = (bytes[header + 20] as number) | ((bytes[header + 21] as number) << 8)
    // Of a newer writer, or of no use any more.
    if (number >= EVENT_TYPES.length || UNUSED[number] === 1) return false
    if (isLegacy) {
      const modern = modernise(bytes, header, end)
      if (modern === undefined || !event.moveTo(modern, 0, modern.length)) return this.failEvent(end)
    } else if (!event.moveTo(bytes, header, end)) return this.failEvent(end)
    if (isState) {
      event.state.complete(event)
      return false
    }
    if (this.converter.needs(event) && !this.converter.convert(event)) return false
    this.hasEvents = true
    this.count++
    event.num = this.count
    event.cpu = (bytes[start] as number) | ((bytes[start + 1] as number) << 8)
    event.state.apply(event)
    const eventType = event.type
    if (this.hasOnlyContainers) {
      if (eventType.name === 'container') return false
      this.hasOnlyContainers = false
    }
    if (ONLY_STATE[eventType.number] === 1) return false
    if (hasFlags && (int32(bytes, start + 2) & STATE_ONLY) !== 0) return false
    this.noteTime(event)
    return true
  }

  private noteTime(event: KernelEvent): void {
    const { timeLow, timeHigh } = event
    if (this.lastHigh === 0) {
      event.firstLow = timeLow
      event.firstHigh = timeHigh
      this.lastLow = timeLow
      this.lastHigh = timeHigh
    }
    event.previousLow = this.lastLow
    event.previousHigh = this.lastHigh
    this.lastLow = timeLow
    this.lastHigh = timeHigh
  }

  private failEvent(end: number): boolean {
    const offset = this.offset(Math.min(this.at, end))
    this.fail('ERR_CAPTURE_EVENT', make['capture-event']({ offset }), false)
    return false
  }

  private fail(code: string, problem: Message, isFatal: boolean): void {
    this.problems.push({ code, problem, isFatal })
    if (isFatal) this.isOver = true
  }
}
