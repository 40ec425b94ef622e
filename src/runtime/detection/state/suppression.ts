import type { Suppress } from '../../rules/index.ts'
import { KeyedState, type StateCounts, type StateLimits } from './keyed-state.ts'
import { Window } from './window.ts'

/** Told of every alert that a rule would raise; answers whether it is let through. */
export type Suppressor = (key: string, time: number) => boolean

/**
 * `suppress: {limit, within, by}`: lets at most `limit` alerts through in any window of that length, for the same
 * values of `by`. The window ends at the latest time seen for the key; an alert that is older than it is let through, since
 * nothing is known of its time any more.
 */
export function createSuppression(
  { limit, within }: Suppress,
  counts: StateCounts,
  limits?: StateLimits,
): Suppressor {
  const states = new KeyedState(() => new Passed(limit, within, counts), counts, limits)
  return (key, time) => states.use(key, (passed) => passed.admit(time))
}

/** Times of the alerts of one key that were let through, at most `limit`. */
class Passed {
  readonly #limit: number
  readonly #window: Window
  readonly #counts: StateCounts
  #times: number[] = []

  constructor(limit: number, within: number, counts: StateCounts) {
    this.#limit = limit
    this.#window = new Window(within)
    this.#counts = counts
  }

  get size(): number {
    return this.#times.length
  }

  admit(time: number): boolean {
    if (!this.#window.admit(time)) {
      this.#counts.late++
      return true
    }
    this.#times = this.#times.filter((passed) => passed >= this.#window.start)
    if (this.#times.length >= this.#limit) return false
    this.#times.push(time)
    return true
  }
}
