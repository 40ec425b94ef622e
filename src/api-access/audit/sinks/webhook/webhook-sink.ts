import { join } from 'node:path'
import { errorText } from '../../../../messages/index.ts'
import {
  appendLines,
  openSegmentQueue,
  type QueuedBatch,
  type SegmentQueue,
} from '../../../../storage/index.ts'
import type { AuditEvent } from '../../event/index.ts'
import { type AuditSink, createCounters, SinkError } from '../sink.ts'
import type { WebhookTarget } from './kubeconfig.ts'
import { createBackoff, createThrottle } from './pace.ts'
import { createPoster, type Poster } from './post.ts'

export interface WebhookSinkOptions {
  readonly target: WebhookTarget
  /** Where events wait, of this sink alone. */
  readonly spillFolder: string
  /** All that may wait; what comes beyond is dropped and counted. 1 GiB. */
  readonly spillBytes?: number
  /** `--audit-webhook-batch-max-size`: 400. */
  readonly batchEvents?: number
  /** `--audit-webhook-batch-max-wait`: 30 seconds. */
  readonly batchWaitMilliseconds?: number
  /** Of one body, so that a receiver's limit (Falco's is 12 MiB) is kept: 8 MiB. */
  readonly batchBytes?: number
  /** `--audit-webhook-batch-throttle-qps`: 10. */
  readonly requestsPerSecond?: number
  /** `--audit-webhook-batch-throttle-burst`: 15. */
  readonly burst?: number
  /** The first pause after a failure (one second), and the longest (a minute). */
  readonly backoffMilliseconds?: number
  readonly mostBackoffMilliseconds?: number
  readonly timeoutMilliseconds?: number
  readonly compress?: boolean
  readonly fsync?: boolean
  /** Told of each failure and each event that is given up. */
  readonly onTrouble?: (trouble: WebhookTrouble) => void
}

export interface WebhookTrouble {
  readonly kind: 'failed' | 'refused' | 'full'
  readonly reason: string
  readonly events: number
}

const GIBIBYTE = 1024 ** 3
const MEBIBYTE = 1024 ** 2

/**
 * Sends events to a webhook, in order and at least once. Every event goes to disk before `write` resolves and from
 * there to the webhook, so that a dead webhook, or the end of this process, only delays it. What the webhook refuses
 * for good is put into `refused.jsonl` beside the queue and counted, one event at a time, so that it stops no other.
 *
 * @throws FolderLockedError where another process has the folder
 */
export async function openWebhookSink(options: WebhookSinkOptions): Promise<AuditSink> {
  const { spillFolder: folder, spillBytes: maxBytes = GIBIBYTE, fsync = false } = options
  const queue = await openSegmentQueue({ folder, maxBytes, fsync })
  const sink = new WebhookSink(options, queue)
  sink.start()
  return sink
}

class WebhookSink implements AuditSink {
  readonly #options: WebhookSinkOptions
  readonly #queue: SegmentQueue
  readonly #poster: Poster
  readonly #counters = createCounters()
  readonly #throttle: ReturnType<typeof createThrottle>
  readonly #backoff: ReturnType<typeof createBackoff>
  readonly #stop = new AbortController()
  /** When the first of the events that wait for their batch came. */
  #waitingSince: number | undefined
  #flushers: (() => void)[] = []
  #wake: (() => void) | undefined
  #hasNews = false
  #sending: Promise<void> = Promise.resolve()

