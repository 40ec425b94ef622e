import type { Readable } from 'node:stream'
import { isLongRunning } from '../../request/index.ts'
import type { Passage } from '../pipeline/pipeline.ts'
import { type FailureStatus, gateNotAccepted } from '../pipeline/status.ts'
import { recordBehind } from '../trail/decision-behind.ts'
import { Delivery } from './delivery.ts'
import { type EventBounds, eventBounds } from './event-bounds.ts'
import { abortResponse, type ClientRequest, type ClientResponse, markEndless, sendStatus } from './http.ts'
import type { OpenWatches } from './open-watches.ts'
import { statusOfFailure } from './unanswered.ts'
import type { Upstream, UpstreamFlow, UpstreamReceiver, UpstreamRequest } from './upstream.ts'
import { warningValue } from './warning.ts'

/** How one forwarded request ended. */
export interface Outcome {
  readonly code: number
  readonly bytes: number
}

export interface ForwardOptions {
  readonly upstream: Upstream
  readonly passage: Passage
  readonly request: ClientRequest
  readonly response: ClientResponse
  readonly headers: string[]
  readonly target: string
  readonly body: Buffer | Readable | undefined
  /** For the client's `Warning` headers. */
  readonly warnings: readonly string[]
  /** Until the head of an answer that is not long-running is there, in milliseconds. */
  readonly timeout: number
  /** Called once. */
  readonly onDone: (outcome: Outcome) => void
  /** Told of a watch, so that it can be ended. */
  readonly watches: OpenWatches
}

/** What is kept of an answer for its event; more is too large anyway. */
const KEPT_BYTES = 1024 * 1024 + 1
const NOTHING = Buffer.alloc(0)

/**
 * Sends a request on and its answer back, piece by piece as it comes, at the pace of the slower side.
 */
export function forward(options: ForwardOptions): void {
  const { upstream, passage, request, headers, target, body, timeout } = options
  const outgoing: UpstreamRequest = {
    method: request.method ?? 'GET',
    target,
    headers,
    body,
    timeout: isLongRunning(passage.attributes) ? 0 : timeout,
    isWatch: passage.attributes.verb === 'watch' && request.method === 'GET' && body === undefined,
  }
  const relay = new Relay(options)
  if (isGone(options.response)) relay.clientGone()
  else relay.abort = upstream.send(outgoing, relay)
}

/** Whether the client has left while it was decided about the request: then nobody tells of it any more. */
function isGone({ stream, destroyed }: ClientResponse): boolean {
  return stream?.destroyed ?? destroyed
}

/** Hands an answer on to the client and tells its audit events. */
class Relay implements UpstreamReceiver {
  readonly #options: ForwardOptions
  readonly #isLongRunning: boolean
  readonly #wantsBody: boolean
  abort: () => void = () => {}
  #flow: UpstreamFlow | undefined
  /** Of what is long-running. */
  #delivery: Delivery | undefined
  #code = 0
  #bytes = 0
  #contentType = ''
  #kept: Buffer[] = []
  #isOver = false
  /** A 403 of the API server: who decided, its text tells. */
  #isRefusal = false
  /** Runs while the client is behind. */
  #patience: NodeJS.Timeout | undefined
  /** Of a watch. */
  #bounds: EventBounds | undefined
  #closed: (() => void) | undefined
  /** A watch that ends with the event that is half told. */
  #isEnding = false

  constructor(options: ForwardOptions) {
    this.#options = options
    const { passage, response } = options
    this.#isLongRunning = isLongRunning(passage.attributes)
    this.#wantsBody = passage.trace.wantsResponseBody && !this.#isLongRunning
    response.on('close', () => this.clientGone())
    response.on('error', () => this.clientGone())
  }

