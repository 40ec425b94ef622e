import type { AuditDecision } from './compile.ts'
import type { AuditedRequest } from './match.ts'
import type { Stage } from './policy.ts'

/** An event that a request leaves behind, and which bodies it carries. */
export interface RecordedEvent {
  readonly stage: Stage
  readonly requestBody: boolean
  readonly responseBody: boolean
}

/** "ResponseStarted … is generated only for long-running requests (for example watch)"; the server's own list. */
export const LONG_RUNNING_VERBS: ReadonlySet<string> = new Set(['watch', 'proxy'])
export const LONG_RUNNING_SUBRESOURCES: ReadonlySet<string> = new Set([
  'attach',
  'exec',
  'proxy',
  'log',
  'portforward',
])

const DISCOVERY = /^\/(api|apis)(\/|$)/

/** Verbs whose requests have a body. */
export const WRITES: ReadonlySet<string> = new Set([
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
])

/**
 * The events that a decision lets a request make, in the order of time. Panic is left out: no request is meant to.
 *
 * @returns empty where nothing is recorded
 */
export function recordedEvents(
  { level, omitStages }: AuditDecision,
  request: AuditedRequest,
): RecordedEvent[] {
  if (level === 'None') return []
  const requestBody = level !== 'Metadata' && mayHaveRequestBody(request)
  const responseBody = level === 'RequestResponse' && mayHaveResponseBody(request)
  const events: RecordedEvent[] = [{ stage: 'RequestReceived', requestBody: false, responseBody: false }]
  if (isLongRunning(request)) events.push({ stage: 'ResponseStarted', requestBody, responseBody: false })
  events.push({ stage: 'ResponseComplete', requestBody, responseBody })
  return events.filter(({ stage }) => !omitStages.includes(stage))
}

/** Requests that open a connection: what they ask for stands in the query. */
export const CONNECTING_SUBRESOURCES: ReadonlySet<string> = new Set([
  'attach',
  'exec',
  'proxy',
  'portforward',
])

/** "Request: log request metadata and body but not response body. This does not apply for non-resource requests." */
export function mayHaveRequestBody({ resourceRequest, verb, subresource }: AuditedRequest): boolean {
  return resourceRequest && WRITES.has(verb) && !CONNECTING_SUBRESOURCES.has(subresource)
}

/**
 * What streams has no body that could be recorded. Of non-resource requests those for discovery documents have one, since
 * the API server answers them with API objects, although "this does not apply for non-resource requests".
 */
export function mayHaveResponseBody(request: AuditedRequest): boolean {
  return request.resourceRequest ? !isLongRunning(request) : DISCOVERY.test(request.path)
}

function isLongRunning({ resourceRequest, verb, subresource }: AuditedRequest): boolean {
  return resourceRequest && (LONG_RUNNING_VERBS.has(verb) || LONG_RUNNING_SUBRESOURCES.has(subresource))
}
