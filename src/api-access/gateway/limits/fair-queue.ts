/** Gives a place back; to be called once. */
export type Release = () => void

export interface FairQueueOptions {
  /** How many may be in at once. */
  readonly places: number
  /** How many of them one flow may have: whoever does not leave keeps nobody else out. */
  readonly placesPerFlow: number
  /** How many of one flow may wait. */
  readonly waitingPerFlow: number
  /** How many may wait in all. */
  readonly waiting: number
  /** How long one may wait, in milliseconds. */
  readonly patience: number
}

interface Waiting {
  readonly admit: (release: Release | undefined) => void
  readonly timer: NodeJS.Timeout
}

/**
 * A bounded number of places. Who finds none waits in the line of their flow (a user), and places that become free go
 * to the lines in turn: one user's thousand requests do not keep another's single one waiting.
 */
export class FairQueue {
  readonly #options: FairQueueOptions
  /** Lines that are not empty, in the order in which they are served. */
  readonly #lines = new Map<string, Waiting[]>()
  /** Places of each flow that has any. */
  readonly #takenBy = new Map<string, number>()
  #taken = 0
  #waiting = 0

  constructor(options: FairQueueOptions) {
    this.#options = options
  }

  get taken(): number {
    return this.#taken
  }

  get waiting(): number {
    return this.#waiting
  }

  /** @returns undefined where there is no place, nor a place to wait; a promise of the same where one has to wait */
  enter(flow: string): Release | undefined | Promise<Release | undefined> {
    if (this.#taken < this.#options.places && this.#hasPlaceFor(flow)) return this.#take(flow)
    const line = this.#lines.get(flow) ?? []
    if (this.#waiting >= this.#options.waiting || line.length >= this.#options.waitingPerFlow)
      return undefined
    return new Promise((admit) => {
      const timer = setTimeout(() => this.#giveUp(flow, entry), this.#options.patience)
      const entry = { admit, timer }
      line.push(entry)
      this.#lines.set(flow, line)
      this.#waiting += 1
    })
  }

  #hasPlaceFor(flow: string): boolean {
    return (this.#takenBy.get(flow) ?? 0) < this.#options.placesPerFlow
  }

  #take(flow: string): Release {
    this.#taken += 1
    this.#takenBy.set(flow, (this.#takenBy.get(flow) ?? 0) + 1)
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#taken -= 1
      const left = (this.#takenBy.get(flow) ?? 0) - 1
      if (left > 0) this.#takenBy.set(flow, left)
      else this.#takenBy.delete(flow)
      this.#admitNext()
    }
  }

  /** Nobody waits while there is a place but those who have theirs. */
  #admitNext(): void {
    const flow = this.#lines.keys().find((each) => this.#hasPlaceFor(each))
    const line = flow === undefined ? undefined : this.#lines.get(flow)
    if (flow === undefined || line === undefined) return
    const first = line.shift()
    // The line goes to the end of the round.
    this.#lines.delete(flow)
    if (line.length > 0) this.#lines.set(flow, line)
    if (first === undefined) return
    this.#waiting -= 1
    clearTimeout(first.timer)
    first.admit(this.#take(flow))
  }

  #giveUp(flow: string, entry: Waiting): void {
    const line = this.#lines.get(flow)
    const index = line?.indexOf(entry) ?? -1
    if (line === undefined || index < 0) return
    line.splice(index, 1)
    if (line.length === 0) this.#lines.delete(flow)
    this.#waiting -= 1
    entry.admit(undefined)
  }
}
