/** Milliseconds in which an output may take nothing, once no more is to come. */
const LONGEST_WAIT = 5000

/** How often it is looked after in this time. */
export const LOOKS = 5

/**
 * How long an output is waited for: without end while more is to come, and then as long as it takes something now and then.
 * Looks are counted, not milliseconds: time in which this process did not run is none in which the output took nothing.
 */
export class Patience {
  private readonly over = new AbortController()
  private looking: NodeJS.Timeout | undefined
  private isWaiting = false
  private looks = 0

  /** Aborts when it is at its end. */
  get signal(): AbortSignal {
    return this.over.signal
  }

  /** No more is to come: an output that takes nothing for five seconds is not waited for. */
  readonly end = (): void => {
    this.looking ??= setInterval(() => this.look(), LONGEST_WAIT / LOOKS).unref()
  }

  /** Waits until the output has taken what it was given; no longer than there is patience. */
  async waitFor(taken: Promise<unknown>): Promise<void> {
    this.looks = 0
    this.isWaiting = true
    try {
      await taken
    } catch (error) {
      if (!this.signal.aborted) throw error
    } finally {
      this.isWaiting = false
    }
  }

  /** The output has taken some of what it was given. */
  readonly taken = (): void => {
    this.looks = 0
  }

  /** To be called `LOOKS` times within the longest wait, once no more is to come. */
  look(): void {
    if (!this.isWaiting) return
    this.looks++
    if (this.looks > LOOKS) this.over.abort()
  }

  /** The output is written. */
  release(): void {
    clearInterval(this.looking)
  }
}
