import { errorText } from '../../../../messages/index.ts'
import type { Database } from '../../../../storage/index.ts'
import { openDatabase } from '../../../../storage/index.ts'
import { type Link, makeAnchor } from '../../chain/index.ts'
import { type AuditEvent, identityOf } from '../../event/index.ts'
import { type ChainOptions, chainEvents } from '../chaining.ts'
import { type AuditSink, createCounters, createTurns, SinkError } from '../sink.ts'
import { insertStatements, isStored, STORE_MIGRATIONS, storedHead } from './store.ts'

export interface StoreSinkOptions {
  /** The database's file. */
  readonly path: string
  readonly chain?: ChainOptions
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number
}

/**
 * Keeps events in the embedded database, each stage of a request once: a sender that is not sure whether its events
 * arrived may send them again.
 *
 * @throws DatabaseError
 */
export async function openStoreSink(options: StoreSinkOptions): Promise<AuditSink> {
  const database = await openDatabase(options.path, STORE_MIGRATIONS)
  return new StoreSink(options, database)
}

class StoreSink implements AuditSink {
  readonly #options: StoreSinkOptions
  readonly #database: Database
  readonly #inTurn = createTurns()
  readonly #counters = createCounters()
  #head: Link
  #anchored: number
  #isClosed = false

  constructor(options: StoreSinkOptions, database: Database) {
    this.#options = options
    this.#database = database
    this.#head = storedHead(database)
    this.#anchored = this.#head.sequence
  }

  write(events: readonly AuditEvent[]): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isClosed) throw new SinkError('ERR_SINK_CLOSED', `${this.#options.path} is closed`)
      const fresh = this.#fresh(events)
      try {
        if (fresh.length > 0) await this.#insert(fresh)
      } catch (error) {
        this.#counters.failures += 1
        throw new SinkError('ERR_SINK_WRITE', errorText(error), {
          cause: error,
        })
      }
      this.#counters.accepted += events.length
      this.#counters.delivered += fresh.length
      this.#counters.duplicates += events.length - fresh.length
    })
  }

  async flush(): Promise<void> {
    await this.#inTurn(async () => undefined)
  }

  stats() {
    return { ...this.#counters, waitingBytes: 0 }
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isClosed) return
      this.#isClosed = true
      const { chain } = this.#options
      if (chain !== undefined && this.#head.sequence > this.#anchored)
        await this.#database.write(insertStatements([], [makeAnchor(this.#head, this.#time(), chain.key)]))
      await this.#database.close()
    })
  }

  /** Without those that are stored already, and those that come twice at once. */
  #fresh(events: readonly AuditEvent[]): readonly AuditEvent[] {
    const seen = new Set<string>()
    return events.filter((event) => {
      const identity = identityOf(event)
      if (identity === undefined) return true
      if (seen.has(identity) || isStored(this.#database, event)) return false
      seen.add(identity)
      return true
    })
  }

  async #insert(events: readonly AuditEvent[]): Promise<void> {
    const { chain } = this.#options
    if (chain === undefined) {
      await this.#database.write(insertStatements(events, []))
      return
    }
    const chained = chainEvents(events, this.#head, chain, this.#time())
    await this.#database.write(insertStatements(chained.events, chained.anchors))
    this.#head = chained.head
    this.#anchored = chained.anchors.at(-1)?.sequence ?? this.#anchored
  }

  #time(): string {
    return new Date((this.#options.now ?? Date.now)()).toISOString()
  }
}
