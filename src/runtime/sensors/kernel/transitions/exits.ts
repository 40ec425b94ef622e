import type { KernelEvent } from '../kernel-event.ts'
import type { KernelState } from '../kernel-state.ts'
import type { Thread } from '../thread.ts'

/** Chains of parents that are longer are not followed: they come from damaged data. */
const LONGEST_CHAIN = 256

/** A thread ends: its children get another parent, and it goes before the next event. */
export function endThread(state: KernelState, thread: Thread, reaperTid: number, event: KernelEvent): void {
  thread.isDead = true
  thread.group?.threads.delete(thread)
  const { children } = thread
  if (children !== undefined && children.size > 0) {
    const reaper = reaperOf(state, thread, reaperTid)
    for (const child of [...children]) {
      children.delete(child)
      child.ptid = reaper?.tid ?? 0
      state.threads.adopt(child)
    }
  }
  state.threads.noteEnd(thread, event)
  state.end(thread)
}

/** The one that the kernel names, or else as the kernel would choose (kernel/exit.c, find_new_reaper). */
function reaperOf(state: KernelState, thread: Thread, tid: number): Thread | undefined {
  const named = tid > 0 ? state.threads.get(tid) : undefined
  if (named !== undefined && named !== thread) {
    if (named.group !== undefined) named.group.isReaper = true
    return named
  }
  for (const other of thread.group?.threads ?? []) if (other !== thread && !other.isDead) return other
  return ancestorReaper(state, thread)
}

function ancestorReaper(state: KernelState, thread: Thread): Thread | undefined {
  const isInner = thread.vtid !== thread.tid
  let parent = state.parentOf(thread)
  for (let step = 0; parent !== undefined && step < LONGEST_CHAIN; step++) {
    if ((parent.vtid !== parent.tid) !== isInner) return undefined
    const isReaper = parent.pid === 1 || parent.vpid === 1 || parent.group?.isReaper === true
    if (isReaper && !parent.isDead) {
      if (parent.group !== undefined) parent.group.isReaper = true
      return parent
    }
    parent = state.parentOf(parent)
  }
  return undefined
}
