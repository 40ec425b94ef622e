import {
  type KernelEvent,
  kernelEventType,
  kernelField,
  type SensedSyscallEvent,
} from '../../sensors/index.ts'

/** An event as observations read it, wherever it is from. Of the event at hand only: nothing of it may be kept. */
export interface EventView {
  /** `evt.type`. */
  readonly type: string
  /** Milliseconds since 1970; NaN where the source does not tell. */
  readonly time: number
  /**
   * Whether it tells of a call alone, without its arguments. Those that have a type of their own are told so by Haetae's
   * sensor only, which then tells of all.
   */
  readonly isGeneric: boolean
  /** Empty where the event does not have the field; an argument's name stands behind the field's: `evt.arg.flags`. */
  text(field: string): string
  flag(field: string): boolean
}

type Read = (event: KernelEvent) => unknown

/**
 * Makes the view of events of the kernel: one object, moved along with the event.
 *
 * @param timeOf - what an event's time, in milliseconds since 1970, is by another clock
 */
export function createKernelView(
  timeOf: (time: number) => number = (time) => time,
): (event: KernelEvent) => EventView {
  const readers = new Map<string, Read>()
  let current: KernelEvent | undefined
  const fieldOf = (field: string): unknown => {
    let read = readers.get(field)
    if (read === undefined) {
      read = readerOf(field)
      readers.set(field, read)
    }
    return current === undefined ? undefined : read(current)
  }
  const view = {
    type: '',
    time: 0,
    isGeneric: false,
    text: (field: string) => textOf(fieldOf(field)),
    flag: (field: string) => fieldOf(field) === true,
  }
  return (event) => {
    current = event
    view.type = kernelEventType(event)
    // Half a microsecond is lost, which no slice of time notices.
    view.time = timeOf((event.timeHigh * 2 ** 32 + event.timeLow) / 1e6)
    view.isGeneric = event.type.number < 2
    return view
  }
}

/** Fields whose argument stands behind a dot. */
const WITH_ARGUMENT = ['evt.arg', 'container.label'] as const

function readerOf(field: string): Read {
  const name = WITH_ARGUMENT.find((each) => field.startsWith(`${each}.`))
  const read =
    name === undefined ? kernelField(field, undefined) : kernelField(name, field.slice(name.length + 1))
  return read ?? (() => undefined)
}

/** The view of an event that was recorded as fields. */
export function viewOfFields({ type, ts, fields }: SensedSyscallEvent): EventView {
  const recorded = type ?? textOf(fields['evt.type'])
  return {
    type: recorded === 'syscall' ? textOf(fields['evt.type']) || recorded : recorded,
    time: ts === undefined ? Number(textOf(fields['evt.rawtime'])) / 1e6 || Number.NaN : Number(ts) / 1e6,
    isGeneric: recorded === 'syscall',
    text: (field) => textOf(fields[field]),
    flag: (field) => fields[field] === true || fields[field] === 'true',
  }
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : Array.isArray(value) ? value.join(',') : String(value)
}