  constructor(options: WebhookSinkOptions, queue: SegmentQueue) {
    this.#options = options
    this.#queue = queue
    const { target, compress = false, timeoutMilliseconds = 30_000 } = options
    this.#poster = createPoster({ target, compress, timeoutMilliseconds })
    this.#throttle = createThrottle(options.requestsPerSecond ?? 10, options.burst ?? 15)
    this.#backoff = createBackoff({
      initialMilliseconds: options.backoffMilliseconds ?? 1000,
      mostMilliseconds: options.mostBackoffMilliseconds ?? 60_000,
    })
  }

  start(): void {
    this.#sending = this.#send()
  }

  async write(events: readonly AuditEvent[]): Promise<void> {
    if (this.#stop.signal.aborted) throw new SinkError('ERR_SINK_CLOSED', 'the webhook sink is closed')
    if (events.length === 0) return
    let isTaken: boolean
    try {
      isTaken = await this.#queue.append(events.map((event) => JSON.stringify(event)))
    } catch (error) {
      throw new SinkError('ERR_SINK_WRITE', errorText(error), {
        cause: error,
      })
    }
    if (!isTaken) {
      this.#counters.dropped += events.length
      const reason = `${this.#queue.bytes} bytes wait`
      this.#trouble('full', reason, events.length)
      throw new SinkError('ERR_SINK_FULL', reason)
    }
    this.#counters.accepted += events.length
    this.#waitingSince ??= performance.now()
    this.#notify()
  }

  flush(): Promise<void> {
    if (this.#queue.bytes === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#flushers.push(resolve)
      this.#notify()
    })
  }

  stats() {
    return { ...this.#counters, waitingBytes: this.#queue.bytes }
  }

  async close(): Promise<void> {
    this.#stop.abort()
    this.#notify()
    await this.#sending
    this.#poster.close()
    await this.#queue.close()
  }

  async #send(): Promise<void> {
    const { batchEvents = 400, batchBytes = 8 * MEBIBYTE } = this.#options
    while (!this.#stop.signal.aborted) {
      const batch = await this.#queue.front(batchEvents, batchBytes)
      if (batch === undefined) {
        this.#waitingSince = undefined
        for (const resolve of this.#flushers.splice(0)) resolve()
        await this.#sleep()
      } else if (this.#maySend(batch, batchEvents, batchBytes)) await this.#deliver(batch)
      else await this.#sleep(this.#restOfWait())
    }
  }

  /** A batch goes when it is full, when its first event has waited long enough, or when somebody waits for it. */
  #maySend({ records }: QueuedBatch, batchEvents: number, batchBytes: number): boolean {
    const isFull = records.length >= batchEvents || this.#queue.bytes >= batchBytes
    return isFull || this.#flushers.length > 0 || this.#restOfWait() <= 0
  }

  #restOfWait(): number {
    const { batchWaitMilliseconds = 30_000 } = this.#options
    // What a former process left has waited long enough.
    if (this.#waitingSince === undefined) return 0
    return batchWaitMilliseconds - (performance.now() - this.#waitingSince)
  }

  async #deliver({ records, end }: QueuedBatch): Promise<void> {
    await this.#pause(this.#throttle.take())
    if (this.#stop.signal.aborted || !(await this.#post(records))) return
    await this.#queue.advance(end)
    this.#waitingSince = this.#queue.bytes > 0 ? performance.now() : undefined
  }

  /** @returns whether nothing more is to be done with the records */
  async #post(records: readonly Buffer[]): Promise<boolean> {
    const result = await this.#poster.post(records)
    if (result.kind === 'taken') {
      this.#backoff.reset()
      this.#counters.delivered += records.length
      return true
    }
    this.#counters.failures += 1
    if (result.kind === 'refused') return this.#postHalves(records, result.reason)
    this.#trouble('failed', result.reason, records.length)
    await this.#pause(Math.max(result.retryAfterMilliseconds ?? 0, this.#backoff.next()))
    return false
  }

  /** Halving finds the event that makes the receiver refuse the others with it. */
  async #postHalves(records: readonly Buffer[], reason: string): Promise<boolean> {
    const [only] = records
    if (records.length === 1 && only !== undefined) {
      const refused = join(this.#options.spillFolder, 'refused.jsonl')
      await appendLines(refused, Buffer.concat([only, Buffer.from('\n')]), 0o600)
      this.#counters.dropped += 1
      this.#trouble('refused', reason, 1)
      return true
    }
    const middle = Math.ceil(records.length / 2)
    return (await this.#post(records.slice(0, middle))) && (await this.#post(records.slice(middle)))
  }

  #trouble(kind: WebhookTrouble['kind'], reason: string, events: number): void {
    this.#options.onTrouble?.({ kind, reason, events })
  }

  /** Until the time is over; only closing ends it early. */
  async #pause(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds
    for (let rest = milliseconds; rest > 0 && !this.#stop.signal.aborted; rest = until - performance.now())
      await this.#sleep(rest)
  }

  /** Until something happens, or the time is over; at once where something has happened since the last time. */
  #sleep(milliseconds?: number): Promise<void> {
    if (this.#hasNews || this.#stop.signal.aborted) {
      this.#hasNews = false
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(() => this.#notify(), milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = undefined
        this.#hasNews = false
        resolve()
      }
    })
  }

  #notify(): void {
    this.#hasNews = true
    this.#wake?.()
  }
}
