import { openForReading, type ReadableDatabase, type Row, type Statement } from '../../../../storage/index.ts'
import { type Anchor, GENESIS, type Link, linkOf, readAnchor } from '../../chain/index.ts'
import type { AuditEvent } from '../../event/index.ts'
import { timeOf } from '../../event/index.ts'

/** What the store's versions were, each from the one before. */
export const STORE_MIGRATIONS: readonly string[] = [
  `CREATE TABLE audit_events (
     id INTEGER PRIMARY KEY,
     audit_id TEXT,
     stage TEXT,
     time TEXT NOT NULL,
     event TEXT NOT NULL
   ) STRICT;
   CREATE UNIQUE INDEX audit_events_identity ON audit_events (audit_id, stage) WHERE audit_id IS NOT NULL;
   CREATE INDEX audit_events_time ON audit_events (time);
   CREATE TABLE audit_anchors (sequence INTEGER PRIMARY KEY, anchor TEXT NOT NULL) STRICT`,
]

const INSERT_EVENT = 'INSERT INTO audit_events (audit_id, stage, time, event) VALUES (?, ?, ?, ?)'
const INSERT_ANCHOR = 'INSERT OR REPLACE INTO audit_anchors (sequence, anchor) VALUES (?, ?)'
const IS_STORED = 'SELECT 1 FROM audit_events WHERE audit_id = ? AND stage = ?'
const LAST_EVENT = 'SELECT event FROM audit_events ORDER BY id DESC LIMIT 1'
const ALL_ANCHORS = 'SELECT anchor FROM audit_anchors ORDER BY sequence'
const PAGE = 'SELECT id, event FROM audit_events WHERE id > ? AND time >= ? AND time <= ? ORDER BY id LIMIT ?'

/** One row of the store. */
export interface StoredEvent {
  readonly id: number
  /** JSON. */
  readonly text: string
}

export function insertStatements(events: readonly AuditEvent[], anchors: readonly Anchor[]): Statement[] {
  return [
    { sql: INSERT_EVENT, rows: events.map(rowOf) },
    { sql: INSERT_ANCHOR, rows: anchors.map((anchor) => [anchor.sequence, JSON.stringify(anchor)]) },
  ]
}

/** Whether the event is there already: each stage of a request happens once. */
export function isStored(database: ReadableDatabase, { auditID, stage }: AuditEvent): boolean {
  return !!auditID && !!stage && database.read(IS_STORED, auditID, stage).length > 0
}

/** The link that the next event follows. */
export function storedHead(database: ReadableDatabase): Link {
  const [row] = database.read(LAST_EVENT)
  const link = row === undefined ? undefined : linkOf(JSON.parse(textOf(row, 'event')) as AuditEvent)
  const attested = storedAnchors(database).at(-1)
  if (attested !== undefined && attested.sequence > (link?.sequence ?? 0))
    return { sequence: attested.sequence, hash: attested.hash }
  return link ?? GENESIS
}

/** In the order of the chain. */
export function storedAnchors(database: ReadableDatabase): readonly Anchor[] {
  return database.read(ALL_ANCHORS).flatMap((row) => readAnchor(textOf(row, 'anchor')) ?? [])
}

/**
 * The next events in the order in which they were stored.
 *
 * @param after - the ID of the last one seen, 0 for the first page
 * @param between - times, RFC 3339 in UTC; empty for no bound
 */
export function storedPage(
  database: ReadableDatabase,
  after: number,
  { since = '', until = '' }: { readonly since?: string; readonly until?: string },
  most: number,
): readonly StoredEvent[] {
  const rows = database.read(PAGE, after, since, until === '' ? '\u{10ffff}' : until, most)
  return rows.map((row) => ({ id: Number(row['id']), text: textOf(row, 'event') }))
}

function rowOf(event: AuditEvent): readonly (string | null)[] {
  return [event.auditID || null, event.stage ?? null, sortableTime(timeOf(event)), JSON.stringify(event)]
}

/** In UTC and to the millisecond, so that texts sort as times do; empty for no time. */
function sortableTime(time: string): string {
  const milliseconds = Date.parse(time)
  return Number.isNaN(milliseconds) ? '' : new Date(milliseconds).toISOString()
}

function textOf(row: Row, column: string): string {
  const value = row[column]
  return typeof value === 'string' ? value : ''
}

/**
 * The anchors of a store, in the order of the chain.
 *
 * @throws DatabaseError where there is no such store
 */
export async function readStoredAnchors(path: string): Promise<readonly Anchor[]> {
  const database = openForReading(path)
  const anchors = storedAnchors(database)
  await database.close()
  return anchors
}
