/** A watch that is to be told something. */
export interface Paced {
  /** Sends what has come. */
  deliver(): void
  /** May be told more. */
  resume(): void
}

/** So much of the clock a delivery may take: the fifth part of it is a delivery's own work. */
const DELIVERY_MILLISECONDS = 0.15
/** No event waits longer for those that come after it. */
const MOST_MILLISECONDS = 20
/** A timer knows nothing shorter. */
const LEAST_MILLISECONDS = 1

/**
 * When watches are told. What comes in one turn of the event loop is delivered at its end; and once there are more
 * deliveries than a few thousand a second, those who have just been told wait a little, so that what comes next for them
 * goes on together. A delivery costs about the same whatever it holds, so a storm of events takes no request's time.
 */
export class Pace {
  readonly #now: () => number
  #due: Paced[] = []
  #held: Paced[] = []
  /** When the present turn began. */
  #turn = 0
  /** When all deliveries so far have had their time. */
  #until = 0

  /** @param now - in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Delivers at the end of this turn. To be asked once a turn. */
  add(paced: Paced): void {
    if (this.#due.push(paced) > 1) return
    this.#turn = this.#now()
    setImmediate(() => this.#deliver())
  }

  /** @returns whether one that is due has to wait after it; then `resume` will be called */
  holds(paced: Paced): boolean {
    const wait = this.#until - this.#turn
    if (wait < LEAST_MILLISECONDS) return false
    if (this.#held.push(paced) === 1) setTimeout(() => this.#release(), wait)
    return true
  }

  #deliver(): void {
    const due = this.#due
    this.#due = []
    const end = Math.max(this.#until, this.#turn) + due.length * DELIVERY_MILLISECONDS
    this.#until = Math.min(end, this.#turn + MOST_MILLISECONDS)
    for (const paced of due) paced.deliver()
  }

  #release(): void {
    const held = this.#held
    this.#held = []
    for (const paced of held) paced.resume()
  }
}
