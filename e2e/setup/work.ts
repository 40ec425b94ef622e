/**
 * Works through the items a few at a time, as many as the API server has connections for.
 *
 * @param budget - milliseconds after which no further item is begun, and how many are worked through whatever time it takes;
 * all by default
 */
export async function eachOf<Item>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
  budget?: { readonly milliseconds: number; readonly least: number },
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  const began = performance.now()
  let begun = 0
  const isOver = () =>
    budget !== undefined && begun >= budget.least && performance.now() - began > budget.milliseconds
  const worker = async () => {
    while (!isOver()) {
      const next = iterator.next()
      if (next.done) return
      begun++
      await work(next.value)
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}

/** The items in another order, always the same, in which neighbours are far from each other. */
export function scattered<Item>(items: readonly Item[]): Item[] {
  // The golden ratio's multiples spread most evenly.
  const places = items.map((item, index) => ({ item, place: (index * 0.618_033_988_749_895) % 1 }))
  return places.sort((a, b) => a.place - b.place).map(({ item }) => item)
}

/** Counts of what was met, in words: `3 allowed, 2 denied`. */
export class Tally {
  readonly #counts = new Map<string, number>()

  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
  }

  toString(): string {
    const byCount = [...this.#counts].sort(([, a], [, b]) => b - a)
    return byCount.map(([what, times]) => `${times} ${what}`).join(', ') || 'none'
  }
}

/**
 * Asks until the answer will do, every fifth of a second, for five minutes: what a busy machine takes is no failure.
 *
 * @param what - what is waited for; as a function, told when it did not come, with what was seen last
 */
export async function until<Value>(
  ask: () => Promise<Value | undefined>,
  what: string | (() => string),
): Promise<Value> {
  const end = performance.now() + 300_000
  while (performance.now() < end) {
    const value = await ask()
    if (value !== undefined) return value
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`five minutes were not enough for ${typeof what === 'string' ? what : what()}`)
}
