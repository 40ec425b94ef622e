import type { KernelEvent } from '../kernel-event.ts'
import type { KernelState } from '../kernel-state.ts'
import type { Thread } from '../thread.ts'
import { type ExtractWith, indexOf, type KernelValue } from './extract.ts'

/** Chains that are longer come from damaged data. */
const LONGEST = 256

/** The main thread of the n-th parent; of 0 the thread's own. */
export function ancestor(state: KernelState, thread: Thread, steps: number): Thread | undefined {
  let found = state.mainOf(thread)
  for (let step = 0; found !== undefined && step < steps && step < LONGEST; step++)
    found = state.parentOf(found)
  return found
}

/** A field of an ancestor: `proc.aname[2]`. */
export function ofAncestor(read: (thread: Thread) => KernelValue): ExtractWith {
  return (argument) => {
    const steps = indexOf(argument)
    return ({ state, thread }) => {
      if (thread === undefined) return undefined
      if (steps === 0) return read(thread)
      const found = ancestor(state, thread, steps)
      return found === undefined ? undefined : read(found)
    }
  }
}

/** A field of every ancestor, the parent first. */
export function ofAncestors(
  read: (thread: Thread) => string | number | undefined,
): (event: KernelEvent) => KernelValue {
  return ({ state, thread }) => {
    if (thread === undefined) return undefined
    const values: (string | number)[] = []
    const main = state.mainOf(thread)
    let found = main === undefined ? undefined : state.parentOf(main)
    for (let step = 0; found !== undefined && step < LONGEST; step++) {
      const value = read(found)
      if (value !== undefined && value !== '') values.push(value)
      found = state.parentOf(found)
    }
    return values.length === 0 ? undefined : values
  }
}

/** The highest ancestor that a test holds for, in an unbroken chain from the parent on. */
export function highestMatching(
  state: KernelState,
  thread: Thread,
  matches: (thread: Thread) => boolean,
): Thread | undefined {
  let highest: Thread | undefined
  const main = state.mainOf(thread)
  let parent = main === undefined ? undefined : state.parentOf(main)
  for (let step = 0; parent !== undefined && step < LONGEST && matches(parent); step++) {
    highest = parent
    parent = state.parentOf(parent)
  }
  return highest
}
