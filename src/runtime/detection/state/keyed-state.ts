/** Counts of what stateful conditions did besides alerting. */
export interface StateCounts {
  /** Keys that were forgotten because there were more than the bound. */
  evicted: number
  /** Events that came so late that their window was over. */
  late: number
}

/** Stated bounds of what one stateful condition of one rule keeps. */
export interface StateLimits {
  /** Different values of `by`. */
  readonly keys: number
  /** Times, values and steps over all keys. */
  readonly items: number
}

const STATE_LIMITS: StateLimits = Object.freeze({ keys: 10_000, items: 500_000 })

/** What a state says about its size. */
export interface Sized {
  /** How many items it keeps. */
  readonly size: number
}

/**
 * States by key, the least recently used of which is forgotten when there are too many keys or items: somebody who makes
 * up user names can make Haetae forget, but not make it run out of memory.
 */
export class KeyedState<State extends Sized> {
  readonly #states = new Map<string, State>()
  readonly #create: () => State
  readonly #limits: StateLimits
  readonly #counts: StateCounts
  #items = 0

  constructor(create: () => State, counts: StateCounts, limits: StateLimits = STATE_LIMITS) {
    this.#create = create
    this.#counts = counts
    this.#limits = limits
  }

  /** How many keys there are. */
  get keys(): number {
    return this.#states.size
  }

  /**
   * Does something with the state of a key, which becomes the most recently used.
   *
   * @returns what `change` returns
   */
  use<Result>(key: string, change: (state: State) => Result): Result {
    const known = this.#states.get(key)
    const state = known ?? this.#create()
    if (known !== undefined) this.#states.delete(key)
    const before = state.size
    const result = change(state)
    this.#items += state.size - before
    if (state.size > 0) this.#states.set(key, state)
    this.#evict()
    return result
  }

  #evict(): void {
    while (
      this.#states.size > this.#limits.keys ||
      (this.#items > this.#limits.items && this.#states.size > 1)
    ) {
      const [oldest] = this.#states
      if (oldest === undefined) return
      const [key, { size }] = oldest
      this.#states.delete(key)
      this.#items -= size
      this.#counts.evicted++
    }
  }
}
