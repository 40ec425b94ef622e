import type { Threshold } from '../../rules/index.ts'
import { KeyedState, type StateCounts, type StateLimits } from './keyed-state.ts'
import { Window } from './window.ts'

/** Told of every event that a rule's condition matches; answers whether to alert. */
export type ThresholdCounter = (key: string, time: number, distinct: string | undefined) => boolean

/**
 * `threshold: {count, within, by, distinct}`: alerts on the event with which `count` events, or events with `count`
 * distinct values, lie within a window. Then the count begins anew.
 *
 * The window ends at the latest time seen for the key: an event that comes late still counts as long as its time is
 * inside, and is passed over when it is not. An event without the distinct field does not count.
 *
 * @returns what takes the key (see `groupKey`), the event's time in milliseconds and the distinct value
 */
export function createThreshold(
  { count, within, distinct }: Threshold,
  counts: StateCounts,
  limits?: StateLimits,
): ThresholdCounter {
  if (distinct !== undefined) {
    const states = new KeyedState(() => new DistinctValues(count, within, counts), counts, limits)
    return (key, time, value) => value !== undefined && states.use(key, (state) => state.add(time, value))
  }
  const states = new KeyedState(() => new Times(count, within, counts), counts, limits)
  return (key, time) => states.use(key, (state) => state.add(time))
}

/** Times of the events of one key, sorted; fewer than the count. */
class Times {
  readonly #count: number
  readonly #window: Window
  readonly #counts: StateCounts
  #times: number[] = []

  constructor(count: number, within: number, counts: StateCounts) {
    this.#count = count
    this.#window = new Window(within)
    this.#counts = counts
  }

  get size(): number {
    return this.#times.length
  }

  add(time: number): boolean {
    if (!this.#window.admit(time)) {
      this.#counts.late++
      return false
    }
    const times = this.#times
    let at = times.length
    while (at > 0 && (times[at - 1] ?? 0) > time) at--
    times.splice(at, 0, time)
    let expired = 0
    while ((times[expired] ?? time) < this.#window.start) expired++
    if (expired > 0) times.splice(0, expired)
    if (times.length < this.#count) return false
    this.#times = []
    return true
  }
}

/** The distinct values of one key with the latest time of each; fewer than the count. */
class DistinctValues {
  readonly #count: number
  readonly #window: Window
  readonly #counts: StateCounts
  readonly #latest = new Map<string, number>()

  constructor(count: number, within: number, counts: StateCounts) {
    this.#count = count
    this.#window = new Window(within)
    this.#counts = counts
  }

  get size(): number {
    return this.#latest.size
  }

  add(time: number, value: string): boolean {
    if (!this.#window.admit(time)) {
      this.#counts.late++
      return false
    }
    const latest = this.#latest
    latest.set(value, Math.max(time, latest.get(value) ?? time))
    if (latest.size < this.#count) return false
    for (const [known, at] of latest) if (at < this.#window.start) latest.delete(known)
    if (latest.size < this.#count) return false
    latest.clear()
    return true
  }
}
