import type { KernelEvent } from '../kernel-event.ts'
import type { KernelState } from '../kernel-state.ts'

/** What one thread said when it entered a call is kept until it leaves; longer ones are not. */
const LONGEST = 64 * 1024

/**
 * Keeps an enter event for the exit event that follows: what a call was asked for cannot be changed any more by another
 * thread, as memory can.
 */
export function keepEntered(_: KernelState, event: KernelEvent): void {
  const { thread } = event
  if (thread === undefined) return
  thread.entered = event.finish - event.begin > LONGEST ? undefined : event.copyBytes()
}
