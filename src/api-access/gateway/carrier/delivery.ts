import type { ClientResponse } from './http.ts'
import { Pace, type Paced } from './pace.ts'
import type { UpstreamFlow } from './upstream.ts'

/** More is sent before the turn ends. */
const SLAB_BYTES = 16 * 1024
/** Left free before the data, for the size of the chunk, and behind them, for its end. */
const HEAD_BYTES = 8
const TAIL_BYTES = 2
const DATA_BYTES = SLAB_BYTES - HEAD_BYTES - TAIL_BYTES
const HEX = '0123456789abcdef'
const [CARRIAGE_RETURN, LINE_FEED] = [13, 10]

/** Kept for whoever has something next: new memory for each event costs more than all else that is done with it. */
const MOST_FREE = 256
const free: Buffer[] = []

/** One for all: it is the process's time that they share. */
const processPace = new Pace()

/**
 * Hands on the body of an answer that goes on and on (a watch, a log): all that comes in one turn of the event loop as one
 * chunk, at the pace of the client.
 */
export class Delivery implements Paced {
  readonly #response: ClientResponse
  readonly #flow: UpstreamFlow
  /** Whether it may be kept waiting where there is much to tell. */
  readonly #isPatient: boolean
  readonly #pace: Pick<Pace, 'add'>
  #slab: Buffer | undefined
  /** Data in it. */
  #bytes = 0
  #isDue = false
  #isHeld = false
  #isSlow = false
  #isOver = false

  constructor(
    response: ClientResponse,
    flow: UpstreamFlow,
    isPatient: boolean,
    pace: Pick<Pace, 'add'> = processPace,
  ) {
    this.#response = response
    this.#flow = flow
    this.#isPatient = isPatient
    this.#pace = pace
  }

  /** @param data - only valid during the call */
  add(data: Buffer): void {
    if (this.#isOver) return
    for (let at = 0; at < data.length; ) {
      this.#slab ??= free.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES)
      const end = Math.min(data.length, at + DATA_BYTES - this.#bytes)
      // A whole piece needs no view of its own.
      this.#slab.set(
        at === 0 && end === data.length ? data : data.subarray(at, end),
        HEAD_BYTES + this.#bytes,
      )
      this.#bytes += end - at
      at = end
      if (this.#bytes === DATA_BYTES) this.#send()
    }
    this.#schedule()
  }

  deliver(): void {
    this.#isDue = false
    this.#send()
  }

  hold(): boolean {
    if (!this.#isPatient || this.#isOver) return false
    this.#isHeld = true
    this.#flow.hold?.()
    return true
  }

  /** What has been left unread is read in this turn, and goes on with what has come. */
  resume(): void {
    this.#isHeld = false
    this.#goOn()
    if (this.#slab !== undefined) this.#schedule()
  }

  /** What comes while it is held back goes on with what comes next. */
  #schedule(): void {
    if (this.#isDue || this.#isHeld || this.#isOver) return
    this.#isDue = true
    this.#pace.add(this)
  }

  /** Nothing more is sent by it. @returns what has not been sent yet */
  end(): Buffer | undefined {
    this.#isOver = true
    const slab = this.#slab
    if (slab === undefined) return undefined
    this.#slab = undefined
    const rest = Buffer.from(slab.subarray(HEAD_BYTES, HEAD_BYTES + this.#bytes))
    giveBack(slab)
    return rest
  }

  #send(): void {
    const slab = this.#slab
    if (slab === undefined || this.#isOver) return
    const bytes = this.#bytes
    this.#slab = undefined
    this.#bytes = 0
    // What broke off may still hold it.
    const sent = (error: unknown) => {
      if (error === null || error === undefined) giveBack(slab)
    }
    const socket = chunkedSocket(this.#response)
    const to = socket ?? this.#response.stream ?? this.#response
    const isTaken =
      socket === undefined
        ? to.write(slab.subarray(HEAD_BYTES, HEAD_BYTES + bytes), sent)
        : to.write(chunkIn(slab, bytes), sent)
    if (isTaken || this.#isSlow) return
    this.#isSlow = true
    this.#flow.pause()
    to.once('drain', () => {
      this.#isSlow = false
      this.#goOn()
    })
  }

  #goOn(): void {
    // Another's answer may be on the connection by then.
    if (!this.#isOver && !this.#isHeld && !this.#isSlow) this.#flow.resume()
  }
}

/**
 * The connection on which a chunk can be written in one piece: Node.js would write its size, its data and its end each
 * by itself, and join them again.
 */
function chunkedSocket(response: ClientResponse) {
  const { stream, chunkedEncoding, socket } = response
  // Answers to requests that were sent ahead wait for their turn, without a socket.
  if (stream !== undefined || !chunkedEncoding || socket === null) return undefined
  return socket.writable ? socket : undefined
}

/** Writes the size of the chunk before its data, and its end behind them. */
function chunkIn(slab: Buffer, bytes: number): Buffer {
  let at = HEAD_BYTES
  slab[--at] = LINE_FEED
  slab[--at] = CARRIAGE_RETURN
  for (let left = bytes; left > 0; left >>>= 4) slab[--at] = HEX.charCodeAt(left & 15)
  const end = HEAD_BYTES + bytes
  slab[end] = CARRIAGE_RETURN
  slab[end + 1] = LINE_FEED
  return slab.subarray(at, end + TAIL_BYTES)
}

function giveBack(slab: Buffer): void {
  if (free.length < MOST_FREE) free.push(slab)
}
