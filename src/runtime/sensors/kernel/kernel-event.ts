import type { Descriptor } from './descriptor.ts'
import { EventBytes } from './event-bytes.ts'
import type { KernelState } from './kernel-state.ts'
import type { Thread } from './thread.ts'

/** The path that a call was given, without slashes in a row, and where it leads. */
export interface PathAsked {
  readonly raw: string
  readonly resolved: string
}

/** The event at hand, with what the state knows of it: see `KernelState.apply`. */
export class KernelEvent extends EventBytes {
  state: KernelState
  /** The how manieth event it is, from 1. */
  num = 0
  cpu = 0
  /** Time of the event before, and of the first, each in two halves. */
  previousLow = 0
  previousHigh = 0
  firstLow = 0
  firstHigh = 0
  thread: Thread | undefined
  descriptor: Descriptor | undefined
  /** Number of the descriptor that the event is about; undefined where it is about none. */
  descriptorNumber: number | undefined
  nameChanged = false
  /** What the call asked for, where that was looked up: several fields are made of it. */
  pathAsked: PathAsked | undefined

  constructor(state: KernelState) {
    super()
    this.state = state
  }
}
