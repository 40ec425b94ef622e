/** A window that ends at the latest time that was seen. Times are milliseconds. */
export class Window {
  readonly #length: number
  #end = Number.NEGATIVE_INFINITY

  constructor(length: number) {
    this.#length = length
  }

  /** The beginning: what happened exactly then is still inside. */
  get start(): number {
    return this.#end - this.#length
  }

  get end(): number {
    return this.#end
  }

  /** @returns whether a time is inside; a later one than any before moves the window */
  admit(time: number): boolean {
    if (time > this.#end) this.#end = time
    return time >= this.start
  }
}
