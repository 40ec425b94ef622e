import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { isLongRunning, type User } from '../request/index.ts'
import { BODY_LIMITS, type BodyLimits, BodyReader, BodyRefused } from './carrier/body.ts'
import { forward } from './carrier/forward.ts'
import { abortResponse, type ClientRequest, type ClientResponse, peerOf, sendStatus } from './carrier/http.ts'
import { IdentityError, identityHeaders } from './carrier/identity.ts'
import { forwardedHeaders } from './carrier/request-headers.ts'
import { type GateServer, type ListenOptions, openServer } from './carrier/server.ts'
import { badUpgrade, refuseUpgrade, tunnel, wantedProtocol } from './carrier/upgrade.ts'
import type { Upstream } from './carrier/upstream.ts'
import type { Release } from './limits/fair-queue.ts'
import { createInFlight, IN_FLIGHT_LIMITS, type InFlight, type InFlightLimits } from './limits/in-flight.ts'
import type { Passage, Pipeline } from './pipeline/pipeline.ts'
import { type FailureStatus, internalError, serviceUnavailable, tooManyRequests } from './pipeline/status.ts'
import { createdName } from './trail/created-name.ts'
import type { Trace } from './trail/trace.ts'

export interface GateOptions {
  readonly listen: ListenOptions
  readonly upstream: Upstream
  readonly pipeline: Pipeline
  readonly limits?: InFlightLimits
  readonly bodyLimits?: BodyLimits
  /** `--request-timeout`: until the head of an answer is there, in milliseconds; 65,000. */
  readonly requestTimeout?: number
  /** Answers what is for the gate itself, such as `/livez`. @returns false for what is not */
  readonly own?: (request: ClientRequest, response: ClientResponse) => boolean
  readonly onError?: (error: unknown) => void
}

/** The gate, open. */
export interface Gate {
  readonly address: GateServer['address']
  readonly inFlight: InFlight
  /** Whether new requests are taken. */
  readonly isOpen: boolean
  connections(): number
  renewCertificate: GateServer['renew']
  /** Takes no more requests and waits for those that are under way, at most this long, in milliseconds. */
  close(patience: number): Promise<void>
}

/** A little longer than the API server's own, which tells a better reason. */
const REQUEST_MILLISECONDS = 65_000

/**
 * Opens the gate in front of an API server.
 *
 * @throws Error of the operating system where it cannot listen
 */
export async function openGate(options: GateOptions): Promise<Gate> {
  const gate = new OpenGate(options)
  await gate.open()
  return gate
}

class OpenGate implements Gate {
  readonly #options: GateOptions
  readonly #bodies: BodyReader
  readonly inFlight: InFlight
  #server: GateServer | undefined
  #isClosing = false
  /** Connections that have left HTTP. */
  readonly #tunnels = new Set<Duplex>()

  constructor(options: GateOptions) {
    this.#options = options
    this.#bodies = new BodyReader(options.bodyLimits ?? BODY_LIMITS)
    this.inFlight = createInFlight(options.limits ?? IN_FLIGHT_LIMITS)
  }

