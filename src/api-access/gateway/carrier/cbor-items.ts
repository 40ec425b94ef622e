/** Arrays, maps and tags in one another; an API server decodes no more than 64 of them. */
const MOST_OPEN = 256
/** The items to come of what is open until a break. */
const UNTIL_BREAK = -1
const BREAK = 0xff

/**
 * Follows a sequence of CBOR items (RFC 8949, RFC 8742) however it is cut into pieces, and knows where each ends. What is in
 * them is not looked at; of what is no CBOR, or too deep, nothing more is known, and anywhere is between.
 */
export class CborItems {
  /** Items still to come, of each array, map or tag that is open. */
  #open: number[] = []
  /** Bytes still to come, of a string. */
  #left = 0
  #type = 0
  /** Bytes still to come, of the number behind a first byte. */
  #numberBytes = 0
  #number = 0
  #isLost = false

  get isBetween(): boolean {
    return this.#isLost || (this.#open.length === 0 && this.#left === 0 && this.#numberBytes === 0)
  }

  /** Reads a first byte, a byte of a number, or what there is of a string. @returns where it goes on */
  step(data: Buffer, at: number): number {
    if (this.#isLost) return data.length
    if (this.#left > 0) {
      const taken = Math.min(this.#left, data.length - at)
      this.#left -= taken
      if (this.#left === 0) this.#itemEnds()
      return at + taken
    }
    const byte = data[at] ?? 0
    if (this.#numberBytes > 0) {
      this.#number = this.#number * 256 + byte
      this.#numberBytes -= 1
      if (this.#numberBytes === 0) this.#begin(this.#number)
    } else this.#first(byte)
    return at + 1
  }

  /** "The initial byte … major type (the high-order 3 bits) and additional information (the low-order 5 bits)" (§3). */
  #first(byte: number): void {
    const information = byte & 31
    this.#type = byte >> 5
    if (information < 24) this.#begin(information)
    else if (information < 28) {
      this.#numberBytes = 1 << (information - 24)
      this.#number = 0
    } else if (byte === BREAK) this.#break()
    else if (information === 31 && this.#type >= 2 && this.#type <= 5) this.#push(UNTIL_BREAK)
    else this.#lose()
  }

  /** @param number - the value, length or count behind the first byte */
  #begin(number: number): void {
    if (this.#type === 2 || this.#type === 3) this.#left = number
    const items = this.#type === 4 ? number : this.#type === 5 ? 2 * number : this.#type === 6 ? 1 : 0
    if (items > 0) this.#push(items)
    else if (this.#left === 0) this.#itemEnds()
  }

  #push(items: number): void {
    if (this.#open.length === MOST_OPEN) this.#lose()
    else this.#open.push(items)
  }

  #break(): void {
    if (this.#open.pop() === UNTIL_BREAK) this.#itemEnds()
    else this.#lose()
  }

  /** Its end may be that of what it is in. */
  #itemEnds(): void {
    for (let last = this.#open.length - 1; last >= 0; last--) {
      const left = this.#open[last] as number
      if (left === UNTIL_BREAK) return
      this.#open[last] = left - 1
      if (left > 1) return
      this.#open.pop()
    }
  }

  #lose(): void {
    this.#isLost = true
    this.#open = []
  }
}
