/** A watch that is to be told something. */
export interface Paced {
  /** Sends what has come. */
  deliver(): void
  /** @returns whether it waits with what comes from now on; then `resume` will be called */
  hold(): boolean
  /** May be told more. */
  resume(): void
}

/** So much of the clock a delivery may take, which is more than thirty times a delivery's own work. */
const DELIVERY_MILLISECONDS = 1
/** Of deliveries that come after quiet, some two hundred, before any is held back for what comes next. */
const BURST_MILLISECONDS = 200
/** No event waits longer for those that come after it. */
const MOST_MILLISECONDS = 100
/** A timer knows nothing shorter. */
const LEAST_MILLISECONDS = 1
/** Before others have their turn. */
const MOST_AT_ONCE = 200

/**
 * When watches are told. What comes in one turn of the event loop is delivered at its end; and while there are more
 * deliveries than a thousand a second, those who have just been told wait a little, so that what comes next for them
 * goes on together. A delivery costs about the same whatever it holds, so a storm of events takes no request's time.
 *
 * All who wait go on at once: what is due to streams that share a client's connection is written in one piece then.
 */
export class Pace {
  readonly #now: () => number
  #due: Paced[] = []
  #held: Paced[] = []
  /** How much of the clock the deliveries so far had still to take when the last ones were made. */
  #behind = 0
  #last = 0

  /** @param now - in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Delivers at the end of this turn. To be asked once a turn. */
  add(paced: Paced): void {
    if (this.#due.push(paced) === 1) setImmediate(() => this.#deliver())
  }

  #deliver(): void {
    const due = this.#due.splice(0, MOST_AT_ONCE)
    if (this.#due.length > 0) setImmediate(() => this.#deliver())
    const wait = this.#waitAfter(due.length)
    for (const paced of due) {
      paced.deliver()
      if (wait < LEAST_MILLISECONDS || !paced.hold()) continue
      if (this.#held.push(paced) === 1) setTimeout(() => this.#release(), wait)
    }
  }

  /** @returns how long those wait who are told now */
  #waitAfter(deliveries: number): number {
    const now = this.#now()
    const behind = Math.max(0, this.#behind - (now - this.#last)) + deliveries * DELIVERY_MILLISECONDS
    this.#last = now
    this.#behind = Math.min(behind, BURST_MILLISECONDS + MOST_MILLISECONDS)
    return this.#behind - BURST_MILLISECONDS
  }

  #release(): void {
    const held = this.#held
    this.#held = []
    for (const paced of held) paced.resume()
  }
}
