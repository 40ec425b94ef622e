import type { Level, Stage } from '../policy/index.ts'

/** `authentication.k8s.io/v1` UserInfo, as audit events carry it. */
export interface EventUser {
  readonly username?: string
  readonly uid?: string
  readonly groups?: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** "ObjectReference contains enough information to let you inspect or modify the referred object." */
export interface EventObjectReference {
  readonly resource?: string
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
  /** Absent or empty for the core API group. */
  readonly apiGroup?: string
  readonly apiVersion?: string
  readonly resourceVersion?: string
  readonly subresource?: string
}

/** The part of `meta/v1` Status that an event's `responseStatus` has. */
export interface EventResponseStatus {
  readonly code?: number
  readonly status?: string
  readonly message?: string
  readonly reason?: string
  readonly [other: string]: unknown
}

/**
 * An event of the audit trail (Kubernetes documentation, "kube-apiserver Audit Configuration (v1)", `Event`). Any
 * field may be missing: logs are cut, filtered and rewritten on their way. What is there has the right type.
 */
export interface AuditEvent {
  readonly kind: 'Event'
  readonly apiVersion: 'audit.k8s.io/v1'
  /** At which the event was made; a string that may come from a newer API server. */
  readonly level?: Level | (string & {})
  /** "Unique audit ID, generated for each request": every stage of one request has the same. */
  readonly auditID?: string
  readonly stage?: Stage | (string & {})
  /** Path and query "as sent by the client to a server". */
  readonly requestURI?: string
  /** "For non-resource requests, this is the lower-cased HTTP method." */
  readonly verb?: string
  readonly user?: EventUser
  readonly impersonatedUser?: EventUser
  /** "All but the last IP can be arbitrarily set by the client." */
  readonly sourceIPs?: readonly string[]
  /** "Provided by the client, and must not be trusted." */
  readonly userAgent?: string
  readonly objectRef?: EventObjectReference
  readonly responseStatus?: EventResponseStatus
  /** As the client sent it: an object, or the array of a JSON patch. */
  readonly requestObject?: unknown
  readonly responseObject?: unknown
  /** RFC 3339 with microseconds, as all times here. */
  readonly requestReceivedTimestamp?: string
  readonly stageTimestamp?: string
  readonly annotations?: Readonly<Record<string, string>>
}

export const EVENT_API_VERSION = 'audit.k8s.io/v1'

/** When the event was made: the time of its stage, else of the request. Empty where it has neither. */
export function timeOf(event: AuditEvent): string {
  return event.stageTimestamp || event.requestReceivedTimestamp || ''
}

/**
 * What tells an event from all others: "each request … has a unique audit ID", and each of its stages one event.
 * Undefined where the event lacks either, so that such events are never taken for one another.
 */
export function identityOf({ auditID, stage }: AuditEvent): string | undefined {
  return auditID && stage ? `${auditID}/${stage}` : undefined
}
