import type { Writable } from 'node:stream'

/**
 * More than a socket reads in one turn, so that a turn's records of TLS go on by one call of the system, and by one
 * write, after the last turn's is done: Node.js would copy those that wait for one another together.
 */
const SLAB_BYTES = 128 * 1024
/** Of one pipe, on their way. */
const MOST_SLABS = 4
/** Kept for whoever sends next: new memory for each piece would keep the collector busier than all else. */
const MOST_FREE = 32

const free: Buffer[] = []

/** One direction of a byte stream: what it is handed goes on at the pace of the other side. */
export class Pipe {
  readonly #to: Writable
  readonly #resume: () => void
  #slab: Buffer | undefined
  #used = 0
  #underWay = 0
  #isDue = false
  #isPaused = false

  /** @param resume - may be told more */
  constructor(to: Writable, resume: () => void) {
    this.#to = to
    this.#resume = resume
  }

  /**
   * @param data - only valid during the call
   * @returns whether it may be told more; false: once `resume` has been called
   */
  take(data: Buffer): boolean {
    for (let at = 0; at < data.length; ) {
      this.#slab ??= free.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES)
      const copied = data.copy(this.#slab, this.#used, at)
      at += copied
      this.#used += copied
      if (this.#used === SLAB_BYTES) this.#send()
    }
    if (this.#used > 0 && !this.#isDue) {
      this.#isDue = true
      setImmediate(() => {
        this.#isDue = false
        this.#send()
      })
    }
    this.#isPaused ||= this.#underWay >= MOST_SLABS
    return !this.#isPaused
  }

  /** Nothing more comes. */
  end(): void {
    this.#send()
    this.#to.end()
  }

  #send(): void {
    const slab = this.#slab
    if (slab === undefined) return
    const data = slab.subarray(0, this.#used)
    this.#slab = undefined
    this.#used = 0
    if (!this.#to.writable) return
    this.#underWay += 1
    this.#to.write(data, (error) => {
      this.#underWay -= 1
      // What broke off may still hold it.
      if (error) return
      if (free.length < MOST_FREE) free.push(slab)
      if (!this.#isPaused || this.#underWay >= MOST_SLABS) return
      this.#isPaused = false
      this.#resume()
    })
  }
}

/**
 * Lets go of what a socket has read, once it has been handed on. The collector would come to it much later, and work the
 * more for it.
 */
export function release({ buffer, byteLength }: Buffer): void {
  // Smaller ones may share their memory with others.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
