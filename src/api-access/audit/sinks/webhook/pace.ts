/** How often something is tried again. */
export interface BackoffOptions {
  readonly initialMilliseconds: number
  readonly mostMilliseconds: number
}

/** Each pause is twice the one before; a fifth more or less, so that many senders do not come back at once. */
export function createBackoff(
  { initialMilliseconds, mostMilliseconds }: BackoffOptions,
  random = Math.random,
) {
  let failures = 0
  return {
    /** @returns how long to wait after one more failure */
    next(): number {
      const pause = Math.min(mostMilliseconds, initialMilliseconds * 2 ** failures)
      failures += 1
      return pause * (0.8 + 0.4 * random())
    },
    reset(): void {
      failures = 0
    },
  }
}

/**
 * A token bucket, as `--audit-webhook-batch-throttle-qps` and `-burst` fill it.
 *
 * @param now - milliseconds of a clock that never goes back
 */
export function createThrottle(
  perSecond: number,
  burst: number,
  now: () => number = () => performance.now(),
) {
  let tokens = burst
  let filledAt = now()
  return {
    /** @returns how long to wait before the next request, 0 where it may go at once; the request counts */
    take(): number {
      const time = now()
      tokens = Math.min(burst, tokens + ((time - filledAt) / 1000) * perSecond)
      filledAt = time
      tokens -= 1
      return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000
    },
  }
}