  async open(): Promise<void> {
    this.#server = await openServer(this.#options.listen, {
      request: (request, response) => void this.#handle(request, response),
      upgrade: (request, socket, first) => void this.#handleUpgrade(request, socket, first),
    })
  }

  get address() {
    return this.#server?.address ?? { host: '', port: 0 }
  }

  get isOpen(): boolean {
    return !this.#isClosing
  }

  connections(): number {
    return this.#server?.connections() ?? 0
  }

  renewCertificate: GateServer['renew'] = (tls) => this.#server?.renew(tls)

  async close(patience: number): Promise<void> {
    this.#isClosing = true
    const server = this.#server
    if (server === undefined) return
    const timer = setTimeout(() => {
      for (const tunnel of this.#tunnels) tunnel.destroy()
      server.destroy()
    }, patience)
    await server.drain()
    clearTimeout(timer)
    await this.#options.upstream.close()
  }

  async #handle(request: ClientRequest, response: ClientResponse): Promise<void> {
    // A client that breaks off shows elsewhere.
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    if (this.#options.own?.(request, response)) return
    const entered = await this.#options.pipeline.enter({
      method: request.method ?? '',
      target: request.url ?? '',
      presented: { headers: request.headers, ...peerOf(request) },
    })
    try {
      if ('status' in entered) await this.#reject(request, response, entered.trace, entered.status)
      else await this.#serve(request, response, entered)
    } catch (error) {
      await this.#fault(request, response, entered.trace, error)
    }
  }

  async #serve(request: ClientRequest, response: ClientResponse, passage: Passage): Promise<void> {
    const { attributes, info, trace } = passage
    const streams = isLongRunning(attributes)
    const body = streams ? undefined : await this.#bodies.read(request)
    if (body !== undefined) this.#tellBody(trace, body, request)
    const release = await this.inFlight.enter(attributes)
    if (release === undefined) return this.#reject(request, response, trace, tooManyRequests)
    if (response.destroyed) return this.#gone(trace, release)
    await trace.commit()
    const headers = this.#headers(request.rawHeaders, peerOf(request).address, attributes.user, trace)
    const length = request.headers['content-length']
    if (streams && length !== undefined) headers.push('content-length', length)
    else if (body !== undefined) headers.push('content-length', String(body.length))
    forward({
      upstream: this.#options.upstream,
      passage,
      request,
      response,
      headers,
      target: request.url ?? info.path,
      body: streams ? streamedBody(request) : body,
      warnings: [],
      timeout: this.#options.requestTimeout ?? REQUEST_MILLISECONDS,
      onDone: release,
    })
  }

  async #handleUpgrade(request: IncomingMessage, socket: Duplex, first: Buffer): Promise<void> {
    this.#tunnels.add(socket)
    socket.on('error', () => socket.destroy()).once('close', () => this.#tunnels.delete(socket))
    const entered = await this.#options.pipeline.enter({
      method: request.method ?? '',
      target: request.url ?? '',
      presented: { headers: request.headers, ...peerOf(request) },
    })
    const { trace } = entered
    const refuse = async (status: FailureStatus) => {
      await Promise.resolve(trace.commit()).catch(this.#options.onError)
      refuseUpgrade(socket, status)
      trace.complete(status.code, status as never)
    }
    let release: Release | undefined
    try {
      if ('status' in entered) return await refuse(entered.status)
      const protocol = wantedProtocol(request)
      if (protocol === undefined || !isLongRunning(entered.attributes)) return await refuse(badUpgrade)
      release = await this.inFlight.enter(entered.attributes)
      if (release === undefined) return await refuse(tooManyRequests)
      await trace.commit()
      const { attributes } = entered
      const headers = this.#headers(request.rawHeaders, peerOf(request).address, attributes.user, trace)
      headers.push('connection', 'Upgrade', 'upgrade', protocol)
      const outgoing = {
        method: request.method ?? 'GET',
        target: request.url ?? '',
        headers,
        body: undefined,
        timeout: this.#options.requestTimeout ?? REQUEST_MILLISECONDS,
      }
      const code = await tunnel(this.#options.upstream, outgoing, socket, first, () => trace.started(101))
      trace.complete(code)
    } catch (error) {
      this.#options.onError?.(error)
      await refuse(
        error instanceof IdentityError
          ? internalError(error.message)
          : serviceUnavailable('the API server behind the gate cannot be reached'),
      )
    } finally {
      release?.()
    }
  }

  #headers(raw: readonly string[], address: string, user: User, trace: Trace): string[] {
    const headers = forwardedHeaders(raw, address)
    headers.push(...identityHeaders(user))
    // So that the API server's own events can be found by the gate's, and the other way round.
    if (trace.auditId !== '') headers.push('audit-id', trace.auditId)
    return headers
  }

  #tellBody(trace: Trace, body: Buffer, request: ClientRequest): void {
    const contentType = String(request.headers['content-type'] ?? 'application/json')
    if (trace.wantsRequestBody) trace.requestBody(body, contentType)
    if (!trace.wantsName) return
    const name = createdName(body, contentType)
    if (name !== undefined) trace.objectName(name)
  }

  async #reject(
    request: ClientRequest,
    response: ClientResponse,
    trace: Trace,
    status: FailureStatus,
  ): Promise<void> {
    // Nobody is told anything before the disk knows that there was a request.
    await trace.commit()
    sendStatus(request, response, status)
    trace.complete(status.code, status as never)
  }

  async #fault(
    request: ClientRequest,
    response: ClientResponse,
    trace: Trace,
    error: unknown,
  ): Promise<void> {
    try {
      if (error instanceof BodyRefused) return await this.#reject(request, response, trace, error.status)
    } catch (failure) {
      this.#options.onError?.(failure)
    }
    this.#options.onError?.(error)
    const reason = error instanceof IdentityError ? error.message : 'the gate could not handle the request'
    if (response.headersSent) abortResponse(response)
    else sendStatus(request, response, internalError(reason))
    trace.panicked(reason)
  }

  #gone(trace: Trace, release: Release): void {
    release()
    trace.complete(499)
  }
}

/** What is uploaded through a proxy is passed on as it comes. */
function streamedBody(request: ClientRequest): ClientRequest | undefined {
  if (request.method === 'GET' || request.method === 'HEAD') {
    request.resume()
    return undefined
  }
  return request
}