  head(status: number, headers: string[], flow: UpstreamFlow): void {
    const { response, passage, warnings, watches } = this.#options
    this.#flow = flow
    this.#code = status
    if (status === 401) {
      this.#fail(gateNotAccepted)
      return
    }
    if (this.#wantsBody) this.#contentType = headerOf(headers, 'content-type')
    for (const warning of warnings) headers.push('warning', warningValue(warning))
    // Of a refusal the text is needed, which is yet to come.
    if (status === 403) this.#isRefusal = true
    else recordBehind(passage, status, NOTHING)
    response.writeHead(status, headers)
    if (!this.#isLongRunning) return
    markEndless(response)
    // A watch that has nothing to tell yet has begun all the same.
    response.flushHeaders()
    const isWatch = passage.attributes.verb === 'watch'
    this.#delivery = new Delivery(response, flow, isWatch)
    if (isWatch && status === 200) {
      this.#bounds = eventBounds(headerOf(headers, 'content-type'))
      this.#closed = watches.add(() => this.#endWatch())
    }
    passage.trace.started(status)
  }

  lend(parts: readonly Buffer[]): boolean {
    if (this.#delivery === undefined || this.#isOver || this.#isRefusal) return false
    for (const part of parts) {
      this.#bytes += part.length
      this.#deliver(this.#delivery, part)
      if (this.#isOver) break
    }
    return true
  }

  /** @param data - only valid during the call */
  #deliver(delivery: Delivery, data: Buffer): void {
    if (!this.#isEnding) {
      this.#bounds?.pass(data)
      delivery.add(data)
      return
    }
    const end = this.#bounds?.endIn(data)
    delivery.add(end === undefined ? data : data.subarray(0, end))
    if (end !== undefined) this.#finishWatch()
  }

  /** The gate stops: the answer ends where the last whole event does, as if the API server had ended it. */
  #endWatch(): void {
    if (this.#isOver) return
    if (this.#bounds?.isBetween !== false) this.#finishWatch()
    else this.#isEnding = true
  }

  #finishWatch(): void {
    this.end(undefined)
    // Whose data is being told may not be ended meanwhile.
    setImmediate(() => this.abort())
  }

  data(chunk: Buffer): void {
    if (this.#isOver) return
    this.#keep(chunk)
    if (this.#delivery !== undefined) {
      this.#deliver(this.#delivery, chunk)
      return
    }
    const { response } = this.#options
    if (response.write(chunk)) return
    this.#flow?.pause()
    this.#limitSlowness()
    response.once('drain', () => {
      // Another's answer may be on the connection by then.
      if (!this.#isOver) this.#flow?.resume()
    })
  }

  end(last: Buffer | undefined): void {
    if (this.#isOver) return
    if (last !== undefined) this.#keep(last)
    const rest = this.#delivery?.end()
    endWith(this.#options.response, rest === undefined ? last : Buffer.concat([rest, last ?? NOTHING]))
    this.#done()
  }

  /**
   * Who reads no answer holds a place and memory, and the API server lets go of a request after as long as well. What is
   * long-running is left out: a log may be read page by page.
   */
  #limitSlowness(): void {
    if (this.#isLongRunning || this.#patience !== undefined) return
    const { response, timeout } = this.#options
    this.#patience = setTimeout(() => {
      abortResponse(response)
      this.clientGone()
    }, timeout)
    // Also what the API server is done with may still wait to be read.
    response.once('close', () => clearTimeout(this.#patience))
  }

  #keep(data: Buffer): void {
    this.#bytes += data.length
    if ((this.#wantsBody || this.#isRefusal) && this.#bytes < KEPT_BYTES) this.#kept.push(data)
  }

  failed(error: Error): void {
    if (this.#isOver) return
    if (this.#options.response.headersSent) {
      this.#delivery?.deliver()
      abortResponse(this.#options.response)
      this.#done()
      return
    }
    this.#fail(statusOfFailure(error))
  }

  #fail(status: FailureStatus): void {
    const { request, response, passage, onDone } = this.#options
    this.#isOver = true
    const { auditId } = passage.trace
    if (auditId !== '') response.setHeader('audit-id', auditId)
    sendStatus(request, response, status)
    passage.trace.complete(status.code, status as never)
    this.abort()
    onDone({ code: status.code, bytes: this.#bytes })
  }

  /** The client went before the end. */
  clientGone(): void {
    if (this.#isOver) return
    this.abort()
    this.#done()
  }

  #done(): void {
    this.#isOver = true
    this.#closed?.()
    this.#delivery?.end()
    const { passage, onDone } = this.#options
    const body = this.#wantsBody
      ? {
          data: this.#bytes < KEPT_BYTES ? Buffer.concat(this.#kept) : Buffer.alloc(KEPT_BYTES),
          contentType: this.#contentType,
        }
      : undefined
    if (this.#isRefusal) recordBehind(passage, this.#code, Buffer.concat(this.#kept))
    passage.trace.complete(this.#code, undefined, body)
    onDone({ code: this.#code, bytes: this.#bytes })
  }
}

/** As one piece a head and a body so small are sent by less than as two. */
const SMALL_BYTES = 8 * 1024

/** Node.js joins a head with a body that is text, and lists the two where it is bytes: in Latin-1 each byte is a character. */
function endWith(response: ClientResponse, body: Buffer | undefined): void {
  const isText = body !== undefined && body.length <= SMALL_BYTES && response.stream === undefined
  if (isText) response.end(body.toString('latin1'), 'latin1')
  else response.end(body)
}

function headerOf(headers: readonly string[], name: string): string {
  const index = headers.findIndex((each, position) => position % 2 === 0 && each === name)
  return index < 0 ? '' : (headers[index + 1] ?? '')
}
