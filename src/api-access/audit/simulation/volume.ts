/** A number of events, and what they take in the log. */
export interface Volume {
  readonly events: number
  readonly bytes: number
}

/** A volume that is being counted. */
export class Counter implements Volume {
  events = 0
  bytes = 0

  add(bytes: number): void {
    this.events++
    this.bytes += bytes
  }
}

/** Events of one kind. */
export interface Tallied extends Volume {
  readonly what: string
}

/** Kinds that are kept apart; a log of any length must not fill the memory with ever new ones. */
const MOST_KINDS = 5000

/** Counts events by kind. */
export class Tally {
  readonly total = new Counter()
  /** Events of kinds that came when there were too many. */
  readonly others = new Counter()
  readonly #kinds = new Map<string, Counter>()

  add(what: string, bytes: number): void {
    this.total.add(bytes)
    let counter = this.#kinds.get(what)
    if (counter === undefined) {
      if (this.#kinds.size >= MOST_KINDS) {
        this.others.add(bytes)
        return
      }
      counter = new Counter()
      this.#kinds.set(what, counter)
    }
    counter.add(bytes)
  }

  /** The most frequent kinds. */
  top(count: number): Tallied[] {
    return [...this.#kinds]
      .map(([what, { events, bytes }]) => ({ what, events, bytes }))
      .sort((a, b) => b.events - a.events || b.bytes - a.bytes || (a.what < b.what ? -1 : 1))
      .slice(0, count)
  }
}
