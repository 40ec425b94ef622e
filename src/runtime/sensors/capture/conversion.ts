import { Buffer } from 'node:buffer'
import { EventBytes } from '../kernel/event-bytes.ts'
import conversions from '../schema/conversions.json' with { type: 'json' }
import { EVENT_FLAGS, EVENT_TYPES, NUMBER_TYPES } from '../schema/event-types.ts'
import { rebuild } from './legacy-event.ts'

/** Where a parameter of the new event comes from; the last part says that it is empty where it is missing. */
type Source = readonly [from: string, index: number, emptyIfMissing?: number]
type Action = 'store' | 'pass' | 'store_and_pass' | 'add_params' | 'change_type'
type Conversion = readonly [
  event: number,
  parameters: number,
  action: Action,
  to: number,
  sources: readonly Source[],
]

const BY_KEY = new Map(
  (conversions as unknown as readonly Conversion[]).map((entry) => [keyOf(entry[0], entry[1]), entry]),
)

function keyOf(event: number, parameters: number): number {
  return event * 64 + parameters
}

/** More steps no event takes; what would is not converted. */
const MOST_STEPS = 32

/** Enter events that wait for their exit events, at most. */
const MOST_STORED = 131_072

/** What has to be done with events of a type: nothing, a look at the number of parameters, or a conversion. */
const NEVER = 0
const BY_COUNT = 1
const ALWAYS = 2
const NEED = Uint8Array.from(EVENT_TYPES, ({ flags, isEnter }) => {
  if ((flags & EVENT_FLAGS.converted) === 0)
    return (flags & EVENT_FLAGS.oldVersion) !== 0 && isEnter ? ALWAYS : NEVER
  return isEnter || (flags & EVENT_FLAGS.oldVersion) !== 0 ? ALWAYS : BY_COUNT
})

/**
 * Turns events of earlier versions into those of today, as libs does it when it reads a capture (scap_converter): what an
 * enter event said goes into the exit event, and enter events are dropped.
 */
export class Converter {
  /** The last enter event of each thread. */
  private readonly entered = new Map<number, Buffer>()
  private readonly enter = new EventBytes()

  needs({ type, count }: EventBytes): boolean {
    const need = NEED[type.number]
    return need === ALWAYS || (need === BY_COUNT && count !== type.parameters.length)
  }

  /** @returns whether the event, which may be another now, goes on */
  convert(event: EventBytes): boolean {
    for (let step = 0; step < MOST_STEPS && this.needs(event); step++) {
      const { type, count, tid } = event
      if ((type.flags & EVENT_FLAGS.converted) === 0) return false
      const conversion = BY_KEY.get(keyOf(type.number, count))
      if (conversion === undefined) return true
      const [, , action, to, sources] = conversion
      if (action === 'pass') return true
      if (action === 'store' || action === 'store_and_pass') {
        this.store(event)
        return action === 'store_and_pass'
      }
      const target = action === 'change_type' ? to : type.number
      const kept = action === 'change_type' ? 0 : count
      const values: Buffer[] = []
      for (let index = 0; index < kept; index++) values.push(bytesOf(event, index))
      const isEntered = this.moveToEntered(event)
      let usesEntered = false
      for (const source of sources) {
        if (source[0] === 'enter' && isEntered) usesEntered = true
        values.push(this.valueFrom(source, event, isEntered, target, values.length))
      }
      if (usesEntered) this.entered.delete(tid)
      const rebuilt = rebuild(headOf(event), target, values)
      if (!event.moveTo(rebuilt, 0, rebuilt.length)) return false
    }
    return true
  }

  private store(event: EventBytes): void {
    if (this.entered.size >= MOST_STORED && !this.entered.has(event.tid)) return
    this.entered.set(event.tid, event.copyBytes())
  }

  /** Whether an enter event of the same call is there. */
  private moveToEntered({ tid, type }: EventBytes): boolean {
    const bytes = this.entered.get(tid)
    return (
      bytes !== undefined &&
      this.enter.moveTo(bytes, 0, bytes.length) &&
      this.enter.type.number === type.number - 1
    )
  }

  private valueFrom(
    [from, index, emptyIfMissing]: Source,
    event: EventBytes,
    isEntered: boolean,
    target: number,
    position: number,
  ): Buffer {
    switch (from) {
      case 'old':
        return index < event.count ? bytesOf(event, index) : EMPTY
      case 'enter':
        if (isEntered && index < this.enter.count) return bytesOf(this.enter, index)
        return emptyIfMissing === 1 ? EMPTY : defaultOf(target, position)
      case 'default':
        return defaultOf(target, position)
      case 'callback':
        return containerJson(event)
      default:
        return EMPTY
    }
  }
}

const EMPTY = Buffer.alloc(0)

function defaultOf(event: number, position: number): Buffer {
  const parameter = EVENT_TYPES[event]?.parameters[position]
  const [size] = NUMBER_TYPES.get(parameter?.type ?? '') ?? [0]
  return Buffer.alloc(size)
}

function bytesOf(event: EventBytes, index: number): Buffer {
  return event.bytes.subarray(event.start(index), event.end(index))
}

function headOf(event: EventBytes): Buffer {
  const head = Buffer.alloc(16)
  head.writeUInt32LE(event.timeLow, 0)
  head.writeUInt32LE(event.timeHigh, 4)
  head.writeBigInt64LE(BigInt.asIntN(64, BigInt(event.tid)), 8)
  return head
}

/** The container events of the first captures: id, type, name, image, each a parameter. */
function containerJson(event: EventBytes): Buffer {
  const container = { id: event.text(0), type: event.uint32(1), name: event.text(2), image: event.text(3) }
  return Buffer.from(`${JSON.stringify({ container })}\0`)
}
