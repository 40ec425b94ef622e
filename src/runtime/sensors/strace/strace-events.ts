import type { SensedSyscallEvent, SensedValue } from '../syscall-events.ts'
import { textOfArgument } from './arguments.ts'
import { argumentFields } from './call-arguments.ts'
import { createTextRoom } from './kept-texts.ts'
import { createStraceReader, type StraceCall } from './parse.ts'
import { folderOf, isThreadOf, pathIn } from './paths.ts'
import {
  createProcesses,
  type Processes,
  type StraceLimit,
  type TracedProcess,
  type TracedProgram,
} from './processes.ts'
import { socketFields } from './socket-address.ts'
import { nanosecondsOf } from './time.ts'
import { createUnfinishedForks } from './unfinished-forks.ts'

/** Calls whose first text is the path that they are about, and whether it is a source and a target. */
const PATH_CALLS: ReadonlySet<string> = new Set([
  ...[
    'unlink',
    'unlinkat',
    'mkdir',
    'mkdirat',
    'rmdir',
    'chmod',
    'fchmodat',
    'fchmodat2',
    'chown',
    'lchown',
    'fchownat',
  ],
  ...['umount', 'umount2', 'open', 'openat', 'openat2', 'creat'],
])
const RENAMES: ReadonlySet<string> = new Set(['rename', 'renameat', 'renameat2'])
const LINKS: ReadonlySet<string> = new Set(['link', 'linkat', 'symlink', 'symlinkat'])
const OPENS: ReadonlySet<string> = new Set(['open', 'openat', 'openat2', 'creat'])
const FORKS: ReadonlySet<string> = new Set(['clone', 'clone3', 'fork', 'vfork'])

/**
 * Makes what turns lines of `strace -f` into events with fields, as far as its text tells.
 *
 * @param onLimit - called where a line tells of a process, a descriptor or a text that is not kept any more: see `MOST_KEPT`
 */
export function createStraceEvents(
  onLimit: (limit: StraceLimit) => void,
): (line: string) => SensedSyscallEvent | 'none' | 'unknown' {
  const room = createTextRoom(() => onLimit('texts'))
  const read = createStraceReader(room)
  const processes = createProcesses(onLimit, room)
  const forks = createUnfinishedForks(processes)
  let num = 0
  return (line) => {
    const found = read(line)
    if (found.kind === 'none') return 'none'
    if (found.kind === 'unknown') return 'unknown'
    const { pid } = found.kind === 'call' ? found.call : found
    forks.see(pid)
    if (found.kind === 'signal') return 'none'
    if (found.kind === 'begun') {
      if (FORKS.has(found.name)) forks.begin(pid, isThreadOf({ args: [found.text] }))
      return 'none'
    }
    num++
    if (found.kind === 'exit') {
      const fields = processFields(processes.of(found.pid))
      forks.end(found.pid, undefined)
      processes.end(found.pid)
      return eventOf(num, 'procexit', found.time, found.pid, { 'evt.dir': '>', ...fields })
    }
    return callEvent(found.call)
  }

  function callEvent(call: StraceCall): SensedSyscallEvent {
    const { pid, name, result, errno, time } = call
    const succeeded = errno === null && result !== null
    const paths = call.args.map(textOfArgument).filter((text) => text !== undefined)
    const child = succeeded && typeof result === 'number' && result > 0 ? result : undefined
    if (FORKS.has(name)) forks.end(pid, child)
    if (FORKS.has(name) && child !== undefined) processes.fork(pid, child, isThreadOf(call))
    const process = processes.of(pid)
    // Of a call whose beginning was not seen the arguments are missing.
    if (name.startsWith('execve') && succeeded && paths[0] !== undefined)
      processes.execute(pid, pathIn(folderOf(call, 0, process), paths[0]), argumentsOf(call))
    if (name === 'chdir' && succeeded) processes.enter(process, pathIn(process.cwd, paths[0] ?? ''))
    if (name === 'fchdir' && succeeded) processes.enter(process, folderOf(call, 0, process))
    const fields: Record<string, SensedValue> = {
      'evt.dir': '<',
      'evt.args': call.args.join(' '),
      'evt.res': errno ?? (result === null ? null : 'SUCCESS'),
      'evt.rawres': errno === null && typeof result === 'number' ? result : null,
      'evt.failed': errno !== null,
      ...processFields(process),
      ...argumentFields(call),
      ...pathFields(call, paths, process),
      ...descriptorFields(call, paths, process, processes),
    }
    return eventOf(num, name, time, pid, fields)
  }
}

function eventOf(
  num: number,
  type: string,
  time: string | null,
  tid: number | null,
  fields: Record<string, SensedValue>,
): SensedSyscallEvent {
  // Only `-ttt` tells of which day a time is.
  const ts = time !== null && /^\d+\.\d+$/.test(time) ? String(nanosecondsOf(time)) : undefined
  return {
    num,
    type,
    ...(ts !== undefined && { ts }),
    ...(tid !== null && { tid }),
    fields: { 'evt.type': type, ...fields },
  }
}

