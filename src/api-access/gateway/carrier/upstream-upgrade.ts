import type { Socket } from 'node:net'
import { asError } from '../../../messages/index.ts'
import { AnswerError } from './answer-error.ts'
import { type Endpoint, openSocket } from './endpoint.ts'
import type { AnswerHead } from './http1/answer-head.ts'
import { AnswerReader } from './http1/answer-reader.ts'
import { requestHead } from './http1/request-bytes.ts'
import type { NotUpgraded, Upgraded, UpstreamRequest } from './upstream.ts'

const ANSWER_MILLISECONDS = 30_000
/** Of an answer that is no switch; more of it is not told to the client. */
const ANSWER_BYTES = 64 * 1024

/**
 * Asks the API server for another protocol on a connection that nothing else uses before or after.
 *
 * @param request - its headers hold `connection: Upgrade` and the protocol
 * @throws Error where no answer came
 */
export async function switchProtocols(
  endpoint: Endpoint,
  request: UpstreamRequest,
): Promise<Upgraded | NotUpgraded> {
  return await new Switch(endpoint, request).answer
}

/** A connection until the API server has answered, and what comes from it afterwards. */
class Switch {
  readonly #socket: Socket
  readonly #asked: string
  readonly #reader: AnswerReader
  readonly #timer: NodeJS.Timeout
  readonly #answer = Promise.withResolvers<Upgraded | NotUpgraded>()
  #head: AnswerHead | undefined
  /** Of an answer that is no switch, or of the other protocol before anybody takes it. */
  #parts: Buffer[] = []
  #bytes = 0
  #take: ((data: Buffer) => boolean) | undefined
  #isSwitched = false
  #error: Error | undefined

  constructor(endpoint: Endpoint, request: UpstreamRequest) {
    const text = requestHead(request, endpoint.url.host)
    this.#asked = protocolOf(request)
    this.#reader = new AnswerReader(request.method, {
      head: (head) => {
        this.#head = head
      },
      data: (data) => this.#keep(data),
      end: () => this.#refused(),
      switched: (head, rest) => this.#switched(head, rest),
    })
    this.#socket = openSocket(endpoint, (data) => this.#read(data))
      .on('error', (error) => {
        this.#error ??= error
      })
      .on('close', () => this.#closed())
    this.#timer = setTimeout(
      () => this.#socket.destroy(new Error('the API server did not answer')),
      request.timeout || ANSWER_MILLISECONDS,
    )
    this.#socket.write(text, 'latin1')
  }

  get answer(): Promise<Upgraded | NotUpgraded> {
    return this.#answer.promise
  }

  #read(data: Buffer): boolean {
    if (this.#take !== undefined) return this.#take(data)
    if (this.#isSwitched) {
      this.#keep(data)
      return false
    }
    try {
      this.#reader.read(data)
      if (this.#bytes >= ANSWER_BYTES && !this.#isSwitched) this.#refused()
    } catch (error) {
      this.#fail(asError(error))
    }
    return true
  }

  #keep(data: Buffer): void {
    this.#parts.push(Buffer.from(data))
    this.#bytes += data.length
  }

  #switched({ headers, protocol }: AnswerHead, rest: Buffer): void {
    // "the server MUST NOT switch to a protocol that was not indicated by the client" (RFC 9110, §7.8).
    if (protocol?.toLowerCase() !== this.#asked)
      throw new AnswerError('a switch to a protocol that nobody asked for')
    clearTimeout(this.#timer)
    this.#isSwitched = true
    if (rest.length > 0) this.#keep(rest)
    this.#answer.resolve({
      status: 101,
      headers: [...headers, 'connection', 'Upgrade', 'upgrade', protocol],
      socket: this.#socket,
      receive: (take) => this.#receive(take),
    })
  }

  #receive(take: (data: Buffer) => boolean): void {
    this.#take = take
    let goesOn = true
    for (const part of this.#parts.splice(0)) goesOn = take(part)
    if (goesOn) this.#socket.resume()
  }

  #refused(): void {
    const { status, headers } = this.#head as AnswerHead
    clearTimeout(this.#timer)
    const body = Buffer.concat(this.#parts).subarray(0, ANSWER_BYTES)
    this.#answer.resolve({ status, headers, body })
    this.#socket.destroy()
  }

  #fail(error: Error): void {
    clearTimeout(this.#timer)
    this.#answer.reject(error)
    this.#socket.destroy()
  }

  #closed(): void {
    if (this.#isSwitched) return
    try {
      // An answer without a length ends with the connection.
      if (this.#error === undefined) this.#reader.close()
    } catch (error) {
      this.#error = error as Error
    }
    if (this.#error !== undefined) this.#fail(this.#error)
  }
}

function protocolOf({ headers }: UpstreamRequest): string {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name === 'upgrade')
  return (headers[at + 1] ?? '').toLowerCase()
}
