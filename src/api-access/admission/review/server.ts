import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { AdmissionChain, AdmissionResult } from '../chain/admit.ts'
import { internalError } from '../refusals.ts'
import type { AdmissionRequest, AdmissionSurroundings } from '../stage.ts'
import { decodeReview, ReviewError } from './decode-review.ts'
import { encodeReview } from './encode-review.ts'
import { BodyError, readBody } from './read-body.ts'

/** A certificate with its key, both in PEM. */
export interface ServingCertificate {
  readonly certificate: string
  readonly key: string
}

export interface ReviewServerOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly tls: ServingCertificate
  /** In PEM: only clients with a certificate of this authority may send reviews. Probes need none. */
  readonly clientCa?: string
  readonly chain: AdmissionChain
  readonly surroundings: AdmissionSurroundings
  /** Requests that are allowed without a look, whatever a webhook configuration makes the API server send. */
  readonly isExempt: (request: AdmissionRequest) => boolean
  /** Whether what the stages need to know has been read. Before that no review is answered (503). */
  readonly isReady: () => boolean
  /** The text of `/metrics`, and its content type. */
  readonly metrics?: { readonly contentType: string; text(): Promise<string> }
  /** Told of each review that was answered. */
  readonly onReview?: (request: AdmissionRequest, result: AdmissionResult, milliseconds: number) => void
  /** Told of each call that got no review for an answer: the HTTP status, and why. */
  readonly onRejected?: (status: number, reason: string) => void
  /** Of one body: 8 MiB. An API server takes objects of 3 MiB, and sends two of them. */
  readonly bodyBytes?: number
  /** Reviews that are worked on at once: 500; more are turned away (429). */
  readonly maxInFlight?: number
}

/** A running server of reviews. */
export interface ReviewServer {
  readonly address: { readonly host: string; readonly port: number }
  /** New connections are served with this certificate. */
  setCertificate(tls: ServingCertificate): void
  /**
   * Tells probes that it is not ready any more, waits, then takes no more calls and answers those that are there.
   *
   * @param delayMilliseconds - how long API servers may still call, until they know that it goes
   */
  stop(delayMilliseconds: number): Promise<void>
}

const MEBIBYTE = 2 ** 20
/** "The timeout value must be between 1 and 30 seconds" (admissionregistration.k8s.io, timeoutSeconds). */
const LONGEST_SECONDS = 30
const DEFAULT_SECONDS = 10
/** A client that is slower is not an API server. */
const REQUEST_MILLISECONDS = 15_000

/** Which phase a path asks for; `/admit` is both, for servers that call once. */
const PHASES = { '/mutate': 'mutate', '/validate': 'validate', '/admit': 'admit' } as const

/**
 * Opens the HTTPS server that an API server calls as an admission webhook (Kubernetes documentation, "Dynamic
 * Admission Control"): `POST /mutate` and `/validate` with an AdmissionReview; `GET /livez`, `/readyz`, `/metrics`.
 *
 * It fails closed: what cannot be decided within the time that the API server gives is refused, and a call that
 * is no review gets an HTTP error, on which the API server goes by `failurePolicy`.
 *
 * @throws Error of the operating system where it cannot listen, of TLS for a bad certificate
 */
export async function openReviewServer(options: ReviewServerOptions): Promise<ReviewServer> {
  const reviewServer = new Reviews(options)
  await reviewServer.listen()
  return reviewServer
}

class Reviews implements ReviewServer {
  readonly #options: ReviewServerOptions
  readonly #server: Server
  readonly #bodyBytes: number
  readonly #maxInFlight: number
  address = { host: '', port: 0 }
  #inFlight = 0
  #isStopping = false

