import { errorName } from '../schema/errors.ts'
import { nativeCallName } from '../schema/native-calls.ts'
import { errorText } from './error-texts.ts'
import { showFlags, showOption, showSignals, signalName } from './flags.ts'
import { quoted } from './quoted.ts'
import type { RawCall } from './raw-call.ts'
import { showAddress } from './show-address.ts'
import { type ArgumentKind, type FlagKind, signatureOf } from './signatures.ts'

/** A system call as strace writes it. */
export interface ShownCall {
  readonly name: string
  readonly args: readonly string[]
  /** `3`, `0x7f…`, `-1 ENOENT (No such file or directory)`. */
  readonly result: string
  readonly errno: string | undefined
}

/** Of what a call reads and writes, as much is shown as strace shows by default. */
const SHOWN_BYTES = 32

const CURRENT_FOLDER = -100
/** Results from here on are errors (include/linux/err.h, MAX_ERRNO). */
const LAST_ERROR = -4095n

export function nameOfCall({ number }: RawCall): string {
  return nativeCallName(number) ?? `syscall_0x${number.toString(16)}`
}

/** @param program what a successful `execve` was given, which is gone when it ends */
export function showCall(call: RawCall, program?: { path: string; args: readonly string[] }): ShownCall {
  const name = nameOfCall(call)
  const errno = errorOf(call)
  const args =
    program === undefined
      ? argumentsOf(call, name)
      : [quoted(program.path), `[${program.args.map(quoted).join(', ')}]`, '…']
  return { name, args, result: resultOf(call, name, errno), errno }
}

/**
 * `openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3`, with the result in a column of its own, as strace has it.
 *
 * @param prefix - stands before it, and counts for the column
 */
export function callLine({ name, args, result }: ShownCall, prefix = ''): string {
  return `${`${prefix}${name}(${args.join(', ')})`.padEnd(RESULT_COLUMN)} = ${result}`
}

const RESULT_COLUMN = 39

export function errorOf({ result }: RawCall): string | undefined {
  return result < 0n && result >= LAST_ERROR ? (errorName(Number(-result)) ?? `E${-result}`) : undefined
}

/** Calls that are told as they begin: none of them ever ends. */
export function neverReturns(name: string): boolean {
  return name === 'exit' || name === 'exit_group'
}

function resultOf({ result, args }: RawCall, name: string, errno: string | undefined): string {
  if (neverReturns(name)) return '?'
  if (errno !== undefined) return errorResult(errno)
  if (ADDRESSES.has(name)) return showPointer(BigInt.asUintN(64, result))
  if (name === 'umask') return showMode(Number(result))
  const flags = name === 'fcntl' ? FCNTL_RESULTS.get(Number(args[1])) : undefined
  if (flags === undefined || result === 0n) return String(result)
  return `0x${result.toString(16)} (flags ${showFlags(flags, Number(result))})`
}

/** Commands of `fcntl` whose result is flags, and what they are. */
const FCNTL_RESULTS: ReadonlyMap<number, FlagKind> = new Map([
  [1, 'descriptor'],
  [3, 'open'],
])
/** Those that take flags. */
const FCNTL_TAKES: ReadonlyMap<number, FlagKind> = new Map([
  [2, 'descriptor'],
  [4, 'open'],
])

/** `-1 ENOENT (No such file or directory)`; a call that is to be made anew has no result. */
export function errorResult(errno: string): string {
  const text = errorText(errno)
  const shown = text === '' ? errno : `${errno} (${text})`
  return errno.startsWith('ERESTART') ? `? ${shown}` : `-1 ${shown}`
}

/** Calls whose result is an address. */
const ADDRESSES: ReadonlySet<string> = new Set(['mmap', 'brk', 'mremap', 'shmat'])

function argumentsOf(call: RawCall, name: string): string[] {
  const kinds = signatureOf(name)
  if (kinds === undefined) return call.args.map(showPointer)
  const shown = kinds.slice(0, takenOf(call, name)).map((kind, index) => argument(call, kinds, kind, index))
  const opens = kinds.indexOf('open')
  // The mode is read only where the call makes a file.
  const makes = opens >= 0 && (Number(BigInt.asUintN(32, call.args[opens] ?? 0n)) & O_CREATES) !== 0
  return opens >= 0 && kinds[opens + 1] === 'mode' && !makes ? shown.slice(0, opens + 1) : shown
}

const O_CREATES = 0o20000100

