/** Keeps what was used last, up to a size: what is not asked for while as much again comes in is forgotten. */
export class RecentForms<Key, Value> {
  readonly #limit: number
  #recent = new Map<Key, Value>()
  #earlier = new Map<Key, Value>()
  #size = 0

  /** @param limit - of the sizes of all that is kept, in whatever unit `set` is told */
  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: Key): Value | undefined {
    return this.#recent.get(key) ?? this.#earlier.get(key)
  }

  set(key: Key, value: Value, size: number): void {
    if (this.#size + size > this.#limit / 2) {
      this.#earlier = this.#recent
      this.#recent = new Map()
      this.#size = 0
    }
    this.#size += size
    this.#recent.set(key, value)
  }
}
