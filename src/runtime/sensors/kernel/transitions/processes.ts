import type { Buffer } from 'node:buffer'
import { eventNumber } from '../../schema/event-types.ts'
import { DescriptorTable } from '../descriptor.ts'
import { EventBytes } from '../event-bytes.ts'
import type { KernelEvent } from '../kernel-event.ts'
import type { KernelState } from '../kernel-state.ts'
import { resolvePath, withoutDeleted } from '../paths.ts'
import { NOBODY, Thread, UNTOLD } from '../thread.ts'
import { isRecent } from '../thread-table.ts'
import { keepEntered } from './entered.ts'
import { endThread } from './exits.ts'
import type { Transition } from './transition.ts'

/** Flags of clone, by libs' values. */
const CLONE = {
  newPid: 64,
  parent: 256,
  thread: 8192,
  vfork: 134_217_728,
  childInNamespace: 536_870_912,
} as const

/** Parameters of the exit events of clone, fork, vfork and clone3. */
export const MADE = {
  result: 0,
  exe: 1,
  args: 2,
  tid: 3,
  pid: 4,
  ptid: 5,
  fdlimit: 7,
  comm: 13,
  cgroups: 14,
  flags: 15,
  uid: 16,
  gid: 17,
  vtid: 18,
  vpid: 19,
  namespaceStart: 20,
} as const

const VFORK = eventNumber('SYSCALL_VFORK_20_X')

/** Whether events of the type make threads, so that theirs may be new. */
export function createsThreads(symbol: string): boolean {
  return /^SYSCALL_(CLONE|FORK|VFORK|CLONE3)(_\d+)?_[EX]$/.test(symbol)
}

const cloned: Transition = (state, event) => {
  const result = event.int64(MADE.result, -1)
  if (result > 0) fromParent(state, event, result)
  else if (result === 0) fromChild(state, event)
}

/** The parent's event: makes the child, where its number is the machine's and it has not told of itself. */
function fromParent(state: KernelState, event: KernelEvent, tid: number): void {
  const flags = event.uint32(MADE.flags)
  const parent = event.thread ?? newParent(state, event)
  if ((flags & (CLONE.childInNamespace | CLONE.newPid | CLONE.parent | CLONE.vfork)) !== 0) return
  if (event.type.number === VFORK || parent.tid !== parent.vtid) return
  const known = state.threads.get(tid)
  if (known?.isInverted === true && isRecent(known.startLow, known.startHigh, event)) {
    known.isInverted = false
    return
  }
  const isThread = (flags & CLONE.thread) !== 0
  const ptid = isThread ? parent.ptid : parent.tid
  if (state.threads.hasJustEnded(tid, ptid, event)) return
  const child = new Thread(tid, isThread ? parent.pid : tid)
  child.ptid = ptid
  child.vtid = tid
  child.vpid = isThread ? parent.vpid : tid
  inherit(state, child, parent, event, isThread)
  state.threads.add(child)
}

/** The child's event: makes it, unless its parent has told of it. */
function fromChild(state: KernelState, event: KernelEvent): void {
  const known = event.thread
  if (known !== undefined && !known.isPlaceholder && known.startHigh !== 0) {
    if (isRecent(known.startLow, known.startHigh, event)) return
  }
  const isThread = (event.uint32(MADE.flags) & CLONE.thread) !== 0
  const { tid } = event
  const child = new Thread(tid, event.int64(MADE.pid, tid))
  child.ptid = event.int64(MADE.ptid, -1)
  child.vtid = event.int64(MADE.vtid, tid)
  child.vpid = event.int64(MADE.vpid, child.pid)
  child.isInverted = true
  const source = state.threads.get(isThread ? child.pid : child.ptid)
  inherit(state, child, source, event, isThread)
  state.threads.add(child)
  event.thread = child
}

/** A thread that makes another, but was not known. */
function newParent(state: KernelState, event: KernelEvent): Thread {
  const { tid } = event
  const thread = new Thread(tid, event.int64(MADE.pid, tid))
  thread.ptid = event.int64(MADE.ptid, -1)
  thread.vtid = event.int64(MADE.vtid, tid)
  thread.vpid = event.int64(MADE.vpid, thread.pid)
  inherit(state, thread, undefined, event, !thread.isMain())
  thread.startLow = 0
  thread.startHigh = 0
  state.threads.add(thread)
  event.thread = thread
  return thread
}

