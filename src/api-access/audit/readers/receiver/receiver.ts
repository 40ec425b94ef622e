import { isUtf8 } from 'node:buffer'
import { hash, timingSafeEqual } from 'node:crypto'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { openSegmentQueue, type SegmentQueue } from '../../../../storage/index.ts'
import { decodeAuditEvents } from '../../event/index.ts'
import { auditReaderMessages } from '../messages.ts'
import type { AuditBatches, AuditItem, AuditRecord } from '../reader.ts'
import { BodyError, readBody } from './body.ts'
import { createSeen } from './seen.ts'
import { type Delivery, WaitingItems } from './waiting.ts'

export interface ReceiverOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** Without it, plain HTTP. In PEM. */
  readonly tls?: {
    readonly certificate: string | Buffer
    readonly key: string | Buffer
    /** Only clients with a certificate of this authority are let in. */
    readonly clientCa?: string | Buffer
  }
  /** Only requests with `Authorization: Bearer` of this token are let in. */
  readonly token?: string
  /** Where events are posted to. Falco's is `/k8s-audit`. */
  readonly path?: string
  /** Of one body: 12 MiB, as Falco's. */
  readonly bodyBytes?: number
  /** Of one body once inflated: 64 MiB. */
  readonly inflatedBytes?: number
  /** What may wait in memory, where events do not wait on disk: 64 MiB. */
  readonly memoryBytes?: number
  /** Where events wait: every one is on disk before it is acknowledged. Without it they wait in memory. */
  readonly spill?: { readonly folder: string; readonly maxBytes: number }
  /** How many events are remembered, so that none is given twice: 65,536. */
  readonly window?: number
}

/** Counters since the receiver was opened. */
export interface ReceiverStats {
  readonly requests: number
  readonly events: number
  /** Events that came before: their sender was not sure. */
  readonly duplicates: number
  /** Bodies that were no events. */
  readonly malformed: number
  readonly tooLarge: number
  readonly unauthorized: number
  /** Events that found no room and were refused: their sender knows. */
  readonly refused: number
  readonly spilled: number
  readonly waitingBytes: number
}

/** Takes the events that API servers post. */
export interface AuditReceiver {
  readonly address: { readonly host: string; readonly port: number }
  /** What comes, until the receiver is closed; read it once. A batch is done with once the next is asked for. */
  readonly batches: AuditBatches
  /** The same for who says when a batch is done with, in their order, and calls `release` at the end. */
  readonly deliveries: AsyncIterable<Delivery>
  stats(): ReceiverStats
  /** Takes no more requests; what was acknowledged can still be read. */
  close(): Promise<void>
  /** Lets go of the folder, once what is done with is noted there. */
  release(): Promise<void>
}

const MEBIBYTE = 1024 * 1024
/** A sender that is slower is not an API server. */
const REQUEST_MILLISECONDS = 60_000
/** For a sender that found no room. */
const RETRY_SECONDS = '1'

/**
 * Opens a receiver for the API server's audit webhook (Kubernetes documentation, "Auditing", Webhook backend). It
 * answers 200 as soon as the events are safe: on disk, or, where they wait in memory, done with. So the end of the
 * process (`kill -9` too) loses none of what it has acknowledged. Each stage of a request is given once. `GET /healthz`
 * says whether it runs.
 *
 * @throws FolderLockedError; Error of the operating system where it cannot listen
 */
export async function openReceiver(options: ReceiverOptions): Promise<AuditReceiver> {
  const spill = options.spill && (await openSegmentQueue(options.spill))
  try {
    const receiver = new Receiver(options, spill)
    await receiver.listen()
    return receiver
  } catch (error) {
    await spill?.close()
    throw error
  }
}

