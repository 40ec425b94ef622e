import { errorName } from '../../schema/errors.ts'
import {
  EVENT_FLAGS,
  EVENT_TYPES,
  type EventType,
  parameterIndex,
  SYSTEM_CALLS,
} from '../../schema/event-types.ts'
import { nativeCallName } from '../../schema/native-calls.ts'
import { DESCRIPTOR } from '../descriptor.ts'
import type { KernelEvent } from '../kernel-event.ts'
import { isRelative, resolvePath } from '../paths.ts'
import { nanosecondsBetween } from '../thread-table.ts'
import { folderOf } from '../transitions/files.ts'
import { argumentText, rawArgument, showArgument } from './arguments.ts'
import type { Extract, ExtractWith, KernelValue } from './extract.ts'

/** The generic events of system calls that have no type of their own: which call it was stands in the first parameter. */
const GENERIC_EVENTS = 2

/** `evt.type`. A successful `execveat` is an `execve` by then. */
export function typeName(event: KernelEvent): string {
  const { number, name } = event.type
  if (number < GENERIC_EVENTS) return genericName(event)
  if (number === EXECVEAT && event.int64(0, -1) === 0) return 'execve'
  return name
}

const EXECVEAT = 331

/**
 * Of which kind an event is: the number of its type; for a generic event one of its own for each call, where libs numbers
 * the call.
 */
export function kindOf(event: KernelEvent): number {
  const { number } = event.type
  if (number >= GENERIC_EVENTS) return number
  const call = event.uint16(0)
  return call === 0 || SYSTEM_CALLS[call] === undefined
    ? number
    : EVENT_TYPES.length + GENERIC_EVENTS * call + number
}

/** Fields that are one of few values in every event of a kind, by their names. */
export function fieldsOfKind(kind: number): ReadonlyMap<string, readonly string[]> {
  const isOfCall = kind >= EVENT_TYPES.length
  const ofCall = kind - EVENT_TYPES.length
  const number = isOfCall ? ofCall % GENERIC_EVENTS : kind
  const type = EVENT_TYPES[number]
  if (type === undefined) return new Map()
  const fields = new Map([['evt.dir', [directionOf(type)]]])
  const call = isOfCall ? SYSTEM_CALLS[Math.floor(ofCall / GENERIC_EVENTS)] : undefined
  if (call !== undefined) fields.set('evt.type', [call])
  else if (number >= GENERIC_EVENTS)
    fields.set('evt.type', number === EXECVEAT ? ['execve', type.name] : [type.name])
  return fields
}

function directionOf({ isEnter }: EventType): string {
  return isEnter ? '>' : '<'
}

/** What libs does not number, the kernel does. */
function genericName(event: KernelEvent): string {
  const number = event.uint16(0)
  if (number !== 0) return SYSTEM_CALLS[number] ?? event.type.name
  return nativeCallName(event.uint16(1)) ?? SYSTEM_CALLS[0] ?? event.type.name
}

const rawResult: Extract = (event) => {
  const index = event.type.result
  return index < 0 || !event.has(index) ? undefined : rawArgument(event, index)
}

const resultName: Extract = (event) => {
  const number = rawResult(event)
  if (number === undefined) return undefined
  const small = Number(number)
  return small >= 0 ? 'SUCCESS' : (errorName(-small) ?? String(number))
}

const failed: Extract = (event) => {
  const number = rawResult(event)
  return number === undefined ? undefined : Number(number) < 0
}

/** Flags of a call that opens a file, by libs' values; 0 for other calls. */
function openFlags(event: KernelEvent): number {
  switch (event.type.number) {
    case OPEN:
    case OPEN_BY_HANDLE_AT:
      return event.uint32(2)
    case OPENAT:
    case OPENAT2:
      return event.uint32(3)
    default:
      return 0
  }
}

const OPEN = 3
const CREAT = 59
const OPENAT = 307
const OPENAT2 = 327
const OPEN_BY_HANDLE_AT = 337

const O_CREAT = 4
const O_TMPFILE = 8192
const O_F_CREATED = 16_384
const EXECUTABLE_MODE = 0o111

function opensWith(bits: number): Extract {
  return (event) => (openFlags(event) & bits) !== 0
}

/** Makes a file: one with a name that the kernel says was made, or one without a name, which none is there before. */
const creates: Extract = (event) => {
  const flags = openFlags(event)
  return (flags & O_F_CREATED) !== 0 || ((flags & O_TMPFILE) !== 0 && event.int64(0, -1) >= 0)
}