function inherit(
  state: KernelState,
  child: Thread,
  source: Thread | undefined,
  event: KernelEvent,
  isThread: boolean,
): void {
  begin(child, event, source)
  if (source === undefined) return
  child.exepath = source.exepath
  child.exeFlags = source.exeFlags
  child.exeInode = source.exeInode
  child.exeChanged = source.exeChanged
  child.exeModified = source.exeModified
  child.root = source.root
  child.sid = source.sid
  child.pgid = source.pgid
  child.vpgid = source.vpgid
  child.tty = source.tty
  child.loginuid = source.loginuid
  child.capInheritable = source.capInheritable
  child.capPermitted = source.capPermitted
  child.capEffective = source.capEffective
  if (isThread) return
  const main = state.mainOf(source)
  if (main === undefined) return
  child.descriptors = new DescriptorTable(main.descriptors)
  child.cwd = main.cwd
  child.env = main.env
}

/** What the event of its beginning tells of a thread. @param source - the one that it is a copy of */
export function begin(child: Thread, event: KernelEvent, source: Thread | undefined): void {
  child.exe = event.text(MADE.exe)
  child.setProgram(event.text(MADE.comm), event.texts(MADE.args))
  child.setCgroups(event.texts(MADE.cgroups), source)
  child.uid = event.uint32(MADE.uid, NOBODY)
  child.gid = event.uint32(MADE.gid, NOBODY)
  child.fdlimit = event.int64(MADE.fdlimit, -1)
  child.namespaceStart = event.exactUint64(MADE.namespaceStart)
  child.startLow = event.timeLow
  child.startHigh = event.timeHigh
  child.execLow = event.timeLow
  child.execHigh = event.timeHigh
}

/** Parameters of the exit events of execve and execveat. */
export const RUN = {
  result: 0,
  exe: 1,
  args: 2,
  pid: 4,
  ptid: 5,
  cwd: 6,
  fdlimit: 7,
  majorFaults: 8,
  minorFaults: 9,
  memory: 10,
  residentMemory: 11,
  swap: 12,
  comm: 13,
  cgroups: 14,
  env: 15,
  tty: 16,
  vpgid: 17,
  loginuid: 18,
  flags: 19,
  capInheritable: 20,
  capPermitted: 21,
  capEffective: 22,
  inode: 23,
  changed: 24,
  modified: 25,
  uid: 26,
  path: 27,
  pgid: 28,
  gid: 29,
} as const

const executed: Transition = (state, event) => {
  const { thread } = event
  const entered = thread?.entered
  if (thread === undefined) return
  thread.entered = undefined
  if (event.int64(RUN.result, -1) !== 0) return
  if (event.has(RUN.pid)) thread.pid = event.int64(RUN.pid)
  if (thread.isPlaceholder) adoptPlaceholder(state, thread, event)
  takeProgram(thread, event)
  thread.exepath = pathOf(thread, event, entered)
  thread.execLow = event.timeLow
  thread.execHigh = event.timeHigh
  closeOnExec(thread)
  endOthers(state, thread)
}

/** What the event of a program tells of its thread, but for the path of the file. */
export function takeProgram(thread: Thread, event: KernelEvent): void {
  thread.exe = event.text(RUN.exe)
  thread.setProgram(event.text(RUN.comm), event.texts(RUN.args))
  thread.setCgroups(event.texts(RUN.cgroups), thread)
  thread.env = event.texts(RUN.env)
  thread.tty = event.uint32(RUN.tty)
  thread.vpgid = event.int64(RUN.vpgid, -1)
  thread.pgid = event.int64(RUN.pgid, -1)
  thread.loginuid = event.uint32(RUN.loginuid, NOBODY)
  if (event.has(RUN.fdlimit)) thread.fdlimit = event.int64(RUN.fdlimit)
  takeMeasures(thread, event)
  takePrivileges(thread, event)
}

function adoptPlaceholder(state: KernelState, thread: Thread, event: KernelEvent): void {
  thread.isPlaceholder = false
  thread.cwd = ''
  thread.ptid = event.int64(RUN.ptid, -1)
  thread.vtid = thread.tid
  thread.vpid = thread.pid
  state.threads.add(thread)
}

/** The path that the kernel itself gives; older drivers do not, then what the call was asked for. */
function pathOf(thread: Thread, event: KernelEvent, entered: Buffer | undefined): string {
  const path = event.text(RUN.path)
  if (path !== '') return withoutDeleted(path)
  if (entered === undefined) return ''
  if (!before.moveTo(entered, 0, entered.length) || before.type.name !== 'execve') return ''
  const filename = before.text(0)
  return filename === '' || filename === '<NA>' ? '' : resolvePath(thread.cwd, filename)
}

