import { setTimeout as sleep } from 'node:timers/promises'
import type { AuditEvent, AuditSink } from '../../audit/index.ts'

/** An event on its way. */
interface Item {
  readonly event: AuditEvent
  readonly bytes: number
  readonly onKept: () => void
}

const BATCH_EVENTS = 500
/** Events of this time go together; until then the journal has them. */
const BATCH_MILLISECONDS = 20
const LONGEST_PAUSE = 5000

/**
 * Hands events to one sink in order, many at once, and again until it takes them: what waits is bounded by who asks
 * for `bytes` before letting more requests in.
 */
export class SinkFeed {
  readonly #sink: AuditSink
  readonly #onFailure: (error: unknown) => void
  #queue: Item[] = []
  #bytes = 0
  #running: Promise<void> | undefined
  #isStopping = false

  constructor(sink: AuditSink, onFailure: (error: unknown) => void) {
    this.#sink = sink
    this.#onFailure = onFailure
  }

  /** Bytes that wait, about. */
  get bytes(): number {
    return this.#bytes
  }

  push(event: AuditEvent, bytes: number, onKept: () => void): void {
    this.#queue.push({ event, bytes, onKept })
    this.#bytes += bytes
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  /** Delivers what waits; what the sink does not take now stays in the journal. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#running
    await this.#sink.close()
  }

  async #run(): Promise<void> {
    if (!this.#isStopping) await sleep(BATCH_MILLISECONDS)
    for (let failures = 0; this.#queue.length > 0; ) {
      const batch = this.#queue.slice(0, BATCH_EVENTS)
      try {
        await this.#sink.write(batch.map(({ event }) => event))
        failures = 0
      } catch (error) {
        this.#onFailure(error)
        if (this.#isStopping) return
        failures += 1
        await sleep(Math.min(LONGEST_PAUSE, 100 * 2 ** failures))
        continue
      }
      this.#queue = this.#queue.slice(batch.length)
      for (const { bytes, onKept } of batch) {
        this.#bytes -= bytes
        onKept()
      }
    }
  }
}