/** Makes a file that can be executed; what `open_by_handle_at` is to make has no mode. */
const opensExecutable: Extract = (event) => {
  const { number } = event.type
  if (number === CREAT) return (event.uint32(2) & EXECUTABLE_MODE) !== 0
  if (number === OPEN_BY_HANDLE_AT) return false
  if ((openFlags(event) & (O_CREAT | O_TMPFILE)) === 0) return false
  return (event.uint32(number === OPEN ? 3 : 4) & EXECUTABLE_MODE) !== 0
}

function hasFlag(flag: number): Extract {
  return ({ type }) => (type.flags & flag) !== 0
}

const READS = EVENT_FLAGS.readsDescriptor
const WRITES = EVENT_FLAGS.writesDescriptor
const isRead = ({ type }: KernelEvent) => (type.flags & READS) !== 0
const isWrite = ({ type }: KernelEvent) => (type.flags & WRITES) !== 0

/** Calls on a descriptor are of the category of what it is. */
const category: Extract = ({ type, descriptor }) => {
  if (type.category.startsWith('io-')) {
    if (descriptor === undefined) return 'unknown'
    if (descriptor.isFile || descriptor.kind === DESCRIPTOR.directory) return 'file'
    if (descriptor.isIp) return 'net'
    return IPC_KINDS.has(descriptor.kind) ? 'ipc' : 'unknown'
  }
  return CATEGORIES[type.name] ?? ((type.flags & EVENT_FLAGS.waits) === 0 ? type.category : 'wait')
}

const IPC_KINDS: ReadonlySet<number> = new Set([
  DESCRIPTOR.pipe,
  DESCRIPTOR.unix,
  DESCRIPTOR.event,
  DESCRIPTOR.signal,
  DESCRIPTOR.eventPoll,
  DESCRIPTOR.inotify,
  DESCRIPTOR.timer,
])

const CATEGORIES: Readonly<Record<string, string>> = {
  switch: 'scheduler',
  procinfo: 'internal',
  drop: 'internal',
  cpu_hotplug: 'internal',
}

/** Bytes that a call on a descriptor read or wrote. */
const bufferLength: Extract = (event) => {
  if (event.descriptor === undefined || !event.type.category.startsWith('io-')) return undefined
  const length = rawResult(event)
  return length === undefined || Number(length) < 0 ? undefined : length
}

const buffer: Extract = (event) => {
  const index = indexByName(event.type, 'data')
  return index < 0 || !event.has(index) ? undefined : rawArgument(event, index)
}

/** `name=value(meaning)` of all arguments; generic events have none. */
const args: Extract = (event) => {
  if (event.type.number < GENERIC_EVENTS) return ''
  return event.type.parameters
    .slice(0, event.count)
    .map(({ name }, index) => {
      const { value, meaning } = showArgument(event, index)
      return meaning === '' ? `${name}=${value}` : `${name}=${value}(${meaning})`
    })
    .join(' ')
}

const indexes = new Map<string, Int8Array>()
const UNKNOWN = -2

/** Position of a parameter by name, remembered for each type. */
function indexByName(type: EventType, name: string): number {
  let known = indexes.get(name)
  if (known === undefined) {
    known = new Int8Array(1024).fill(UNKNOWN)
    indexes.set(name, known)
  }
  const found = known[type.number] as number
  if (found !== UNKNOWN) return found
  const index = parameterIndex(type, name)
  known[type.number] = index
  return index
}

/** `evt.arg[0]` or `evt.arg.name` → position; −1 where the type has no such argument. */
function position(argument: string): (event: KernelEvent) => number {
  if (/^\d+$/.test(argument)) {
    const index = Number(argument)
    return ({ type }) => (index < type.parameters.length ? index : -1)
  }
  return ({ type }) => (type.number < GENERIC_EVENTS ? -1 : indexByName(type, argument))
}

const arg: ExtractWith = (argument) => {
  const at = position(argument)
  return (event) => {
    const index = at(event)
    return index < 0 || index >= event.count ? undefined : argumentText(event, index)
  }
}

const rawArg: ExtractWith = (argument) => {
  const at = position(argument)
  return (event) => {
    const index = at(event)
    return index < 0 ? undefined : rawArgument(event, index)
  }
}

/** Paths of calls that make or remove links, whole; `dir/path` of two parameters. */
const absolutePath: ExtractWith = (argument) => (event) => {
  const names = PATHS_AT[argument]
  if (names === undefined) return undefined
  const [directory, path] = names.map((name) => indexByName(event.type, name)) as [number, number]
  if (path < 0 || !event.has(path)) return undefined
  const raw = event.text(path)
  const start = directory < 0 ? -100 : event.int64(directory, -100)
  return resolvePath(isRelative(raw) ? folderOf(event.state, event, start) : '', raw)
}