const before = new EventBytes()

function takeMeasures(thread: Thread, event: KernelEvent): void {
  thread.majorFaults = event.uint64(RUN.majorFaults, thread.majorFaults)
  thread.minorFaults = event.uint64(RUN.minorFaults, thread.minorFaults)
  thread.memory = event.uint32(RUN.memory, thread.memory)
  // What the program before it had is none of this one's.
  thread.residentMemory = event.has(RUN.residentMemory) ? event.uint32(RUN.residentMemory) : UNTOLD
  thread.swap = event.has(RUN.swap) ? event.uint32(RUN.swap) : UNTOLD
}

function takePrivileges(thread: Thread, event: KernelEvent): void {
  thread.exeFlags = event.uint32(RUN.flags)
  if (event.has(RUN.capInheritable)) thread.capInheritable = event.exactUint64(RUN.capInheritable)
  if (event.has(RUN.capPermitted)) thread.capPermitted = event.exactUint64(RUN.capPermitted)
  if (event.has(RUN.capEffective)) thread.capEffective = event.exactUint64(RUN.capEffective)
  if (event.has(RUN.inode)) thread.exeInode = event.uint64(RUN.inode)
  if (event.has(RUN.changed)) thread.exeChanged = event.exactUint64(RUN.changed)
  if (event.has(RUN.modified)) thread.exeModified = event.exactUint64(RUN.modified)
  if (event.has(RUN.uid)) thread.uid = event.uint32(RUN.uid)
  if (event.has(RUN.gid)) thread.gid = event.uint32(RUN.gid)
}

function closeOnExec({ descriptors }: Thread): void {
  const closing: number[] = []
  descriptors.forEach((descriptor, number) => {
    if (descriptor.closesOnExec) closing.push(number)
  })
  for (const number of closing) descriptors.delete(number)
}

/** "All threads other than the calling thread are destroyed during an execve()" (execve(2)). */
function endOthers(state: KernelState, thread: Thread): void {
  const { group } = thread
  if (group === undefined || group.threads.size < 2) return
  for (const other of [...group.threads]) if (other !== thread && !other.isMain()) state.threads.remove(other)
}

const exited: Transition = (state, event) => {
  const { thread } = event
  if (thread === undefined) return
  endThread(state, thread, event.int64(4, 0), event)
}

const setSession: Transition = (_, event) => {
  const session = event.int64(0, -1)
  if (session >= 0 && event.thread !== undefined) event.thread.sid = session
}

const SET_CHILD_SUBREAPER = 36

const controlled: Transition = (_, event) => {
  const group = event.thread?.group
  if (group === undefined || event.int64(0, -1) < 0) return
  if (event.uint32(1) === SET_CHILD_SUBREAPER) group.isReaper = event.int64(3) !== 0
}

const LIMIT_OF_FILES = 7
/** Position of the resource, and of its new limit, in `prlimit` and `setrlimit`. */
function limited(resource: number, limit: number, pid: number): Transition {
  return (state, event) => {
    if (event.thread === undefined || event.int64(0, -1) < 0 || event.uint8(resource, 255) !== LIMIT_OF_FILES)
      return
    const value = event.int64(limit, -1)
    if (value < 0) return
    const of = pid < 0 ? 0 : event.int64(pid)
    const thread = of === 0 ? event.thread : state.threads.get(of)
    if (thread !== undefined) thread.fdlimit = value
  }
}

export const PROCESSES: Readonly<Record<string, Transition>> = {
  SYSCALL_CLONE_20_X: cloned,
  SYSCALL_FORK_20_X: cloned,
  SYSCALL_VFORK_20_X: cloned,
  SYSCALL_CLONE3_X: cloned,
  SYSCALL_EXECVE_19_E: keepEntered,
  SYSCALL_EXECVEAT_E: keepEntered,
  SYSCALL_EXECVE_19_X: executed,
  SYSCALL_EXECVEAT_X: executed,
  PROCEXIT_1_E: exited,
  SYSCALL_SETSID_X: setSession,
  SYSCALL_PRCTL_X: controlled,
  SYSCALL_PRLIMIT_X: limited(6, 1, 5),
  SYSCALL_SETRLIMIT_X: limited(3, 1, -1),
}
