import type { DetectionSource } from './source.ts'

/** How far the clock of a sender may be ahead of ours. */
const TOLERANCE_MILLISECONDS = 60_000

/**
 * Makes the clock that stateful conditions go by: an event's own time in milliseconds, never the time of day. A time from
 * the future, which would make all events after it late, is cut to that of arrival where it is known; an event
 * without a time happened when the one before it did.
 */
export function createEventClock<E>(source: DetectionSource<E>): (event: E) => number {
  let latest = 0
  return (event) => {
    const own = source.time(event)
    const received = source.received(event)
    const time = own === undefined ? latest : milliseconds(own)
    const limit =
      received === undefined ? Number.POSITIVE_INFINITY : milliseconds(received) + TOLERANCE_MILLISECONDS
    latest = own === undefined && received !== undefined ? milliseconds(received) : Math.min(time, limit)
    return latest
  }
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1_000_000
}
