import type { KernelEvent } from '../kernel-event.ts'
import type { KernelState } from '../kernel-state.ts'

/** What an event does to the state. */
export type Transition = (state: KernelState, event: KernelEvent) => void
