import {
  type AuditEvent,
  auditEvents,
  type EventSource,
  type EventSourceName,
  type ResolvedField,
  type SyscallEvent,
  syscallEvents,
} from '../rules/index.ts'
import { type Actor, actorOfAuditEvent } from './actor.ts'

/** What detection has to know of the events of one source beside the fields that conditions read. */
export interface DetectionSource<E> {
  readonly name: EventSourceName
  readonly fields: EventSource<E>
  /** When the event happened by its own account: nanoseconds since 1970; undefined where it does not say. */
  time(event: E): bigint | undefined
  /** When it arrived, where somebody wrote that down: nanoseconds since 1970. */
  received(event: E): bigint | undefined
  /** The person behind the event, where it is known. */
  actor(event: E): Actor | undefined
  /** The machine that the event is from, where the event tells: that of a capture is not the one that reads it. */
  hostname?(event: E): string | undefined
  /** What tells two events apart where one object stands for each of them in turn; the object itself without. */
  identity?(event: E): unknown
  /** Kinds of events, where most of the source's rules are about few of them. */
  readonly kinds?: EventKinds<E>
}

/** What tells events apart before anything else of them is looked at. */
export interface EventKinds<E> {
  /** The kind of an event: a small number. */
  of(event: E): number
  /** Text fields that all events of a kind have, by their names: each is one of some values. */
  facts(kind: number): ReadonlyMap<string, readonly string[]>
}

/** Audit events of the API server. */
export const auditDetection: DetectionSource<AuditEvent> = Object.freeze({
  name: 'k8s_audit',
  fields: auditEvents,
  time: ownTime(auditEvents),
  received: (event: AuditEvent) => event.received,
  actor: ({ event }: AuditEvent) => actorOfAuditEvent(event),
})

/**
 * Audit events as Falco itself reads them, to be compared with it: its plugin never finds a parameter of a request
 * (`ka.uri.param`), though it documents that it does (falcosecurity/plugins, k8saudit, extract.go).
 */
export const falcoAuditDetection: DetectionSource<AuditEvent> = Object.freeze({
  ...auditDetection,
  fields: Object.freeze({
    ...auditEvents,
    reader: (resolved: ResolvedField) =>
      resolved.field.name === 'ka.uri.param' ? () => undefined : auditEvents.reader(resolved),
  }),
})

/** Events of the kernel. */
export const syscallDetection: DetectionSource<SyscallEvent> = Object.freeze({
  name: 'syscall',
  fields: syscallEvents,
  time: ownTime(syscallEvents),
  received: () => undefined,
  actor: () => undefined,
})

/** Earlier times are those of events that have none: sources give them as 0 or 1 nanosecond. */
const FIRST_TIME = 1_000n

/** The end of the year 9999, the last that RFC 3339 can write. */
const LAST_TIME = 253_402_300_799_999_999_999n

function ownTime<E>(source: EventSource<E>): (event: E) => bigint | undefined {
  const lookup = source.catalogue.lookup('evt.rawtime')
  if (!lookup.ok) throw new TypeError(lookup.error)
  const read = source.reader(lookup.resolved)
  return (event) => {
    const time = nanoseconds(read(event))
    return time === undefined || time < FIRST_TIME || time > LAST_TIME ? undefined : time
  }
}

function nanoseconds(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined
  return typeof value === 'string' && /^\d{1,19}$/.test(value) ? BigInt(value) : undefined
}
