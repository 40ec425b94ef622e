/** The clocks of this machine, in nanoseconds: the time of day since 1970, and one that is never set. */
export interface Clocks {
  readonly timeOfDay: () => bigint
  readonly monotonic: () => bigint
}

const OWN: Clocks = {
  timeOfDay: () => BigInt(Date.now()) * 1_000_000n,
  monotonic: () => process.hrtime.bigint(),
}

/** The time of day may be set while we run. */
const READ_AGAIN = 1_000_000_000n

/**
 * The nanoseconds since 1970 at which the monotonic clock began. It is read anew each second: events that the kernel has
 * numbered by its own clock stay in their order and their distances, and have the time of day as it is now.
 */
export function createBootClock({ timeOfDay, monotonic }: Clocks = OWN): () => bigint {
  let read = monotonic()
  let current = timeOfDay() - read
  return () => {
    const now = monotonic()
    if (now - read >= READ_AGAIN) {
      read = now
      current = timeOfDay() - now
    }
    return current
  }
}
