import { errorName } from '../../schema/errors.ts'
import { NUMBER_TYPES, type ParameterVariant, SYSTEM_CALLS, type ValueSet } from '../../schema/event-types.ts'
import { textOf } from '../../text.ts'
import {
  connectionAt,
  endpointAt,
  FAMILY,
  formatConnection,
  formatEndpoint,
  formatUnix,
} from '../addresses.ts'
import { int32, uint32 } from '../event-bytes.ts'
import type { KernelEvent } from '../kernel-event.ts'
import { isRelative, resolvePath } from '../paths.ts'
import { NOBODY } from '../thread.ts'
import { folderOf } from '../transitions/files.ts'
import { shownDescriptor, typeCharOf } from './descriptor-kinds.ts'
import type { KernelValue } from './extract.ts'

/** How an argument is shown: its value, and what that means where there is a name for it. */
export interface ShownArgument {
  readonly value: string
  readonly meaning: string
}

const ABSENT: ShownArgument = { value: '<NA>', meaning: '' }
const NO_BYTES: ShownArgument = { value: 'NULL', meaning: '' }

const SIGNALS: readonly string[] = [
  ...['', 'HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV', 'USR2', 'PIPE'],
  ...['ALRM', 'TERM', 'STKFLT', 'CHLD', 'CONT', 'STOP', 'TSTP', 'TTIN', 'TTOU', 'URG', 'XCPU', 'XFSZ'],
  ...['VTALRM', 'PROF', 'WINCH', 'IO', 'PWR', 'SYS'],
]

/** The argument as Falco shows it (libs, event.cpp, get_param_as_str). */
export function showArgument(event: KernelEvent, index: number): ShownArgument {
  const parameter = event.type.parameters[index]
  if (parameter === undefined) return ABSENT
  if (!event.has(index)) return parameter.type === 'BYTEBUF' ? NO_BYTES : ABSENT
  return show(event, index, event.start(index), parameter)
}

function show(event: KernelEvent, index: number, start: number, parameter: ParameterVariant): ShownArgument {
  const { bytes } = event
  const end = event.end(index)
  switch (parameter.type) {
    case 'CHARBUF':
    case 'FSPATH':
      return shown(visible(textAt(event, start, end)))
    case 'FSRELPATH':
      return showPath(event, index, textAt(event, start, end))
    case 'BYTEBUF':
      return shown(visibleBytes(bytes.toString('latin1', start, end)))
    case 'SOCKADDR':
      return shown(showAddress(event, start, end))
    case 'SOCKTUPLE':
      return shown(showTuple(event, start, end))
    case 'FDLIST':
      return shown(showList(event, start, end))
    case 'DYN': {
      const variant = event.type.parameters[index]?.variants[bytes[start] as number]
      return variant === undefined ? ABSENT : show(event, index, start + 1, variant)
    }
    default:
      return showNumber(event, start, end, parameter)
  }
}

function shown(value: string, meaning = ''): ShownArgument {
  return { value, meaning }
}

function textAt({ bytes }: KernelEvent, start: number, end: number): string {
  return textOf(bytes, start, end > start && bytes[end - 1] === 0 ? end - 1 : end)
}

/** Characters that could move a terminal's cursor, and bytes that are none, as points. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\udc80-\udcff]/g, '.')
}

/** The same of bytes, whatever they stand for. */
function visibleBytes(latin1: string): string {
  return latin1.replace(/[^\x20-\x7e]/g, '.')
}

function showPath(event: KernelEvent, index: number, path: string): ShownArgument {
  const directory = event.type.parameters[index]?.directory ?? -1
  if (path === '' || !isRelative(path)) return shown(visible(path))
  const folder = folderOf(event.state, event, directory < 0 ? -100 : event.int64(directory, -100))
  return shown(visible(path), visible(resolvePath(folder, path)))
}

function showAddress(event: KernelEvent, start: number, end: number): string {
  const endpoint = endpointAt(event.bytes, start, end)
  if (endpoint !== undefined) return formatEndpoint(endpoint)
  return event.bytes[start] === FAMILY.unix ? visible(textAt(event, start + 1, end)) : ''
}

