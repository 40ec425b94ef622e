/** Times in milliseconds since 1970. */
export interface SteadyClock {
  now(): number
  /** An event's time, as this clock would have it. */
  of(time: number): number
}

/**
 * A clock that goes on as it was when it was made, though the time of day be set meanwhile: how long something was watched,
 * and how far apart two events are, must not hang on that. Events have the time of day that was known when they happened; the
 * sensor learns of another one within a second, so that for a moment they have either.
 *
 * @param timeOfDay - milliseconds since 1970
 * @param elapsed - milliseconds since any moment, never set
 */
export function createSteadyClock(
  timeOfDay: () => number = Date.now,
  elapsed: () => number = () => performance.now(),
): SteadyClock {
  const begin = timeOfDay() - elapsed()
  const now = () => Math.round(begin + elapsed())
  return {
    now,
    of(time) {
      const here = now()
      const changed = timeOfDay() - here
      const corrected = time - changed
      // Of the two, the nearer one to now; NaN, where the event tells no time, stays.
      return Math.abs(corrected - here) < Math.abs(time - here) && Math.abs(changed) >= LEAST
        ? corrected
        : time
    },
  }
}

/** Less is what the clock is slowed or quickened by, and the moment between looking at the two. */
const LEAST = 1000
