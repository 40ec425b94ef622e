import { catalogueOf, type ResolvedField } from '../../fields/index.ts'
import type { EventSource, RawScalar, RawValue } from '../event-source.ts'
import { ancestorsReader } from './ancestors.ts'
import { timeField } from './event-time.ts'

/** An event of the kernel, as a sensor or a recorded file gives it: values of fields by name, most of them as text. */
export interface SyscallEvent {
  readonly num?: number
  /** Nanoseconds since 1970. */
  readonly ts?: number | bigint | string
  readonly tid?: number
  /** Name of the event's type: the system call, mostly. */
  readonly type?: string
  /** Values by field name, the argument in brackets included where there is one: `proc.aname[2]`. */
  readonly fields: Readonly<Record<string, RawValue>>
}

/** Reads the fields of kernel events. */
export const syscallEvents: EventSource<SyscallEvent> = Object.freeze({
  catalogue: catalogueOf('syscall'),
  reader: (field: ResolvedField) => syscallReader(field),
  outputReader: (field: ResolvedField) => syscallOutputReader(field),
})

/** In an output a field of all ancestors is one text, as the event has it, or else the ancestors between blanks. */
export function syscallOutputReader(field: ResolvedField): (event: SyscallEvent) => RawValue {
  const read = syscallReader(field)
  if (field.argument !== undefined || field.field.several === undefined) return read
  return (event) => {
    const whole = event.fields[field.text]
    if (isScalar(whole)) return whole
    const values = read(event)
    return typeof values === 'object' && values !== null ? values.join(' ') : values
  }
}

/** Makes what reads a field of the `syscall` catalogue, or one that stands in the event's fields under its own name. */
export function syscallReader({ field, argument, text }: ResolvedField): (event: SyscallEvent) => RawValue {
  if (argument === undefined && field.several !== undefined) return severalReader(field.name)
  if (field.name === 'evt.type.is') return (event) => (typeOf(event) === argument ? '1' : '0')
  const time = argument === undefined ? timeField(field.name) : undefined
  if (time !== undefined) return timeReader(text, time)
  if (field.name === 'evt.around') return fieldOr('evt.rawtime', (event) => event.ts)
  const network = NETWORKS[field.name]
  if (network !== undefined) return (event) => event.fields[network]
  const own = OWN[text]
  if (own !== undefined) return fieldOr(text, own)
  if (field.list) return (event) => listOf(event.fields[text])
  const zeroth =
    argument === '0' && field.several === 'any' ? field.name.replace('proc.a', 'proc.') : undefined
  if (zeroth !== undefined) return (event) => event.fields[text] ?? event.fields[zeroth]
  return (event) => event.fields[text]
}

/** Fields that the event's own properties answer where its fields do not. */
const OWN: Readonly<Record<string, (event: SyscallEvent) => RawValue>> = {
  'evt.num': (event) => event.num,
  'evt.type': (event) => event.type,
  'evt.source': () => 'syscall',
  'evt.count': () => '1',
  'thread.tid': (event) => event.tid,
}

/** Networks are compared with the address of the same end. */
const NETWORKS: Readonly<Record<string, string>> = {
  'fd.cnet': 'fd.cip',
  'fd.snet': 'fd.sip',
  'fd.lnet': 'fd.lip',
  'fd.rnet': 'fd.rip',
}

/** Fields that stand for either end of a connection. */
const ENDS: Readonly<Record<string, readonly [string, string]>> = {
  'fd.ip': ['fd.cip', 'fd.sip'],
  'fd.net': ['fd.cip', 'fd.sip'],
  'fd.port': ['fd.cport', 'fd.sport'],
  'fd.proto': ['fd.cport', 'fd.sport'],
}

/** An address has all names that lead to it. */
const HOST_NAME = /^fd\.[cslr]ip\.name$/

function severalReader(name: string): (event: SyscallEvent) => RawValue {
  if (HOST_NAME.test(name)) return (event) => event.fields[name]
  const ends = ENDS[name]
  if (ends === undefined) return ancestorsReader(name)
  const [client, server] = ends
  return (event) => {
    const values = [event.fields[client], event.fields[server]].filter(isScalar)
    return values.length === 0 ? undefined : values
  }
}

function fieldOr(name: string, own: (event: SyscallEvent) => RawValue): (event: SyscallEvent) => RawValue {
  return (event) => event.fields[name] ?? own(event)
}

/** What tells a time by the event's own, where its fields do not. */
function timeReader(
  name: string,
  write: (nanoseconds: bigint) => RawValue,
): (event: SyscallEvent) => RawValue {
  return fieldOr(name, ({ ts }) => {
    if (ts === undefined || !/^\d+$/.test(String(ts))) return undefined
    return write(BigInt(ts))
  })
}

function typeOf(event: SyscallEvent): RawValue {
  return event.type ?? event.fields['evt.type']
}

function isScalar(value: RawValue): value is RawScalar {
  return value !== undefined && value !== null && typeof value !== 'object'
}

/** A list, or one as Falco prints it: `(ipv4,file)`. */
function listOf(value: RawValue): RawValue {
  if (typeof value !== 'string') return value
  if (!value.startsWith('(') || !value.endsWith(')')) return [value]
  return value === '()' ? undefined : value.slice(1, -1).split(',')
}