/** How many arguments a call looks at whose operation decides on it. */
function takenOf({ args }: RawCall, name: string): number | undefined {
  if (name === 'prctl') return PRCTL_TAKES.get(prctlOperation(args))
  const operation = Number(BigInt.asUintN(32, args[1] ?? 0n))
  if (name === 'fcntl') return FCNTL_RESULTS.has(operation) ? 2 : undefined
  if (name === 'ioctl') return IOCTLS_WITHOUT.has(operation) ? 2 : undefined
  return name === 'futex' ? FUTEX_TAKES[operation & FUTEX_OPERATION] : undefined
}

function prctlOperation(args: RawCall['args']): number {
  return Number(BigInt.asUintN(32, args[0] ?? 0n))
}

const PR_SET_NAME = 15
const PR_GET_NAME = 16
/** prctl(2): operations with one argument, or none, behind them; of the others all are shown. */
const PRCTL_TAKES: ReadonlyMap<number, number> = new Map([
  ...[3, 7, 21, 27, 30].map((number) => [number, 1] as const),
  ...[1, 2, 4, 8, PR_SET_NAME, PR_GET_NAME, 23, 24, 25, 26, 28, 29, 36, 37, 40].map(
    (number) => [number, 2] as const,
  ),
])

/** FIONCLEX, FIOCLEX, TIOCNOTTY, TIOCEXCL, TIOCNXCL. */
const IOCTLS_WITHOUT: ReadonlySet<number> = new Set([0x5450, 0x5451, 0x5422, 0x540c, 0x540d])
/** futex(2): without FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME; FUTEX_WAIT and FUTEX_WAKE. */
const FUTEX_OPERATION = 0x7f
const FUTEX_TAKES: readonly number[] = [4, 3]

function argument(call: RawCall, kinds: readonly ArgumentKind[], kind: ArgumentKind, index: number): string {
  const value = call.args[index] ?? 0n
  const signed = Number(BigInt.asIntN(32, value))
  switch (kind) {
    case 'path':
    case 'text': {
      const text = call.strings.get(index)
      return text === undefined ? showPointer(value) : quoted(text.toString('latin1'))
    }
    case 'in':
    case 'out':
      return showBuffer(call, kind, index)
    case 'dirfd':
      return signed === CURRENT_FOLDER ? 'AT_FDCWD' : String(signed)
    case 'fd':
      return String(signed)
    case 'int':
      return String(BigInt.asIntN(kinds[index] === 'int' && value >> 32n === 0n ? 32 : 64, value))
    case 'uint':
      return String(value)
    case 'hex':
      return showHex(value)
    case 'mode':
      return showMode(signed)
    case 'pointer':
      return showPointer(value)
    case 'signal':
      return signalName(signed)
    case 'restored-mask':
      return `{mask=${showSignals(value)}}`
    case 'address':
    case 'peer': {
      const bytes = kind === 'address' || call.result >= 0n ? call.strings.get(index) : undefined
      return (bytes && showAddress(bytes)) ?? showPointer(value)
    }
    case 'size': {
      const length = call.result >= 0n ? call.strings.get(index - 1)?.length : undefined
      return length === undefined || length === 0 ? showPointer(value) : `[${length}]`
    }
    case 'command': {
      const flags = FCNTL_TAKES.get(Number(call.args[1]))
      return flags === undefined ? showHex(value) : showFlags(flags, signed)
    }
    case 'prctl-value': {
      const operation = prctlOperation(call.args)
      const isName = operation === PR_SET_NAME || (operation === PR_GET_NAME && call.result >= 0n)
      const text = isName ? call.strings.get(index) : undefined
      return text === undefined ? showHex(value) : quoted(text.toString('latin1'))
    }
    case 'option':
      return showOption(Number(call.args[1]), signed)
    default:
      return showFlags(kind, signed)
  }
}

function showHex(value: bigint): string {
  return value === 0n ? '0' : `0x${value.toString(16)}`
}

function showMode(value: number): string {
  return `0${(value >>> 0).toString(8)}`.replace(/^00$/, '000')
}

function showPointer(value: bigint): string {
  return value === 0n ? 'NULL' : `0x${value.toString(16)}`
}

/** The beginning of what stands in a buffer. */
function showBuffer({ strings, args, result }: RawCall, kind: 'in' | 'out', index: number): string {
  const text = strings.get(index)
  const address = args[index] ?? 0n
  if (text === undefined || (kind === 'out' && result < 0n)) return showPointer(address)
  const length = Number(kind === 'out' ? result : (args[index + 1] ?? 0n))
  const part = text.subarray(0, Math.min(length, SHOWN_BYTES))
  return quoted(part.toString('latin1')) + (part.length < length ? '...' : '')
}