function showTuple(event: KernelEvent, start: number, end: number): string {
  const { bytes } = event
  const connection = connectionAt(bytes, start, end)
  if (connection !== undefined) return formatConnection(connection)
  if (bytes[start] !== FAMILY.unix || end - start < 17) return ''
  const path = visible(textAt(event, start + 17, end))
  return formatUnix(bytes.readBigUInt64LE(start + 1), bytes.readBigUInt64LE(start + 9), path)
}

/** `3:f1 4:45`: descriptor, kind, flags in hexadecimal. */
function showList(event: KernelEvent, start: number, end: number): string {
  const { bytes, state, thread } = event
  const parts: string[] = []
  for (let at = start + 2; at + 10 <= end; at += 10) {
    const number = Number(bytes.readBigInt64LE(at))
    const descriptor = state.descriptorOf(thread, number)
    const kind = descriptor === undefined ? '' : typeCharOf(descriptor.kind)
    parts.push(`${number}:${kind}${bytes.readUInt16LE(at + 8).toString(16)}`)
  }
  return parts.join(' ')
}

function showNumber(
  event: KernelEvent,
  start: number,
  end: number,
  parameter: ParameterVariant,
): ShownArgument {
  const number = numberAt(event, start, end, parameter.type)
  if (number === undefined) return ABSENT
  const small = Number(number)
  switch (parameter.type) {
    case 'FD':
    case 'FD32':
      return shown(String(number), descriptorMeaning(event, small))
    case 'ERRNO':
      return shown(String(number), small < 0 ? (errorName(-small) ?? '') : '')
    case 'PID':
    case 'PID32':
      return shown(String(number), programOf(event, small))
    case 'UID':
      if (small === NOBODY) return shown('-1', '<NONE>')
      return shown(String(number), event.state.accountsOf(event.thread).users.get(small)?.name ?? '')
    case 'GID':
      if (small === NOBODY) return shown('-1', '<NONE>')
      return shown(String(number), event.state.accountsOf(event.thread).groups.get(small) ?? '')
    case 'ABSTIME':
      return shown(timeText(BigInt(number)))
    case 'RELTIME':
      return shown(String(number), `${small / 1e9}s`)
    case 'SIGTYPE': {
      const name = SIGNALS[small] ?? ''
      return shown(String(number), name === '' ? '' : `SIG${name}`)
    }
    case 'SYSCALLID':
      return shown(String(number), SYSTEM_CALLS[small] ?? '')
    case 'BOOL':
      return shown(small === 0 ? 'false' : 'true')
    case 'MODE':
      return shown(octal(small), namesOf(small, parameter.values))
    default:
      return showFlags(number, parameter)
  }
}

function programOf({ state }: KernelEvent, tid: number): string {
  const thread = state.threads.get(tid)
  return thread === undefined || thread.isPlaceholder ? '' : thread.comm
}

function showFlags(number: number | bigint, parameter: ParameterVariant): ShownArgument {
  const { type, values } = parameter
  const isEnumeration = type.startsWith('ENUMFLAGS')
  if (!isEnumeration && !type.startsWith('FLAGS')) return shown(inFormat(number, parameter))
  const small = Number(number)
  if (isEnumeration) return shown(String(number), nameOf(small, values))
  return shown(String(number), namesOf(small, values))
}

function inFormat(number: number | bigint, { format }: ParameterVariant): string {
  if (format === 'hex')
    return (number < 0 ? BigInt.asUintN(64, BigInt(number)) : number).toString(16).toUpperCase()
  return format === 'oct' ? octal(Number(number)) : String(number)
}

function octal(number: number): string {
  return number === 0 ? '0' : `0${number.toString(8)}`
}

function descriptorMeaning(event: KernelEvent, number: number): string {
  if (number === -100) return 'AT_FDCWD'
  if (number < 0) return errorName(-number) ?? ''
  const descriptor = event.state.descriptorOf(event.thread, number)
  return descriptor === undefined ? '' : visible(shownDescriptor(descriptor))
}

type KnownNames = WeakMap<ValueSet, Map<number, string>>

/** Of numbers that are one of the values, and of those whose bits are. */
const knownNames: KnownNames = new WeakMap()
const knownBits: KnownNames = new WeakMap()
const MOST_KNOWN = 10_000

