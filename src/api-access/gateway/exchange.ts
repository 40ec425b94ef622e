import { isLongRunning } from '../request/index.ts'
import type { AdmissionGate, Admitted } from './admission/admission-gate.ts'
import { isForServer, objectAsSent, readByServer } from './admission/read-by-server.ts'
import type { DryRun } from './admission/stored-objects.ts'
import type { BodyReader } from './carrier/body.ts'
import { BodyRefused } from './carrier/body.ts'
import type { EndingTimes } from './carrier/ending.ts'
import { forward, type Outcome } from './carrier/forward.ts'
import {
  abortResponse,
  type ClientRequest,
  type ClientResponse,
  hasBody,
  peerOf,
  sendStatus,
} from './carrier/http.ts'
import { IdentityError } from './carrier/identity.ts'
import { type LocalHandler, type ReadBody, sendLocal } from './carrier/local.ts'
import type { OpenWatches } from './carrier/open-watches.ts'
import { presentedHeaders } from './carrier/presented-headers.ts'
import { outgoingHeaders } from './carrier/request-headers.ts'
import { Unanswered } from './carrier/unanswered.ts'
import type { Upstream } from './carrier/upstream.ts'
import type { GateMetrics } from './health/metrics.ts'
import { type InFlight, kindOf } from './limits/in-flight.ts'
import type { Passage, Pipeline, Rejection } from './pipeline/pipeline.ts'
import { badRequest, type FailureStatus, internalError, tooManyRequests } from './pipeline/status.ts'
import { createdName } from './trail/created-name.ts'
import { DEEPEST, isTooDeep } from './trail/depth.ts'

/** What requests are served with. */
export interface ServingOptions {
  readonly upstream: Upstream
  readonly pipeline: Pipeline
  readonly bodies: BodyReader
  readonly inFlight: InFlight
  readonly local: readonly LocalHandler[]
  readonly admission: AdmissionGate | undefined
  readonly metrics: GateMetrics | undefined
  readonly watches: OpenWatches
  /** Until the head of an answer that is not long-running is there, in milliseconds. */
  readonly requestTimeout: number
  /** For connections that have left HTTP. */
  readonly ending: EndingTimes
  readonly onError: (error: unknown) => void
}

const tooDeep = badRequest(`the body is nested more than ${DEEPEST} levels deep`)

const PASSES: Admitted = { kind: 'pass', warnings: [] }

/** Serves one request from its head to the end of its answer. Never throws. */
export async function serve(
  options: ServingOptions,
  request: ClientRequest,
  response: ClientResponse,
): Promise<void> {
  const exchange = new Exchange(options, request, response)
  const entered = await options.pipeline.enter({
    method: request.method ?? '',
    target: request.url ?? '',
    presented: { headers: presentedHeaders(request), ...peerOf(request) },
  })
  try {
    if ('status' in entered) await exchange.reject(entered, entered.status)
    else await exchange.pass(entered)
  } catch (error) {
    await exchange.fault(entered, error)
  }
}

class Exchange {
  readonly #options: ServingOptions
  readonly #request: ClientRequest
  readonly #response: ClientResponse
  readonly #start = performance.now()

  constructor(options: ServingOptions, request: ClientRequest, response: ClientResponse) {
    this.#options = options
    this.#request = request
    this.#response = response
  }

