import type { Sequence } from '../../rules/index.ts'
import { KeyedState, type StateCounts, type StateLimits } from './keyed-state.ts'
import { Window } from './window.ts'

/** Follows the steps of one rule's sequence. */
export interface SequenceFollower {
  /** An event matches the condition of a step, counted from 0. */
  step(step: number, key: string, time: number): void
  /** An event matches the rule's own condition: whether to alert. */
  finish(key: string, time: number): boolean
}

/**
 * `sequence: {steps, within, by}`: alerts on an event that matches the rule's condition when before it others matched the
 * steps, in their order, for the same values of `by`, the first of them no longer ago than `within`. Then the sequence
 * begins anew.
 *
 * The order is that in which events arrive; one event is never two steps. The window is measured by the events' times: one
 * that comes late counts as if it had happened at the latest time seen for the key, and is passed over when it is
 * older than the window.
 *
 * For the steps that one event matches, the later ones have to be told first.
 */
export function createSequence(
  { steps, within }: Sequence,
  counts: StateCounts,
  limits?: StateLimits,
): SequenceFollower {
  const states = new KeyedState(() => new Progress(steps.length, within, counts), counts, limits)
  return {
    step: (step, key, time) => states.use(key, (progress) => progress.step(step, time)),
    finish: (key, time) => states.use(key, (progress) => progress.finish(time)),
  }
}

/**
 * How far the events of one key have come. Of all sequences that have reached a step only the one that began last
 * matters: whatever completes an older one in time completes it as well.
 */
class Progress {
  readonly #begun: (number | undefined)[]
  readonly #window: Window
  readonly #counts: StateCounts

  constructor(steps: number, within: number, counts: StateCounts) {
    this.#begun = new Array(steps).fill(undefined)
    this.#window = new Window(within)
    this.#counts = counts
  }

  get size(): number {
    return this.#begun[0] === undefined ? 0 : this.#begun.length
  }

  step(step: number, time: number): void {
    if (!this.#admit(time)) return
    if (step === 0) this.#begun[0] = this.#window.end
    else {
      const begun = this.#begun[step - 1]
      if (begun !== undefined && begun >= this.#window.start) this.#begun[step] = begun
    }
  }

  finish(time: number): boolean {
    if (!this.#admit(time)) return false
    const begun = this.#begun.at(-1)
    if (begun === undefined || begun < this.#window.start) return false
    this.#begun.fill(undefined)
    return true
  }

  #admit(time: number): boolean {
    const inside = this.#window.admit(time)
    if (!inside) this.#counts.late++
    return inside
  }
}