/** The arguments of execve but the first: `["ls", "-l"]`. */
function argumentsOf({ args }: StraceCall): string[] {
  const list = args.find((argument) => argument.startsWith('[')) ?? '[]'
  const texts = list.match(/"(?:[^"\\]|\\.)*"/g) ?? []
  return texts.map((text) => textOfArgument(text) ?? '')
}

function processFields({ pid, program, parent }: TracedProcess): Record<string, SensedValue> {
  return {
    'proc.pid': pid,
    ...(program !== undefined && programFields(program)),
    ...(parent?.program !== undefined && {
      'proc.pname': parent.program.name,
      'proc.aname[1]': parent.program.name,
    }),
    ...(parent?.pid != null && { 'proc.ppid': parent.pid }),
  }
}

function programFields({ name, path, args: [exe, ...rest] }: TracedProgram): Record<string, SensedValue> {
  return {
    'proc.name': name,
    'proc.exepath': path,
    'proc.exe': exe ?? name,
    'proc.args': rest.join(' '),
    'proc.cmdline': [name, ...rest].join(' '),
  }
}

function pathFields(
  call: StraceCall,
  [first, second]: readonly string[],
  process: TracedProcess,
): Record<string, SensedValue> {
  if (first === undefined) return {}
  const { name } = call
  if (PATH_CALLS.has(name))
    return {
      'fs.path.name': pathIn(folderOf(call, 0, process), first),
      'fs.path.nameraw': first,
      'evt.arg.name': first,
      ...(name.includes('chmod') && { 'evt.arg.filename': first }),
    }
  if (second === undefined) return {}
  const [from, to] = [pathIn(folderOf(call, 0, process), first), pathIn(folderOf(call, 1, process), second)]
  if (RENAMES.has(name))
    return {
      'fs.path.source': from,
      'fs.path.target': to,
      'evt.arg.oldpath': first,
      'evt.arg.newpath': second,
    }
  if (!LINKS.has(name)) return {}
  const isSymbolic = name.startsWith('sym')
  return {
    'fs.path.source': to,
    'fs.path.target': from,
    ...(isSymbolic
      ? { 'evt.arg.target': first, 'evt.arg.linkpath': second }
      : { 'evt.arg.oldpath': first, 'evt.arg.newpath': second }),
  }
}

function descriptorFields(
  call: StraceCall,
  paths: readonly string[],
  process: TracedProcess,
  processes: Processes,
): Record<string, SensedValue> {
  const { name, args, result, errno } = call
  if (OPENS.has(name)) {
    const path = pathIn(folderOf(call, 0, process), paths[0] ?? '')
    const number = errno === null && typeof result === 'number' ? result : -1
    if (number >= 0)
      processes.open(process, number, { 'fd.name': path, 'fd.type': 'file', 'fd.typechar': 'f' })
    return { 'fd.num': number, ...fileFields(path), ...openFields(args, name) }
  }
  const number = numberOf(args[0])
  if (number === undefined) return {}
  if (name === 'connect' || name === 'accept' || name === 'accept4' || name === 'bind') {
    const socket = socketFields(args[1] ?? '', name)
    if (socket === undefined) return {}
    const own = name.startsWith('accept') && typeof result === 'number' ? result : number
    if (errno === null || errno === 'EINPROGRESS') processes.open(process, own, socket)
    return { 'fd.num': own, ...socket }
  }
  const known = process.descriptors.get(number)
  if (name === 'close') processes.close(process, number)
  if (name.startsWith('dup') && known !== undefined && typeof result === 'number' && errno === null) {
    processes.copy(process, result, known)
    return { 'fd.num': result, ...known }
  }
  return known === undefined ? {} : { 'fd.num': number, ...known }
}

function fileFields(path: string): Record<string, SensedValue> {
  const slash = path.lastIndexOf('/')
  return {
    'fd.name': path,
    'fd.type': 'file',
    'fd.typechar': 'f',
    'fd.directory': slash <= 0 ? '/' : path.slice(0, slash),
    'fd.filename': path.slice(slash + 1),
  }
}

function openFields(args: readonly string[], name: string): Record<string, SensedValue> {
  const flags = args.find((argument) => /\bO_[A-Z]+/.test(argument) && !argument.startsWith('"')) ?? ''
  const both = flags.includes('O_RDWR')
  return {
    'evt.arg.flags': flags,
    'evt.is_open_read': both || flags.includes('O_RDONLY'),
    'evt.is_open_write': both || flags.includes('O_WRONLY') || name === 'creat',
  }
}

/** `3`, or `3</etc/passwd>` with `-y`. */
function numberOf(argument: string | undefined): number | undefined {
  const found = /^(\d{1,9})(?:<|$)/.exec(argument ?? '')
  return found === null ? undefined : Number(found[1])
}