/** The same few numbers come again and again. */
function remembered(
  knownOf: KnownNames,
  number: number,
  values: ValueSet,
  find: (number: number, values: ValueSet) => string,
): string {
  let known = knownOf.get(values)
  if (known === undefined) {
    known = new Map()
    knownOf.set(values, known)
  }
  const found = known.get(number)
  if (found !== undefined) return found
  const names = find(number, values)
  if (known.size < MOST_KNOWN) known.set(number, names)
  return names
}

/** The names of a number's bits. */
function namesOf(number: number, values: ValueSet | undefined): string {
  return values === undefined ? '' : remembered(knownBits, number, values, findNames)
}

/** Every name whose bits are all set; of zero the name of zero. Reading and writing together have a name of their own. */
function findNames(number: number, values: ValueSet): string {
  const names: string[] = []
  let left = number
  for (const [name, bits] of values) {
    if (bits === 0 ? number !== 0 || left !== 0 : !hasBits(left, bits)) continue
    names.push(name)
    left = withoutBits(left, bits, values)
  }
  return names.join('|')
}

function hasBits(number: number, bits: number): boolean {
  return (number & bits) >>> 0 === bits >>> 0 && number !== 0
}

/** A value of several bits takes them away, so that its parts are not named again; aliases of one value are. */
function withoutBits(number: number, bits: number, values: ValueSet): number {
  const isComposite = values.some(([, other]) => other !== 0 && other !== bits && hasBits(bits, other))
  return isComposite ? (number & ~bits) >>> 0 : number
}

function nameOf(number: number, values: ValueSet | undefined): string {
  return values === undefined ? '' : remembered(knownNames, number, values, findName)
}

function findName(number: number, values: ValueSet): string {
  return values
    .filter(([, value]) => value === number)
    .map(([name]) => name)
    .join('|')
}

/** `2024-12-24 00:26:40.000000000`, in UTC. */
function timeText(time: bigint): string {
  const seconds = new Date(Number(time / 1_000_000_000n) * 1000)
  if (Number.isNaN(seconds.getTime())) return String(time)
  return `${seconds.toISOString().slice(0, 19).replace('T', ' ')}.${String(time % 1_000_000_000n).padStart(9, '0')}`
}

/** A number of some bytes; undefined where there are fewer. */
function numberAt(
  { bytes }: KernelEvent,
  start: number,
  end: number,
  type: string,
): number | bigint | undefined {
  const [size, isSigned] = NUMBER_TYPES.get(type) ?? [0, false]
  if (end - start < size) return undefined
  switch (size) {
    case 1:
      return isSigned ? bytes.readInt8(start) : bytes[start]
    case 2:
      return isSigned ? bytes.readInt16LE(start) : bytes.readUInt16LE(start)
    case 4:
      return isSigned ? bytes.readInt32LE(start) : uint32(bytes, start)
    case 8: {
      const low = int32(bytes, start)
      const high = int32(bytes, start + 4)
      if (isSigned ? high === low >> 31 : high === 0 && low >= 0) return low
      const exact = isSigned ? bytes.readBigInt64LE(start) : bytes.readBigUInt64LE(start)
      const number = Number(exact)
      return Number.isSafeInteger(number) ? number : exact
    }
    default:
      return undefined
  }
}

/** What the argument means, or else its value: `evt.arg.NAME`. Flags, which conditions ask for most, are found without more. */
export function argumentText(event: KernelEvent, index: number): string {
  const parameter = event.type.parameters[index]
  if (parameter?.type === 'FLAGS32' && event.has(index)) {
    const number = event.uint32(index)
    return namesOf(number, parameter.values) || String(number)
  }
  const { value, meaning } = showArgument(event, index)
  return meaning === '' ? value : meaning
}

/** The argument itself: a number where it is one, or else its text. */
export function rawArgument(event: KernelEvent, index: number): KernelValue {
  const parameter = event.type.parameters[index]
  if (parameter === undefined || !event.has(index)) return undefined
  if (NUMBER_TYPES.has(parameter.type))
    return numberAt(event, event.start(index), event.end(index), parameter.type)
  switch (parameter.type) {
    case 'CHARBUF':
    case 'FSPATH':
    case 'FSRELPATH':
      return event.text(index)
    case 'BYTEBUF':
      return event.texts(index)
    default: {
      const { value, meaning } = showArgument(event, index)
      return meaning || value
    }
  }
}
