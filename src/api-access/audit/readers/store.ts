import { setTimeout as sleep } from 'node:timers/promises'
import { openForReading } from '../../../storage/index.ts'
import { decodeAuditEvents } from '../event/index.ts'
import { type StoredEvent, storedPage } from '../sinks/store/store.ts'
import { auditReaderMessages } from './messages.ts'
import type { AuditBatches, AuditItem } from './reader.ts'

export interface StoreReadOptions {
  /** RFC 3339 in UTC; only events of this time and later. */
  readonly since?: string
  /** Only events of this time and earlier. */
  readonly until?: string
  /** Waits for more, until it is aborted. */
  readonly follow?: AbortSignal
}

const PAGE_EVENTS = 500
const POLL_MILLISECONDS = 500

/**
 * Reads the audit store in the order in which events were stored. A position's line is the event's number there.
 *
 * @throws DatabaseError where there is no such store
 */
export async function* readStore(path: string, options: StoreReadOptions = {}): AuditBatches {
  const database = openForReading(path)
  try {
    for (let after = 0; ; ) {
      const page = storedPage(database, after, options, PAGE_EVENTS)
      if (page.length > 0) yield page.flatMap((stored) => itemsOf(stored, path))
      after = page.at(-1)?.id ?? after
      if (page.length > 0) continue
      if (options.follow === undefined || options.follow.aborted) return
      await sleep(POLL_MILLISECONDS, undefined, { signal: options.follow }).catch(() => undefined)
    }
  } finally {
    await database.close()
  }
}

function itemsOf({ id, text }: StoredEvent, source: string): AuditItem[] {
  const position = { source, line: id, offset: 0 }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return [{ code: 'ERR_NOT_JSON', problem: auditReaderMessages.make['not-json']({ column: 0 }), position }]
  }
  return decodeAuditEvents(value).map((decoded) =>
    'event' in decoded
      ? { event: decoded.event, position, bytes: Buffer.byteLength(text) }
      : { code: 'ERR_NOT_AN_EVENT', problem: decoded.problem, position },
  )
}
