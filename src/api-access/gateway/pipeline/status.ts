import { goQuote } from '../../../kubernetes/index.ts'
import type { RequestAttributes } from '../../request/index.ts'

/** A `Status` of meta/v1 that says why a request failed; what the client is sent as JSON. */
export interface FailureStatus {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: Readonly<Record<string, never>>
  readonly status: 'Failure'
  readonly message: string
  readonly reason: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly code: number
}

/** How long a client that was sent away is asked to wait. */
export const RETRY_SECONDS = 1

/** @param reason - one of `metav1.StatusReason` */
export function failure(
  code: number,
  reason: string,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): FailureStatus {
  const base = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason } as const
  return details === undefined ? { ...base, code } : { ...base, details, code }
}

export const unauthorized = failure(401, 'Unauthorized', 'Unauthorized')

export const tooManyRequests = failure(429, 'TooManyRequests', 'Too many requests, please try again later.', {
  retryAfterSeconds: RETRY_SECONDS,
})

export const methodNotAllowed = failure(
  405,
  'MethodNotAllowed',
  'the server does not allow this method on the requested resource',
)

export function badRequest(message: string): FailureStatus {
  return failure(400, 'BadRequest', message)
}

export function entityTooLarge(limitBytes: number): FailureStatus {
  const message = `Request entity is too large: limit is ${limitBytes}`
  return failure(413, 'RequestEntityTooLarge', message)
}

export function internalError(message: string): FailureStatus {
  return failure(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ message }],
  })
}

/** Its 401 is about the gate's own credential, and not the client's. */
export const gateNotAccepted = internalError('the API server does not accept the gate')

export function serviceUnavailable(message: string): FailureStatus {
  return failure(503, 'ServiceUnavailable', message)
}

/**
 * What the API server says to who may not (k8s.io/apiserver, `pkg/endpoints/handlers/responsewriters`, Forbidden).
 *
 * @param reason - of the authorizers; empty where they had none
 */
export function forbidden(attributes: RequestAttributes, reason: string): FailureStatus {
  const { apiGroup, resource, name } = attributes
  const said = escapeMarkup(actionText(attributes))
  const why = reason === '' ? said : `${said}: ${reason}`
  if (resource === '') return failure(403, 'Forbidden', `forbidden: ${why}`, {})
  const qualified = apiGroup === '' ? resource : `${resource}.${apiGroup}`
  const subject = name === '' ? qualified : `${qualified} ${goQuote(name)}`
  return failure(403, 'Forbidden', `${subject} is forbidden: ${why}`, {
    ...(name !== '' && { name }),
    ...(apiGroup !== '' && { group: apiGroup }),
    kind: resource,
  })
}

function actionText({ user, verb, resourceRequest, path, ...attributes }: RequestAttributes): string {
  const who = `User ${goQuote(user.name)} cannot ${verb}`
  if (!resourceRequest) return `${who} path ${goQuote(path)}`
  const { resource, subresource, apiGroup, namespace } = attributes
  const what = subresource === '' ? resource : `${resource}/${subresource}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${goQuote(namespace)}`
  return `${who} resource ${goQuote(what)} in API group ${goQuote(apiGroup)} ${where}`
}

/** "Avoid emitting errors that look like valid HTML. Quotes are okay." */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
