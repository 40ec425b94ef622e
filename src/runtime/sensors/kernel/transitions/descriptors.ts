import { DESCRIPTOR, Descriptor } from '../descriptor.ts'
import type { KernelEvent } from '../kernel-event.ts'
import type { KernelState } from '../kernel-state.ts'
import { resolveFolder } from '../paths.ts'
import type { Transition } from './transition.ts'

const O_CLOEXEC = 4096
const F_DUPFD = 1
const F_SETFD = 3
const F_DUPFD_CLOEXEC = 26
const CLOSE_RANGE_CLOEXEC = 4

/** A call whose first parameter is a new descriptor of a kind, with a name. */
function makes(kind: number, nameOf: (event: KernelEvent) => string = () => ''): Transition {
  return (state, event) => {
    const number = event.int64(0, -1)
    if (number >= 0) state.open(event, number, new Descriptor(kind, nameOf(event)))
  }
}

const makesMemory: Transition = (state, event) => {
  const number = event.int64(0, -1)
  if (number < 0) return
  event.nameChanged = true
  state.open(event, number, new Descriptor(DESCRIPTOR.memory, event.text(1)))
}

/** `res`, two descriptors, inode. */
const makesPipe: Transition = (state, event) => {
  if (event.int64(0, -1) < 0) return
  const inode = event.uint64(3)
  const closes = (event.uint32(4) & O_CLOEXEC) !== 0
  for (const number of [event.int64(1, -1), event.int64(2, -1)]) {
    if (number < 0) continue
    const pipe = new Descriptor(DESCRIPTOR.pipe)
    pipe.inode = inode
    pipe.closesOnExec = closes
    state.open(event, number, pipe)
  }
}

/** `dup`, `dup2`, `dup3`: the event is about the new descriptor. */
function duplicates(flags: number): Transition {
  return (state, event) => duplicate(state, event, flags >= 0 && (event.uint32(flags) & O_CLOEXEC) !== 0)
}

function duplicate(state: KernelState, event: KernelEvent, closesOnExec: boolean): void {
  const number = event.int64(0, -1)
  const { descriptor } = event
  if (number < 0) return
  if (descriptor === undefined) {
    // What it was before, it is no more.
    state.forget(event, number)
    return
  }
  const copy = descriptor.copy()
  copy.closesOnExec = closesOnExec
  state.open(event, number, copy)
}

const controls: Transition = (state, event) => {
  if (event.int64(0, -1) < 0) return
  const command = event.uint8(2)
  if (command === F_DUPFD || command === F_DUPFD_CLOEXEC) duplicate(state, event, command === F_DUPFD_CLOEXEC)
  else if (command === F_SETFD && event.descriptor !== undefined)
    event.descriptor.closesOnExec = (event.uint64(3) & 1) !== 0
}

const closes: Transition = (state, event) => {
  if (event.int64(0, -1) >= 0 && event.descriptorNumber !== undefined)
    state.close(event, event.descriptorNumber)
}

const closesRange: Transition = (state, event) => {
  const { thread } = event
  const main = thread === undefined ? undefined : state.mainOf(thread)
  if (main === undefined || event.int64(0, -1) < 0) return
  const first = event.uint32(1)
  const last = event.uint32(2)
  const onlyOnExec = (event.uint32(3) & CLOSE_RANGE_CLOEXEC) !== 0
  const inRange: number[] = []
  main.descriptors.forEach((descriptor, number) => {
    if (number < first || number > last) return
    if (onlyOnExec) descriptor.closesOnExec = true
    else inRange.push(number)
  })
  for (const number of inRange) main.descriptors.delete(number)
}

const changesFolder: Transition = (state, event) => {
  if (event.int64(0, -1) >= 0) setFolder(state, event, event.text(1))
}

const changesToDescriptor: Transition = (state, event) => {
  if (event.int64(0, -1) >= 0 && event.descriptor !== undefined)
    setFolder(state, event, event.descriptor.name)
}

function setFolder(state: KernelState, { thread }: KernelEvent, path: string): void {
  const main = thread === undefined ? undefined : state.mainOf(thread)
  if (main !== undefined && path !== '') main.cwd = resolveFolder(main.cwd, path)
}

const changesRoot: Transition = (_, event) => {
  if (event.thread === undefined || event.int64(0, -1) < 0) return
  const path = event.text(1)
  event.thread.root = resolveFolder(event.thread.cwd, path)
}

export const DESCRIPTORS: Readonly<Record<string, Transition>> = {
  SYSCALL_CLOSE_X: closes,
  SYSCALL_CLOSE_RANGE_X: closesRange,
  SYSCALL_DUP_1_X: duplicates(-1),
  SYSCALL_DUP2_X: duplicates(-1),
  SYSCALL_DUP3_X: duplicates(3),
  SYSCALL_FCNTL_X: controls,
  SYSCALL_PIPE_X: makesPipe,
  SYSCALL_PIPE2_X: makesPipe,
  SYSCALL_EVENTFD_X: makes(DESCRIPTOR.event),
  SYSCALL_EVENTFD2_X: makes(DESCRIPTOR.event),
  SYSCALL_SIGNALFD_X: makes(DESCRIPTOR.signal),
  SYSCALL_SIGNALFD4_X: makes(DESCRIPTOR.signal),
  SYSCALL_TIMERFD_CREATE_X: makes(DESCRIPTOR.timer),
  SYSCALL_INOTIFY_INIT_X: makes(DESCRIPTOR.inotify),
  SYSCALL_INOTIFY_INIT1_X: makes(DESCRIPTOR.inotify),
  SYSCALL_EPOLL_CREATE_X: makes(DESCRIPTOR.eventPoll),
  SYSCALL_EPOLL_CREATE1_X: makes(DESCRIPTOR.eventPoll),
  SYSCALL_BPF_2_X: makes(DESCRIPTOR.bpf),
  SYSCALL_USERFAULTFD_X: makes(DESCRIPTOR.userfault),
  SYSCALL_IO_URING_SETUP_X: makes(DESCRIPTOR.ioUring),
  SYSCALL_MEMFD_CREATE_X: makesMemory,
  SYSCALL_PIDFD_OPEN_X: makes(DESCRIPTOR.process, (event) => `/proc/${event.int64(1)}`),
  SYSCALL_CHDIR_X: changesFolder,
  SYSCALL_FCHDIR_X: changesToDescriptor,
  SYSCALL_GETCWD_X: changesFolder,
  SYSCALL_CHROOT_X: changesRoot,
}
