import { CborItems } from './cbor-items.ts'

/** Follows the body of a watch, and knows where one event ends and the next begins. */
export interface EventBounds {
  /** Whether no event is half told. */
  readonly isBetween: boolean
  /** @param data - the next piece, only valid during the call */
  pass(data: Buffer): void
  /**
   * Instead of `pass`: where the event that is half told ends.
   *
   * @returns its end in the piece; undefined where it goes on behind it
   */
  endIn(data: Buffer): number | undefined
}

const LINE_FEED = 10

/**
 * Of a watch's body by its type: in JSON each event is a line, in Protocol Buffers each has its length in four bytes before
 * it (kubernetes, "Alternate representations of resources"), in CBOR each is an item of a sequence (RFC 8742). Of another
 * type nothing is known, and anywhere is between.
 */
export function eventBounds(contentType: string): EventBounds {
  if (contentType.startsWith('application/json')) return new Lines()
  if (contentType.startsWith('application/vnd.kubernetes.protobuf')) return new Steps(new Frames())
  if (contentType.startsWith('application/cbor-seq')) return new Steps(new CborItems())
  return { isBetween: true, pass: () => undefined, endIn: () => 0 }
}

class Lines implements EventBounds {
  isBetween = true

  pass(data: Buffer): void {
    if (data.length > 0) this.isBetween = data[data.length - 1] === LINE_FEED
  }

  endIn(data: Buffer): number | undefined {
    if (this.isBetween) return 0
    const end = data.indexOf(LINE_FEED)
    return end < 0 ? undefined : end + 1
  }
}

const LENGTH_BYTES = 4

/** A form in which events are found by reading what each begins with. */
interface Form {
  readonly isBetween: boolean
  /** Reads one thing at a place in a piece. @returns where it goes on */
  step(data: Buffer, at: number): number
}

class Steps implements EventBounds {
  readonly #form: Form

  constructor(form: Form) {
    this.#form = form
  }

  get isBetween(): boolean {
    return this.#form.isBetween
  }

  pass(data: Buffer): void {
    for (let at = 0; at < data.length; ) at = this.#form.step(data, at)
  }

  endIn(data: Buffer): number | undefined {
    for (let at = 0; ; at = this.#form.step(data, at)) {
      if (this.isBetween) return at
      if (at >= data.length) return undefined
    }
  }
}

class Frames implements Form {
  /** Of the length before the frame. */
  #lengthBytes = 0
  #length = 0
  /** Of the frame itself, still to come. */
  #left = 0

  get isBetween(): boolean {
    return this.#left === 0 && this.#lengthBytes === 0
  }

  /** A byte of a length, or what there is of a frame. @returns where it goes on */
  step(data: Buffer, at: number): number {
    if (this.#left > 0) {
      const taken = Math.min(this.#left, data.length - at)
      this.#left -= taken
      return at + taken
    }
    this.#length = this.#length * 256 + (data[at] ?? 0)
    this.#lengthBytes += 1
    if (this.#lengthBytes === LENGTH_BYTES) {
      this.#left = this.#length
      this.#lengthBytes = 0
      this.#length = 0
    }
    return at + 1
  }
}
