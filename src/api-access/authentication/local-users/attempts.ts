import { LRUCache } from 'lru-cache'

/** Counts attempts that failed, and says who has to wait. */
export interface Attempts {
  /** @returns seconds until the next attempt is looked at; 0 for now */
  waitFor(name: string, address: string): number
  failed(name: string, address: string): void
  /** After `failed`, which counts an attempt before it is looked at: that was none. */
  succeeded(name: string, address: string): void
}

interface Failures {
  readonly count: number
  /** Milliseconds since 1970. */
  readonly until: number
}

/** How many may fail before each further one has to wait; an address may stand for many people. */
const FREE = { name: 5, address: 20 }
const FIRST_SECONDS = 2
const LONGEST_SECONDS = 15 * 60

/** After so long without a failure all is forgotten. */
const FORGOTTEN_MILLISECONDS = 60 * 60 * 1000
const REMEMBERED = 10_000

/**
 * Slows down guessing: from the sixth failure of a name, or the twenty-first of an address, each further attempt has to
 * wait twice as long, up to a quarter of an hour. Names that do not exist count like those that do.
 *
 * @param now - milliseconds since 1970
 */
export function countAttempts(now: () => number): Attempts {
  const failures = new LRUCache<string, Failures>({ max: REMEMBERED })
  const keysOf = (name: string, address: string) => [
    { key: `name ${name}`, free: FREE.name },
    { key: `address ${address}`, free: FREE.address },
  ]
  const known = (key: string) => {
    const found = failures.get(key)
    return found !== undefined && now() < found.until + FORGOTTEN_MILLISECONDS
      ? found
      : { count: 0, until: 0 }
  }
  return {
    waitFor: (name, address) =>
      Math.max(0, ...keysOf(name, address).map(({ key }) => Math.ceil((known(key).until - now()) / 1000))),
    failed(name, address) {
      for (const { key, free } of keysOf(name, address)) {
        const count = known(key).count + 1
        const over = count - free
        const seconds = over < 0 ? 0 : Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.min(over, 16))
        failures.set(key, { count, until: now() + seconds * 1000 })
      }
    },
    succeeded(name, address) {
      failures.delete(`name ${name}`)
      // One good password does not make an address trustworthy: only the attempt itself is taken back.
      const { count } = known(`address ${address}`)
      failures.set(`address ${address}`, { count: Math.max(0, count - 1), until: now() })
    },
  }
}
