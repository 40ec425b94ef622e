/** What the API server lets go of in a second at least (kubernetes, genericapiserver.go). */
const LEAST_A_SECOND = 200

/**
 * The watches that are open, and how they end when the gate stops: as the API server ends them, each with the end of a whole
 * answer, upon which a client asks for the rest elsewhere. That all clients come back at the same moment is avoided as there
 * ("--shutdown-watch-termination-grace-period": the ends are spread over the time, 200 a second at least).
 */
export class OpenWatches {
  readonly #open = new Set<() => void>()
  #isDraining = false

  /**
   * @param end - ends it; what begins while the gate stops ends at once
   * @returns to be called when it is over
   */
  add(end: () => void): () => void {
    this.#open.add(end)
    // Not before its head has been sent.
    if (this.#isDraining) setImmediate(() => this.#end(end))
    return () => this.#open.delete(end)
  }

  /** Ends all. @param patience - the time that there is for it, in milliseconds */
  drain(patience: number): void {
    this.#isDraining = true
    const waiting = [...this.#open]
    const aSecond = Math.max(LEAST_A_SECOND, waiting.length / (patience / 1000))
    const started = performance.now()
    const goOn = () => {
      const due = Math.ceil(1 + ((performance.now() - started) / 1000) * aSecond)
      const left = waiting.length - ended
      for (const end of waiting.slice(ended, ended + Math.min(left, due - ended))) this.#end(end)
      ended = Math.min(waiting.length, due)
      if (ended < waiting.length) setTimeout(goOn, 1000 / LEAST_A_SECOND)
    }
    let ended = 0
    goOn()
  }

  /** Unless it has ended meanwhile. */
  #end(end: () => void): void {
    if (this.#open.delete(end)) end()
  }
}
