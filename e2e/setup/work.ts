/** Works through the items a few at a time, as many as the API server has connections for. */
export async function eachOf<Item>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  const worker = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
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

/** Asks until the answer will do, every fifth of a second, for a minute. */
export async function until<Value>(ask: () => Promise<Value | undefined>, what: string): Promise<Value> {
  for (let tries = 0; tries < 300; tries++) {
    const value = await ask()
    if (value !== undefined) return value
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`a minute was not enough for ${what}`)
}