const PATHS_AT: Readonly<Record<string, readonly [string, string]>> = {
  '': ['dirfd', 'name'],
  src: ['olddir', 'oldpath'],
  dst: ['newdir', 'newpath'],
}

function since(low: number, high: number, { timeLow, timeHigh }: KernelEvent): number {
  return nanosecondsBetween(low, high, timeLow, timeHigh)
}

const relative = (event: KernelEvent) => since(event.firstLow, event.firstHigh, event)
const delta = (event: KernelEvent) => since(event.previousLow, event.previousHigh, event)
const SECOND = 1_000_000_000

const countIf =
  (test: (event: KernelEvent) => boolean): Extract =>
  (event) =>
    test(event) ? 1 : undefined

function lengthIf(test: (event: KernelEvent) => boolean): Extract {
  return (event) => (test(event) ? bufferLength(event) : undefined)
}

const isFile = ({ descriptor }: KernelEvent) => descriptor?.isFile === true
const isNet = ({ descriptor }: KernelEvent) => descriptor?.isIp === true

const isSyslog: Extract = (event) =>
  isWrite(event) && event.descriptor?.kind === DESCRIPTOR.unix && event.descriptor.name.includes('/dev/log')

/** Meta events, which no thread made. */
const isAsync: Extract = ({ type }) =>
  type.name === 'asyncevent' || type.source === 'metaevent' || type.source === 'internal'

export const EVENT_EXTRACTS: Readonly<Record<string, Extract>> = {
  'evt.num': ({ num }) => num,
  'evt.rawtime': ({ time }) => time,
  'evt.reltime': relative,
  'evt.reltime.s': (event) => Math.floor(relative(event) / SECOND),
  'evt.reltime.ns': (event) => relative(event) % SECOND,
  'evt.deltatime': delta,
  'evt.deltatime.s': (event) => Math.floor(delta(event) / SECOND),
  'evt.deltatime.ns': (event) => delta(event) % SECOND,
  'evt.source': () => 'syscall',
  'evt.hostname': ({ state }) => state.hostname || undefined,
  'evt.is_async': isAsync,
  'evt.asynctype': (event) => (event.type.name === 'asyncevent' ? event.text(1) : undefined),
  'evt.dir': ({ type }) => directionOf(type),
  'evt.type': typeName,
  'syscall.type': (event) => (event.type.source === 'syscall' ? typeName(event) : undefined),
  'evt.category': category,
  'evt.cpu': ({ cpu }) => cpu,
  'evt.args': args,
  'evt.info': args,
  'evt.buffer': buffer,
  'evt.buflen': bufferLength,
  'evt.res': resultName,
  'evt.rawres': rawResult,
  'evt.failed': failed,
  'evt.is_io': (event) => isRead(event) || isWrite(event),
  'evt.is_io_read': isRead,
  'evt.is_io_write': isWrite,
  'evt.io_dir': (event): KernelValue => (isRead(event) ? 'read' : isWrite(event) ? 'write' : undefined),
  'evt.is_wait': hasFlag(EVENT_FLAGS.waits),
  'evt.is_syslog': isSyslog,
  'evt.count': () => 1,
  'evt.count.error': countIf((event) => failed(event) === true),
  'evt.count.error.file': countIf((event) => failed(event) === true && isFile(event)),
  'evt.count.error.net': countIf((event) => failed(event) === true && isNet(event)),
  'evt.count.exit': countIf(({ type }) => !type.isEnter),
  'evt.buflen.in': lengthIf(isRead),
  'evt.buflen.out': lengthIf(isWrite),
  'evt.buflen.file': lengthIf(isFile),
  'evt.buflen.file.in': lengthIf((event) => isFile(event) && isRead(event)),
  'evt.buflen.file.out': lengthIf((event) => isFile(event) && isWrite(event)),
  'evt.buflen.net': lengthIf(isNet),
  'evt.buflen.net.in': lengthIf((event) => isNet(event) && isRead(event)),
  'evt.buflen.net.out': lengthIf((event) => isNet(event) && isWrite(event)),
  'evt.is_open_read': opensWith(1),
  'evt.is_open_write': opensWith(2),
  'evt.is_open_exec': opensExecutable,
  'evt.is_open_create': creates,
  'evt.abspath': absolutePath(''),
}

export const EVENT_EXTRACTS_WITH: Readonly<Record<string, ExtractWith>> = {
  'evt.arg': arg,
  'evt.rawarg': rawArg,
  'evt.type.is': (argument) => (event) => (typeName(event) === argument ? 1 : 0),
  'evt.abspath': absolutePath,
  'evt.around': () => (event) => event.time,
}
