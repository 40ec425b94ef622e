import type { Message } from '../../../messages/index.ts'
import { toV1 } from './convert.ts'
import { type AuditEvent, EVENT_API_VERSION } from './event.ts'
import type { JsonObject } from './json.ts'
import { auditEventMessages } from './messages.ts'
import { eventProblem, withoutNulls } from './validate.ts'

/** One record of a log: an event of v1, or why there is none. */
export type DecodedEvent = { readonly event: AuditEvent } | { readonly problem: Message }

/** Removed in Kubernetes 1.24; old logs still have them. */
const OLD_VERSIONS = ['audit.k8s.io/v1beta1', 'audit.k8s.io/v1alpha1']

/** Only these versions had the fields: tells an old event whose version was left out. */
const OLD_FIELDS = ['timestamp', 'metadata']

/**
 * Reads one Event of any version.
 *
 * @param value - as parsed; becomes part of the result where nothing has to be changed
 * @param listVersion - the version of the list that it stands in, since items of a list need not repeat it
 */
export function decodeEvent(value: JsonObject, listVersion?: string): DecodedEvent {
  const record = withoutNulls(value)
  const apiVersion = versionOf(record, listVersion)
  if (apiVersion !== EVENT_API_VERSION && !OLD_VERSIONS.includes(apiVersion))
    return { problem: auditEventMessages.make['unknown-version']({ apiVersion }) }
  const event = apiVersion === EVENT_API_VERSION ? record : toV1(record, apiVersion)
  const problem = eventProblem(event)
  if (problem !== undefined) return { problem }
  if (event['kind'] === 'Event' && event['apiVersion'] === EVENT_API_VERSION)
    return { event: event as unknown as AuditEvent }
  return { event: { ...event, kind: 'Event', apiVersion: EVENT_API_VERSION } }
}

function versionOf(record: JsonObject, listVersion: string | undefined): string {
  const own = record['apiVersion']
  if (own !== undefined && own !== '') return String(own)
  if (listVersion !== undefined) return listVersion
  return OLD_FIELDS.some((field) => field in record) ? 'audit.k8s.io/v1beta1' : EVENT_API_VERSION
}
