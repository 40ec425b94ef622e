/** How long to wait before the next try, each time longer. Milliseconds. */
export interface Backoff {
  next(): number
  reset(): void
}

const FIRST = 800
const LONGEST = 30_000

/**
 * Doubles from 0.8 s to 30 s, as client-go's reflector does, with a random half, so that those that one event
 * disconnected do not all come back at once.
 */
export function createBackoff(random: () => number = Math.random): Backoff {
  let failures = 0
  return {
    next() {
      const whole = Math.min(LONGEST, FIRST * 2 ** Math.min(failures++, 16))
      return whole / 2 + random() * (whole / 2)
    },
    reset() {
      failures = 0
    },
  }
}