class Receiver implements AuditReceiver {
  readonly #options: ReceiverOptions
  readonly #path: string
  readonly #waiting: WaitingItems
  readonly #seen: ReturnType<typeof createSeen>
  readonly #server: Server
  readonly #tokenHash: Buffer | undefined
  readonly #counters = {
    requests: 0,
    events: 0,
    duplicates: 0,
    malformed: 0,
    tooLarge: 0,
    unauthorized: 0,
    refused: 0,
  }

  constructor(options: ReceiverOptions, spill: SegmentQueue | undefined) {
    this.#options = options
    this.#path = options.path ?? '/k8s-audit'
    this.#waiting = new WaitingItems(options.memoryBytes ?? 64 * MEBIBYTE, spill)
    this.#seen = createSeen(options.window ?? 65_536)
    this.#tokenHash = options.token === undefined ? undefined : digest(`Bearer ${options.token}`)
    this.#server = createServer(options, (request, response) => void this.#handle(request, response))
  }

  get address() {
    const { address, port } = this.#server.address() as AddressInfo
    return { host: address, port }
  }

  get batches(): AuditBatches {
    return this.#read()
  }

  get deliveries(): AsyncIterable<Delivery> {
    return this.#waiting.deliveries(this.#source)
  }

  get #source(): string {
    return `${this.#options.host}:${this.#options.port}`
  }

  listen(): Promise<void> {
    const { host, port } = this.#options
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
  }

  stats() {
    return { ...this.#counters, spilled: this.#waiting.spilled, waitingBytes: this.#waiting.bytes }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeIdleConnections()
    await closed
    this.#waiting.end()
  }

  release(): Promise<void> {
    return this.#waiting.close()
  }

  async *#read(): AuditBatches {
    try {
      yield* this.#waiting.read(this.#source)
    } finally {
      await this.release()
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0]
    if (path === '/healthz' && request.method === 'GET') return answer(response, 200, 'ok\n')
    if (path !== this.#path) return answer(response, 404)
    if (request.method !== 'POST') return answer(response, 405, '', { allow: 'POST' })
    this.#counters.requests += 1
    if (!this.#isLetIn(request)) {
      this.#counters.unauthorized += 1
      return answer(response, 401, '', { connection: 'close' })
    }
    try {
      await this.#receive(request, response)
    } catch (error) {
      if (!(error instanceof BodyError)) return answer(response, 500)
      if (error.status === 413) this.#counters.tooLarge += 1
      else this.#counters.malformed += 1
      // The rest of the body is not waited for.
      answer(response, error.status, `${error.message}\n`, { connection: 'close' })
    }
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { bodyBytes = 12 * MEBIBYTE, inflatedBytes = 64 * MEBIBYTE } = this.#options
    const body = await readBody(request, { bodyBytes, inflatedBytes })
    const items = this.#decode(body, request.socket.remoteAddress ?? '')
    const records = items.filter((item): item is AuditRecord => 'event' in item)
    const fresh = items.filter((item) => !('event' in item) || this.#seen.isNew(item.event))
    const freshRecords = fresh.filter((item): item is AuditRecord => 'event' in item)
    if (fresh.length > 0 && !(await this.#offer(fresh, freshRecords, body.length))) {
      this.#counters.refused += freshRecords.length
      return answer(response, 429, 'no room\n', { 'retry-after': RETRY_SECONDS })
    }
    this.#counters.events += freshRecords.length
    this.#counters.duplicates += records.length - freshRecords.length
    // What came before may not be safe yet either.
    const isSafe = await this.#waiting.safe(freshRecords.length < records.length)
    if (isSafe) return answer(response, 200)
    answer(response, 503, 'stopping\n', { 'retry-after': RETRY_SECONDS, connection: 'close' })
  }

  /** What finds no room, or cannot be written, is not remembered: its sender will send it again. */
  async #offer(
    items: readonly AuditItem[],
    records: readonly AuditRecord[],
    bytes: number,
  ): Promise<boolean> {
    let isTaken = false
    try {
      isTaken = await this.#waiting.offer(items, bytes)
    } finally {
      if (!isTaken) for (const { event } of records) this.#seen.forget(event)
    }
    return isTaken
  }

  /** @throws BodyError for a body that holds no event at all */
  #decode(body: Buffer, source: string): readonly AuditItem[] {
    const position = { source, line: 0, offset: 0 }
    let value: unknown
    try {
      value = JSON.parse(body.toString('utf8'))
    } catch (error) {
      throw new BodyError(400, 'the body is no JSON', { cause: error })
    }
    const decoded = decodeAuditEvents(value)
    const bytes = Math.floor(body.length / Math.max(1, decoded.length))
    const items = decoded.map<AuditItem>((each) =>
      'event' in each
        ? { event: each.event, position, bytes }
        : { code: 'ERR_NOT_AN_EVENT', problem: each.problem, position },
    )
    if (items.length > 0 && !items.some((item) => 'event' in item))
      throw new BodyError(400, 'the body is no Event or EventList of audit.k8s.io')
    if (isUtf8(body)) return items
    const problem = auditReaderMessages.make['invalid-utf8-body']({})
    return [{ code: 'ERR_INVALID_UTF8', problem, position }, ...items]
  }

  #isLetIn({ headers }: IncomingMessage): boolean {
    // Hashes are of one length, so that nothing is told by the time that comparing takes.
    return (
      this.#tokenHash === undefined || timingSafeEqual(digest(headers.authorization ?? ''), this.#tokenHash)
    )
  }
}

function createServer(
  { tls }: ReceiverOptions,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
) {
  const timeouts = { requestTimeout: REQUEST_MILLISECONDS, headersTimeout: REQUEST_MILLISECONDS / 2 }
  if (tls === undefined) return createHttpServer(timeouts, listener)
  const { certificate, key, clientCa } = tls
  const clients = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }
  return createHttpsServer(
    { ...timeouts, cert: certificate, key, minVersion: 'TLSv1.2', ...clients },
    listener,
  )
}

function answer(
  response: ServerResponse,
  status: number,
  text = '',
  headers: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers })
  response.end(text)
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
