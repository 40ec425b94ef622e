import { auditExtractor, catalogueOf, type ResolvedField } from '../../fields/index.ts'
import type { EventSource, RawValue } from '../event-source.ts'
import { nanosecondsOf, timeField } from './event-time.ts'

/** An audit event of the API server: the JSON of `audit.k8s.io` Event, parsed. */
export interface AuditEvent {
  readonly event: unknown
  /** The how manieth event it is, from 1. */
  readonly num?: number
  /** When it arrived, nanoseconds since 1970: the time of an event that does not say its own. */
  readonly received?: bigint
}

/** Reads the fields of audit events. */
export const auditEvents: EventSource<AuditEvent> = Object.freeze({
  catalogue: catalogueOf('k8s_audit'),
  reader: (field: ResolvedField) => auditReader(field),
})

function auditReader({ field, argument }: ResolvedField): (event: AuditEvent) => RawValue {
  const extract = auditExtractor(field.name, argument)
  if (extract !== undefined) {
    return ({ event }) => {
      const value = extract(event)
      // A plugin that extracts no value at all has not extracted the field (libs, plugin_filtercheck.cpp).
      return typeof value === 'object' && value !== null && value.length === 0 ? undefined : value
    }
  }
  const constant = CONSTANTS[field.name]
  if (constant !== undefined) return () => constant
  if (field.name === 'evt.num') return ({ num }) => num
  const time = timeField(field.name)
  if (time === undefined) return () => undefined
  return ({ event, received }) => time(nanosecondsOf(event) ?? received ?? UNKNOWN_TIME)
}

/** Every event has a time, and none has zero: rules say `jevt.rawtime exists` for always and `jevt.rawtime=0` for never. */
const UNKNOWN_TIME = 1n

const CONSTANTS: Readonly<Record<string, RawValue>> = {
  'evt.source': 'k8s_audit',
  'evt.pluginname': 'k8saudit',
  'evt.is_async': 'false',
}