  constructor(options: ReviewServerOptions) {
    this.#options = options
    this.#bodyBytes = options.bodyBytes ?? 8 * MEBIBYTE
    this.#maxInFlight = options.maxInFlight ?? 500
    this.#server = createServer(
      {
        ...tlsOptions(options),
        requestTimeout: REQUEST_MILLISECONDS,
        headersTimeout: REQUEST_MILLISECONDS / 2,
        // API servers keep their connections; one that is closed under them costs a handshake, or an error.
        keepAliveTimeout: 120_000,
        maxHeaderSize: 16 * 1024,
        noDelay: true,
      },
      (request, response) => void this.#handle(request, response),
    )
  }

  listen(): Promise<void> {
    const { host, port } = this.#options
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject)
        const listening = this.#server.address() as AddressInfo
        this.address = { host: listening.address, port: listening.port }
        resolve()
      })
    })
  }

  setCertificate(tls: ServingCertificate): void {
    this.#server.setSecureContext(tlsOptions({ ...this.#options, tls }))
  }

  async stop(delayMilliseconds: number): Promise<void> {
    this.#isStopping = true
    await new Promise((resolve) => setTimeout(resolve, delayMilliseconds))
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeIdleConnections()
    await closed
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const phase = PHASES[path as keyof typeof PHASES]
    if (phase === undefined) return this.#answerProbe(path, request, response)
    const refuse = (status: number, reason: string) => {
      this.#options.onRejected?.(status, reason)
      // The rest of the body is not waited for.
      answer(response, status, `${reason}\n`, 'text/plain; charset=utf-8', { connection: 'close' })
    }
    if (request.method !== 'POST') return refuse(405, 'reviews are sent with POST')
    const { clientCa, isReady } = this.#options
    if (clientCa !== undefined && !(request.socket as TLSSocket).authorized)
      return refuse(403, 'a client certificate is needed')
    if (!isReady()) return refuse(503, 'not ready: the cluster has not been read yet')
    if (this.#inFlight >= this.#maxInFlight) return refuse(429, 'too many reviews at once')
    this.#inFlight += 1
    try {
      const text = await this.#review(phase, request, secondsOf(query))
      const headers = this.#isStopping ? { connection: 'close' } : {}
      answer(response, 200, text, 'application/json', headers)
    } catch (error) {
      if (error instanceof BodyError) refuse(error.status, error.message)
      else if (error instanceof ReviewError) refuse(400, error.message)
      else refuse(500, 'the review could not be answered')
    } finally {
      this.#inFlight -= 1
    }
  }

  async #review(
    phase: keyof Omit<AdmissionChain, 'names'>,
    call: IncomingMessage,
    seconds: number,
  ): Promise<string> {
    const { chain, surroundings, isExempt, onReview } = this.#options
    const begin = performance.now()
    const review = decodeReview(await readBody(call, this.#bodyBytes))
    const { request } = review
    const result = isExempt(request)
      ? NOTHING
      : await within(seconds * 1000, chain[phase](request, surroundings))
    onReview?.(request, result, performance.now() - begin)
    return encodeReview(review, result)
  }

  async #answerProbe(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { isReady, metrics } = this.#options
    if (request.method !== 'GET') answer(response, 404, '')
    else if (path === '/livez' || path === '/healthz') answer(response, 200, 'ok')
    else if (path === '/readyz')
      if (!this.#isStopping && isReady()) answer(response, 200, 'ok')
      else answer(response, 503, 'not ready')
    else if (path === '/metrics' && metrics !== undefined)
      answer(response, 200, await metrics.text(), metrics.contentType)
    else answer(response, 404, '')
  }
}

/** What a review is answered with that is not looked at. */
const NOTHING: AdmissionResult = { warnings: [], auditAnnotations: {} }

/** "Admission webhooks should evaluate as quickly as possible": what takes longer than the API server waits is refused. */
function within(milliseconds: number, result: Promise<AdmissionResult>): Promise<AdmissionResult> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const refusal = internalError('the request was not decided within the time given')
      resolve({ refusal, warnings: [], auditAnnotations: {} })
    }, milliseconds)
    result.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** "timeout=10s": a little less, so that the refusal still arrives. */
function secondsOf(query: string): number {
  const given = /(?:^|&)timeout=(\d{1,3})s(?:&|$)/.exec(query)?.[1]
  const seconds = given === undefined ? DEFAULT_SECONDS : Math.min(Number(given), LONGEST_SECONDS)
  return Math.max(seconds, 1) * 0.95
}

function tlsOptions({ tls, clientCa }: Pick<ReviewServerOptions, 'tls' | 'clientCa'>): ServerOptions {
  return {
    cert: tls.certificate,
    key: tls.key,
    minVersion: 'TLSv1.2',
    // Probes come without a certificate; of reviews it is asked for above.
    ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: false }),
  }
}

function answer(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
}
