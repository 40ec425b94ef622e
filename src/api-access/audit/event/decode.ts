import { isRecord } from '../../../kubernetes/index.ts'
import { type DecodedEvent, decodeEvent } from './decode-event.ts'
import { decodeAzureRecords } from './envelopes/azure.ts'
import { decodeCloudWatchLogs } from './envelopes/cloudwatch.ts'
import { decodeContainerLog } from './envelopes/container-log.ts'
import type { Envelope } from './envelopes/envelope.ts'
import { decodeGoogleLogEntry } from './envelopes/google.ts'
import { decodeGraylogMessage } from './envelopes/graylog.ts'
import type { JsonObject } from './json.ts'
import { auditEventMessages } from './messages.ts'

const { make } = auditEventMessages

const ENVELOPES: readonly Envelope[] = [
  decodeGoogleLogEntry,
  decodeAzureRecords,
  decodeCloudWatchLogs,
  decodeContainerLog,
  decodeGraylogMessage,
]

/** A list of batches of records holding events: more layers than any cloud has. */
const MOST_LAYERS = 6

/**
 * Reads what a line or a document of an audit log holds: an Event or EventList of any version, a JSON array of
 * them, or a managed cloud's record around them.
 *
 * @param value - parsed JSON, which may become part of the result
 * @returns an entry for each event, in their order, and for each record that gives none; empty where a record
 *   carries no event by design, such as a stream's control message
 */
export function decodeAuditEvents(value: unknown): readonly DecodedEvent[] {
  return decode(value, MOST_LAYERS)
}

function decode(value: unknown, layers: number): readonly DecodedEvent[] {
  if (layers === 0) return [notAnEvent('too many layers')]
  if (Array.isArray(value)) return value.flatMap((entry) => decode(entry, layers - 1))
  if (!isRecord(value)) return [notAnEvent(value === null ? 'null' : `a ${typeof value}`)]
  if (isEvent(value)) return [decodeEvent(value)]
  if (value['kind'] === 'EventList') return decodeList(value)
  for (const envelope of ENVELOPES) {
    const opened = envelope(value, (inner) => decode(inner, layers - 1))
    if (opened !== undefined) return opened
  }
  return [notAnEvent(describe(value))]
}

/** Not an Event of the core group, which has the same kind. */
function isEvent({ kind, apiVersion, auditID }: JsonObject): boolean {
  if (kind === 'Event') return !apiVersion || String(apiVersion).startsWith('audit.k8s.io/')
  return kind === undefined && auditID !== undefined
}

function decodeList({ apiVersion, items }: JsonObject): readonly DecodedEvent[] {
  if (!Array.isArray(items)) {
    // "items": null is how an empty list may be written.
    return items == null ? [] : [{ problem: make.mistyped({ field: 'items', expected: 'a list' }) }]
  }
  const version = typeof apiVersion === 'string' ? apiVersion : undefined
  return items.map((item) =>
    isRecord(item) ? decodeEvent(item, version) : notAnEvent(item === null ? 'null' : `a ${typeof item}`),
  )
}

function describe({ kind, apiVersion, ...others }: JsonObject): string {
  if (kind !== undefined) return `${String(kind)} of ${String(apiVersion)}`
  const fields = Object.keys(others).slice(0, 3).join(', ')
  return fields === '' ? 'an empty object' : `an object with ${fields}`
}

function notAnEvent(found: string): DecodedEvent {
  return { problem: make['not-an-event']({ found: found.slice(0, 100) }) }
}
