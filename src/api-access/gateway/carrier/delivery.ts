import type { ClientResponse } from './http.ts'
import { Pace, type Paced } from './pace.ts'
import type { UpstreamFlow } from './upstream.ts'

/** So much is sent at once, before the turn ends. */
const MOST_BYTES = 64 * 1024
const END_OF_LINE = '\r\n'

/** One for all: it is the process's time that they share. */
const pace = new Pace()

/**
 * Hands on the body of an answer that goes on and on (a watch, a log): all that comes in one turn of the event loop as one
 * chunk, at the pace of the client.
 */
export class Delivery implements Paced {
  readonly #response: ClientResponse
  readonly #flow: UpstreamFlow
  /** Whether it may be kept waiting where there is much to tell. */
  readonly #isPatient: boolean
  #parts: Buffer[] = []
  #bytes = 0
  #isDue = false
  #isHeld = false
  #isSlow = false
  #isOver = false

  constructor(response: ClientResponse, flow: UpstreamFlow, isPatient: boolean) {
    this.#response = response
    this.#flow = flow
    this.#isPatient = isPatient
  }

  /** @param data - its own from now on */
  add(data: Buffer): void {
    this.#parts.push(data)
    this.#bytes += data.length
    if (!this.#isDue) {
      this.#isDue = true
      pace.add(this)
      if (this.#isPatient && !this.#isHeld && pace.holds(this)) {
        this.#isHeld = true
        this.#flow.pause()
      }
    }
    if (this.#bytes >= MOST_BYTES) this.#send()
  }

  deliver(): void {
    this.#isDue = false
    this.#send()
  }

  resume(): void {
    this.#isHeld = false
    this.#goOn()
  }

  /** Nothing more is sent by it. @returns what has not been sent yet */
  end(): Buffer | undefined {
    this.#isOver = true
    const [parts, bytes] = this.#taken()
    return bytes === 0 ? undefined : Buffer.concat(parts, bytes)
  }

  #send(): void {
    if (this.#isOver || this.#bytes === 0) return
    const [parts, bytes] = this.#taken()
    const socket = chunkedSocket(this.#response)
    const isTaken =
      socket === undefined
        ? this.#response.write(parts.length === 1 ? parts[0] : Buffer.concat(parts, bytes))
        : socket.write(chunkOf(parts, bytes))
    if (isTaken || this.#isSlow) return
    this.#isSlow = true
    this.#flow.pause()
    const emitter = socket ?? this.#response
    emitter.once('drain', () => {
      this.#isSlow = false
      this.#goOn()
    })
  }

  #taken(): [Buffer[], number] {
    const taken: [Buffer[], number] = [this.#parts, this.#bytes]
    this.#parts = []
    this.#bytes = 0
    return taken
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

function chunkOf(parts: readonly Buffer[], bytes: number): Buffer {
  const size = bytes.toString(16) + END_OF_LINE
  const chunk = Buffer.allocUnsafe(size.length + bytes + END_OF_LINE.length)
  let at = chunk.write(size, 0, 'latin1')
  for (const part of parts) {
    chunk.set(part, at)
    at += part.length
  }
  chunk.write(END_OF_LINE, at, 'latin1')
  return chunk
}
