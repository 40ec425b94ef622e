import type { KernelEvent } from '../kernel-event.ts'
import { withoutDeleted } from '../paths.ts'
import { Thread } from '../thread.ts'
import { isRecent } from '../thread-table.ts'
import { begin, MADE, RUN, takeProgram } from './processes.ts'
import type { Transition } from './transition.ts'

/**
 * A thread whose beginning was not told, as the kernel finds it before its first event (sensor/bpf/threads.h). What its
 * parent has open now is no copy that it got; what it opened itself is not known.
 */
const introduced: Transition = (state, event) => {
  const { tid } = event
  const known = state.threads.get(tid)
  const ptid = event.int64(MADE.ptid, -1)
  if (known !== undefined && !known.isPlaceholder && isSame(known, event)) {
    state.threads.disown(known)
    known.ptid = ptid
    state.threads.adopt(known)
    return
  }
  const thread = new Thread(tid, event.int64(MADE.pid, tid))
  thread.ptid = ptid
  thread.vtid = event.int64(MADE.vtid, tid)
  thread.vpid = event.int64(MADE.vpid, thread.pid)
  begin(thread, event, undefined)
  // When its program began is not told.
  thread.execLow = 0
  thread.execHigh = 0
  if (known?.isPlaceholder === true) thread.descriptors = known.descriptors
  state.threads.add(thread)
}

/** The time of the event is the start of the thread; of one that the list of processes had, it is not known. */
function isSame({ startLow, startHigh }: Thread, event: KernelEvent): boolean {
  return startHigh === 0 || isRecent(startLow, startHigh, event)
}

const described: Transition = (state, event) => {
  const thread = state.threads.get(event.tid)
  if (thread === undefined) return
  const { comm, exe, args, env, exeFlags, exeInode, exeChanged, exeModified, memory } = thread
  takeProgram(thread, event)
  if (env !== '' && thread.env === '') thread.env = env
  // The memory of another process cannot be read there: what is known of the same program stays.
  if (thread.exe === '') {
    thread.exe = thread.comm
    if (comm === thread.comm && exe !== '') {
      thread.exe = exe
      thread.setProgram(comm, args)
    }
  }
  const cwd = event.text(RUN.cwd)
  if (cwd !== '') thread.cwd = cwd.endsWith('/') ? cwd : `${cwd}/`
  const path = event.text(RUN.path)
  if (path !== '') thread.exepath = withoutDeleted(path)
  // One that ends has no memory any more, and with it no file: what is known of that stays.
  else Object.assign(thread, { exeFlags, exeInode, exeChanged, exeModified, memory })
}

const ofSession: Transition = (state, event) => {
  const thread = state.threads.get(event.tid)
  if (thread !== undefined) thread.sid = event.int64(0, -1)
}

/** What a thread is, told before its first event and no event itself, by the types of events that would tell it. */
export const INTRODUCTIONS: Readonly<Record<string, Transition>> = {
  SYSCALL_CLONE_20_X: introduced,
  SYSCALL_EXECVE_19_X: described,
  SYSCALL_SETSID_X: ofSession,
}
