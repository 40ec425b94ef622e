import { modeText, namespaceText } from '../schema/argument-text.ts'
import { errorName } from '../schema/errors.ts'
import type { SensedSyscallEvent, SensedValue } from '../syscall-events.ts'
import { ARGUMENTS } from './bpftrace-program.ts'
import type { KnownProcesses } from './known-processes.ts'

export interface BpftraceEvents {
  /** The event of a record of the program; undefined where it makes none, or is no record of ours. */
  read(record: string): SensedSyscallEvent | undefined
}

/** Threads whose arguments or first paths wait for their call, at most. */
const MOST_WAITING = 10_000

const RENAMES: ReadonlySet<string> = new Set(['rename', 'renameat', 'renameat2'])
const LINKS: ReadonlySet<string> = new Set(['link', 'linkat', 'symlink', 'symlinkat'])
const OPENS: ReadonlySet<string> = new Set(['open', 'openat', 'openat2', 'creat'])

/** The kernel's numbers (asm-generic/fcntl.h) by the names that rules have. */
const OPEN_FLAGS: readonly (readonly [number, string])[] = [
  [0o100, 'O_CREAT'],
  [0o200, 'O_EXCL'],
  [0o1000, 'O_TRUNC'],
  [0o2000, 'O_APPEND'],
  [0o200000, 'O_DIRECTORY'],
  [0o2000000, 'O_CLOEXEC'],
]

/** Records of `bpftraceProgram` become events with fields. @param clock - nanoseconds since 1970 of the monotonic clock's zero */
export function createBpftraceEvents(processes: KnownProcesses, clock: () => bigint): BpftraceEvents {
  const waitingArgs = new Map<number, string[]>()
  const waitingText = new Map<number, string>()
  let num = 0
  return { read }

  function read(record: string): SensedSyscallEvent | undefined {
    const [kind, ...rest] = record.split('|')
    const textFrom = (parts: number) => rest.slice(parts).join('|')
    if (kind === 'a') {
      const list = waitingArgs.get(Number(rest[0])) ?? []
      const index = Number(rest[1])
      if (index >= 0 && index < ARGUMENTS) list[index] = textFrom(2)
      keep(waitingArgs, Number(rest[0]), list)
    } else if (kind === 's') keep(waitingText, Number(rest[0]), textFrom(1))
    else if (kind === 'f') processes.fork(Number(rest[0]), Number(rest[1]))
    else if (kind === 'e') return executed(rest, textFrom(4))
    else if (kind === 'c') return called(rest, textFrom(7))
    else if (kind === 'x') return ended(rest)
    return undefined
  }

  function executed([time, pid, tid, uid]: readonly string[], path: string): SensedSyscallEvent {
    const args = waitingArgs.get(Number(tid)) ?? []
    waitingArgs.delete(Number(tid))
    const process = processes.execute(
      Number(pid),
      Number(uid),
      path,
      [...args].map((text) => text ?? ''),
    )
    return eventOf('execve', time, Number(tid), {
      ...processes.fields(process),
      'evt.res': 'SUCCESS',
      'evt.rawres': 0,
      'evt.failed': false,
      'evt.arg.filename': path,
    })
  }

  function ended([time, pid]: readonly string[]): SensedSyscallEvent {
    const process = processes.of(Number(pid))
    const fields = process === undefined ? { 'proc.pid': Number(pid) } : processes.fields(process)
    processes.end(Number(pid))
    return eventOf('procexit', time, Number(pid), { 'evt.dir': '>', ...fields })
  }

  function called(parts: readonly string[], text: string): SensedSyscallEvent | undefined {
    const [name = '', time, pid, tid, uid, result, number] = parts
    const process = processes.of(Number(pid))
    const first = waitingText.get(Number(tid))
    waitingText.delete(Number(tid))
    const returned = Number(result)
    const fields: Record<string, SensedValue> = {
      ...(process === undefined
        ? { 'proc.pid': Number(pid), 'user.uid': Number(uid) }
        : processes.fields(process)),
      'evt.res': returned < 0 ? (errorName(-returned) ?? String(returned)) : 'SUCCESS',
      'evt.rawres': returned,
      'evt.failed': returned < 0,
      ...callFields(name, text, first, Number(number), returned, process?.cwd ?? ''),
    }
    return eventOf(name, time, Number(tid), fields)
  }

  function eventOf(
    type: string,
    time: string | undefined,
    tid: number,
    fields: Record<string, SensedValue>,
  ): SensedSyscallEvent {
    num++
    const ts = String(clock() + BigInt(/^\d+$/.test(time ?? '') ? (time ?? 0) : 0))
    return { num, ts, tid, type, fields: { 'evt.type': type, 'evt.dir': '<', ...fields } }
  }
}