  async pass(passage: Passage): Promise<void> {
    const { attributes, trace } = passage
    if (isLongRunning(attributes)) return this.#stream(passage)
    const reading = this.#options.bodies.read(this.#request)
    const body = reading === undefined ? undefined : this.#told(passage, await reading)
    const answer = this.#localAnswer(passage, body)
    if (answer !== undefined && (await answer)) return
    const entering = this.#options.inFlight.enter(attributes)
    const release = entering instanceof Promise ? await entering : entering
    if (release === undefined) {
      this.#options.metrics?.rejected(kindOf(attributes))
      return this.reject(passage, tooManyRequests)
    }
    try {
      const committing = trace.commit()
      if (committing !== undefined) await committing
      const headers = outgoingHeaders(this.#request.rawHeaders, peerOf(this.#request).address, passage)
      const dryRun =
        body !== undefined && trace.wantsRequestBody && isForServer(passage.info, body)
          ? await this.#toldByServer(passage, body, headers)
          : undefined
      const admitting = this.#admit(passage, body, headers, dryRun)
      const admitted = admitting === undefined ? PASSES : await admitting
      if (admitted.kind === 'answered') {
        release()
        await this.#answer(passage, admitted.answer, admitted.warnings)
        return
      }
      const sent = admitted.body ?? body
      if (admitted.body !== undefined) setHeader(headers, 'content-type', admitted.body.contentType)
      if (sent !== undefined) headers.push('content-length', String(sent.data.length))
      this.#forward(passage, headers, sent?.data, release, admitted.warnings)
    } catch (error) {
      release()
      throw error
    }
  }

  /** Watches, logs and what is proxied: bodies both ways as they come. */
  async #stream(passage: Passage): Promise<void> {
    const { attributes, trace } = passage
    const release = await this.#options.inFlight.enter(attributes)
    if (release === undefined) {
      this.#options.metrics?.rejected('longRunning')
      return this.reject(passage, tooManyRequests)
    }
    const ended = this.#options.metrics?.longRunning(attributes)
    const end = () => {
      release()
      ended?.()
    }
    try {
      await trace.commit()
      const headers = outgoingHeaders(this.#request.rawHeaders, peerOf(this.#request).address, passage)
      const admitting = this.#admit(passage, undefined, headers)
      const admitted = admitting === undefined ? PASSES : await admitting
      if (admitted.kind === 'answered') {
        end()
        await this.#answer(passage, admitted.answer, admitted.warnings)
        return
      }
      const body = streamedBody(this.#request)
      const length = this.#request.headers['content-length']
      // A length without its body would take its bytes from the next request on the connection.
      if (body !== undefined && length !== undefined) headers.push('content-length', length)
      this.#forward(passage, headers, body, end, admitted.warnings)
    } catch (error) {
      end()
      throw error
    }
  }

  #admit(
    passage: Passage,
    body: ReadBody | undefined,
    headers: readonly string[],
    dryRun?: DryRun,
  ): Promise<Admitted> | undefined {
    const { method = 'GET', url = '' } = this.#request
    return this.#options.admission?.admit({
      passage,
      method,
      target: url,
      body,
      headers,
      ...(dryRun !== undefined && { dryRun }),
    })
  }

  #forward(
    passage: Passage,
    headers: string[],
    body: Buffer | ClientRequest | undefined,
    release: () => void,
    warnings: readonly string[],
  ): void {
    forward({
      upstream: this.#options.upstream,
      watches: this.#options.watches,
      passage,
      request: this.#request,
      response: this.#response,
      headers,
      target: this.#request.url ?? '',
      body,
      warnings,
      timeout: this.#options.requestTimeout,
      onDone: ({ code }: Outcome) => {
        release()
        this.#count(passage, code)
      },
    })
  }

  /** @returns resolves with whether it has been answered; undefined where nobody wants to */
  #localAnswer(passage: Passage, body: ReadBody | undefined): Promise<boolean> | undefined {
    for (const handler of this.#options.local) {
      const answering = handler(passage, body)
      if (answering !== undefined) return this.#answer(passage, answering)
    }
    return undefined
  }

  async #answer(
    passage: Passage,
    answering: ReturnType<LocalHandler>,
    warnings: readonly string[] = [],
  ): Promise<boolean> {
    const answer = await answering
    if (answer === undefined) return false
    const { trace } = passage
    await trace.commit()
    this.#identify(trace)
    sendLocal(this.#response, answer, this.#request.method === 'HEAD', warnings)
    const { contentType, code, status, body } = answer
    trace.complete(code, status as never, { data: Buffer.from(body), contentType })
    this.#count(passage, code)
    return true
  }

  #told({ trace, info }: Passage, data: Buffer): ReadBody {
    const contentType = String(this.#request.headers['content-type'] ?? 'application/json')
    if (isTooDeep(data, contentType)) throw new BodyRefused(tooDeep)
    if (trace.wantsRequestBody && !isForServer(info, { data, contentType }))
      trace.requestBody(data, contentType)
    if (trace.wantsName) {
      const name = createdName(data, contentType)
      if (name !== undefined) trace.objectName(name)
    }
    return { data, contentType }
  }

  /** @returns what the API server would make of it, which admission need not ask again */
  async #toldByServer(
    passage: Passage,
    body: ReadBody,
    headers: readonly string[],
  ): Promise<DryRun | undefined> {
    const { upstream, requestTimeout, onError } = this.#options
    const { method = '', url = '' } = this.#request
    const { trace } = passage
    try {
      const call = { passage, method, target: url, body, headers }
      const dryRun = await readByServer(upstream, call, body, requestTimeout)
      if ('object' in dryRun) {
        trace.requestBody(objectAsSent(dryRun.object, passage.info), 'application/json')
        trace.annotate({ 'haetae.io/request-body': 'read-by-api-server' })
      } else trace.requestBody(body.data, body.contentType)
      return dryRun
    } catch (error) {
      // The request itself will tell the client.
      onError(error)
      trace.requestBody(body.data, body.contentType)
      return undefined
    }
  }

  async reject(entered: Passage | Rejection, status: FailureStatus): Promise<void> {
    // Nobody is told anything before the disk knows that there was a request.
    await entered.trace.commit()
    this.#identify(entered.trace)
    sendStatus(this.#request, this.#response, status)
    entered.trace.complete(status.code, status as never)
    this.#count(entered, status.code)
  }

  async fault(entered: Passage | Rejection, error: unknown): Promise<void> {
    try {
      const isTold = error instanceof BodyRefused || error instanceof Unanswered
      if (isTold && !this.#response.headersSent) return await this.reject(entered, error.status)
      await entered.trace.commit()
    } catch (failure) {
      this.#options.onError(failure)
    }
    this.#options.onError(error)
    const reason = error instanceof IdentityError ? error.message : 'the gate could not handle the request'
    if (this.#response.headersSent) abortResponse(this.#response)
    else {
      this.#identify(entered.trace)
      sendStatus(this.#request, this.#response, internalError(reason))
    }
    entered.trace.panicked(reason)
    this.#count(entered, 500)
  }

  /** As the API server's answers do, what the gate answers itself names its event, for who looks for it later. */
  #identify({ auditId }: Passage['trace']): void {
    if (auditId !== '') this.#response.setHeader('audit-id', auditId)
  }

  #count({ info }: Passage | Rejection, code: number): void {
    const { metrics } = this.#options
    if (metrics === undefined) return
    const seconds = isLongRunning(info) ? -1 : (performance.now() - this.#start) / 1000
    metrics.request(info, code, seconds)
  }
}

/** @param headers - name, value, name, value, … */
function setHeader(headers: string[], name: string, value: string): void {
  const at = headers.findIndex((each, index) => index % 2 === 0 && each === name)
  if (at < 0) headers.push(name, value)
  else headers[at + 1] = value
}

/** What is uploaded through a proxy is passed on as it comes. A request that announces no body never tells of its end. */
function streamedBody(request: ClientRequest): ClientRequest | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD' && hasBody(request)) return request
  request.resume()
  return undefined
}
