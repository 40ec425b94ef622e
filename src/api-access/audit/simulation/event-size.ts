import { isRecord } from '../../../kubernetes/index.ts'
import type { AuditEvent } from '../event/index.ts'
import type { AuditDecision } from '../policy/index.ts'

/** Bytes of an event as a line of the API server's log, taken apart by what a policy can leave out. */
export interface EventSize {
  /** The line without both bodies, its line break included. */
  readonly metadata: number
  /** What each body adds; 0 where the event has none. */
  readonly requestBody: number
  readonly responseBody: number
  /** The part of each body that `omitManagedFields` leaves out. */
  readonly requestManagedFields: number
  readonly responseManagedFields: number
}

/** Measures an event by writing it as the API server does: one line of compact JSON. */
export function sizeOf(event: AuditEvent): EventSize {
  const { requestObject, responseObject, ...metadata } = event
  return {
    metadata: jsonBytes(metadata) + 1,
    requestBody: memberBytes('requestObject', requestObject),
    responseBody: memberBytes('responseObject', responseObject),
    requestManagedFields: managedFieldsBytes(requestObject),
    responseManagedFields: managedFieldsBytes(responseObject),
  }
}

/** Bytes of the event under a decision. Bodies that it lacks are not known, and count as nothing. */
export function sizeUnder(size: EventSize, { level, omitManagedFields }: AuditDecision): number {
  let bytes = size.metadata
  if (level === 'Metadata') return bytes
  bytes += size.requestBody - (omitManagedFields ? size.requestManagedFields : 0)
  if (level === 'RequestResponse')
    bytes += size.responseBody - (omitManagedFields ? size.responseManagedFields : 0)
  return bytes
}

export function totalSize({ metadata, requestBody, responseBody }: EventSize): number {
  return metadata + requestBody + responseBody
}

/** "Omit the managed fields of the request and response bodies": of an object, and of each item of a list. */
function managedFieldsBytes(body: unknown): number {
  if (!isRecord(body)) return 0
  const { metadata, items } = body
  let bytes = isRecord(metadata) ? memberBytes('managedFields', metadata['managedFields']) : 0
  if (Array.isArray(items)) for (const item of items) bytes += managedFieldsBytes(item)
  return bytes
}

/** A member of an object with its name, colon and comma. */
function memberBytes(name: string, value: unknown): number {
  return value === undefined ? 0 : name.length + 4 + jsonBytes(value)
}

/** Go's encoder writes `<`, `>` and `&` as six bytes each. */
function jsonBytes(value: unknown): number {
  const text = JSON.stringify(value)
  let bytes = Buffer.byteLength(text)
  if (/[<>&]/.test(text)) for (const character of text) if (/[<>&]/.test(character)) bytes += 5
  return bytes
}