function keep<Value>(waiting: Map<number, Value>, tid: number, value: Value): void {
  if (waiting.size >= MOST_WAITING) waiting.clear()
  waiting.set(tid, value)
}

function callFields(
  name: string,
  text: string,
  first: string | undefined,
  number: number,
  result: number,
  cwd: string,
): Record<string, SensedValue> {
  const path = absolute(text, cwd)
  if (OPENS.has(name)) return openFields(path, number, result)
  if (RENAMES.has(name) && first !== undefined)
    return {
      'fs.path.source': absolute(first, cwd),
      'fs.path.target': path,
      'evt.arg.oldpath': first,
      'evt.arg.newpath': text,
    }
  if (LINKS.has(name) && first !== undefined) {
    const own = name.startsWith('sym') ? ['target', 'linkpath'] : ['oldpath', 'newpath']
    return {
      'fs.path.source': path,
      'fs.path.target': absolute(first, cwd),
      [`evt.arg.${own[0]}`]: first,
      [`evt.arg.${own[1]}`]: text,
    }
  }
  if (name === 'ptrace') return { 'evt.arg.request': PTRACE_REQUESTS[number] ?? String(number) }
  if (name === 'setuid') return { 'evt.arg.uid': number }
  if (name === 'unshare') return { 'evt.arg.flags': namespaceText(number) }
  if (name === 'memfd_create') return { 'evt.arg.name': text, 'fd.num': result, 'fd.name': text }
  return {
    'fs.path.name': path,
    'fs.path.nameraw': text,
    'evt.arg.name': text,
    'evt.arg.path': text,
    ...(name.includes('chmod') && { 'evt.arg.filename': text, 'evt.arg.mode': modeText(number) }),
  }
}

const PTRACE_REQUESTS: Readonly<Record<number, string>> = {
  0: 'PTRACE_TRACEME',
  4: 'PTRACE_POKETEXT',
  5: 'PTRACE_POKEDATA',
  13: 'PTRACE_SETREGS',
  16: 'PTRACE_ATTACH',
  16902: 'PTRACE_SEIZE',
}

function openFields(path: string, flags: number, result: number): Record<string, SensedValue> {
  const mode = flags & 3
  const slash = path.lastIndexOf('/')
  const names = [
    ['O_RDONLY', 'O_WRONLY', 'O_RDWR'][mode] ?? 'O_RDONLY',
    ...OPEN_FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, flag]) => flag),
  ]
  const isOpen = result >= 0
  return {
    'fd.num': result,
    'fd.name': path,
    'fd.type': 'file',
    'fd.typechar': 'f',
    'fd.directory': slash <= 0 ? '/' : path.slice(0, slash),
    'fd.filename': path.slice(slash + 1),
    'fs.path.name': path,
    'evt.arg.name': path,
    'evt.arg.flags': names.join('|'),
    'evt.is_open_read': isOpen && mode !== 1,
    'evt.is_open_write': isOpen && mode !== 0,
    'evt.is_open_create': isOpen && (flags & 0o100) !== 0,
  }
}

function absolute(path: string, cwd: string): string {
  if (path.startsWith('/') || cwd === '') return path
  return `${cwd.replace(/\/$/, '')}/${path}`
}
