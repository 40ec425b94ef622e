import { isRecord } from '../../../../kubernetes/index.ts'
import { decodeEvent } from '../decode-event.ts'
import { EVENT_API_VERSION } from '../event.ts'
import { type JsonObject, stringAt } from '../json.ts'
import type { Envelope } from './envelope.ts'
import { googleResource } from './google-resource.ts'

/** HTTP statuses of google.rpc.Code, "HTTP Mapping" (google/rpc/code.proto). */
const HTTP_STATUS: readonly number[] = [
  200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401,
]

/** Google's names for groups whose Kubernetes name has no `k8s.io` in it come as they are; the core group as `core`. */
const SERVICE = 'k8s.io'

/**
 * GKE's audit log entry: a Cloud Logging `LogEntry` whose `protoPayload` is a `google.cloud.audit.AuditLog` of the
 * service `k8s.io` (Google Cloud documentation, "Understand audit logs"; "GKE audit logging"). What the entry does
 * not say is told from what it does: level from the bodies, stage from `operation`, status from the verb.
 */
export const decodeGoogleLogEntry: Envelope = (entry) => {
  const payload = entry['protoPayload'] ?? entry['jsonPayload']
  if (!isRecord(payload) || typeof payload['methodName'] !== 'string') return undefined
  // The same logs hold calls of the GKE API itself (container.googleapis.com), which are not the cluster's.
  if (payload['serviceName'] !== undefined && payload['serviceName'] !== SERVICE) return []
  const { path, reference } = googleResource(stringAt(payload, 'resourceName') ?? '')
  const verb = payload['methodName'].slice(payload['methodName'].lastIndexOf('.') + 1)
  const time = stringAt(entry, 'timestamp') ?? stringAt(entry, 'receiveTimestamp')
  const metadata = objectAt(payload, 'requestMetadata')
  const request = bodyAt(payload, 'request')
  const response = bodyAt(payload, 'response')
  const callerIp = stringAt(metadata, 'callerIp')
  const userAgent = stringAt(metadata, 'callerSuppliedUserAgent')
  const auditID = auditIdOf(entry)
  return [
    decodeEvent({
      kind: 'Event',
      apiVersion: EVENT_API_VERSION,
      level: response !== undefined ? 'RequestResponse' : request !== undefined ? 'Request' : 'Metadata',
      ...(auditID !== undefined && { auditID }),
      stage: stageOf(entry, reference?.subresource),
      requestURI: path,
      verb,
      user: { username: stringAt(objectAt(payload, 'authenticationInfo'), 'principalEmail') ?? '' },
      ...(callerIp !== undefined && { sourceIPs: [callerIp] }),
      ...(userAgent !== undefined && { userAgent }),
      ...(reference !== undefined && { objectRef: reference }),
      responseStatus: statusOf(payload, verb, reference?.subresource),
      ...(request !== undefined && { requestObject: request }),
      ...(response !== undefined && { responseObject: response }),
      ...(time !== undefined && { requestReceivedTimestamp: time, stageTimestamp: time }),
      annotations: annotationsOf(entry),
    }),
  ]
}

function objectAt(object: JsonObject, field: string): JsonObject {
  const value = object[field]
  return isRecord(value) ? value : {}
}

/** Bodies carry their type as `"@type": "core.k8s.io/v1.Pod"` beside their own fields. */
function bodyAt(payload: JsonObject, field: string): JsonObject | undefined {
  const body = payload[field]
  if (!isRecord(body)) return undefined
  const { '@type': _, ...object } = body
  return object
}

/** "operation.id" of the service k8s.io is the request's audit ID; else the entry's own ID is unique as well. */
function auditIdOf(entry: JsonObject): string | undefined {
  const operation = objectAt(entry, 'operation')
  return (
    (operation['producer'] === SERVICE ? stringAt(operation, 'id') : undefined) ?? stringAt(entry, 'insertId')
  )
}

/** LogEntryOperation: "first: set this to True if this is the first log entry in the operation", `last` likewise. */
function stageOf(entry: JsonObject, subresource: string | undefined): string {
  const { first, last } = objectAt(entry, 'operation')
  if (first === true && last !== true) return 'ResponseStarted'
  if (last === true) return 'ResponseComplete'
  return isStream(subresource) ? 'ResponseStarted' : 'ResponseComplete'
}

function isStream(subresource: string | undefined): boolean {
  return subresource === 'exec' || subresource === 'attach' || subresource === 'portforward'
}

function statusOf(payload: JsonObject, verb: string, subresource: string | undefined): JsonObject {
  const { code, message } = objectAt(payload, 'status')
  if (typeof code === 'number' && code !== 0) {
    const http = HTTP_STATUS[code] ?? 500
    return { status: 'Failure', code: http, ...(typeof message === 'string' && { message }) }
  }
  // The entry tells no HTTP status of what succeeded: these are the ones that the API server answers with.
  if (isStream(subresource)) return { code: 101 }
  return { code: verb === 'create' ? 201 : 200 }
}

/** The event's own annotations come as the entry's labels; the cluster's as those of its resource. */
function annotationsOf(entry: JsonObject): JsonObject {
  const labels = { ...objectAt(objectAt(entry, 'resource'), 'labels'), ...objectAt(entry, 'labels') }
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => typeof value === 'string'))
}
