import { type FieldError, goQuote } from '../../kubernetes/index.ts'
import { formatFieldErrors } from './field-errors.ts'
import type { AdmissionRequest } from './request.ts'

/** The decision; its texts are those that the API server sends to the client and writes to the audit log. */
export interface AdmissionResponse {
  readonly allowed: boolean
  /** Why not: the HTTP status with which the API server answers. Absent when allowed. */
  readonly status?: AdmissionStatus
  /** Shown to the user by kubectl as `Warning: …`. Empty when the request is denied for its pod. */
  readonly warnings: readonly string[]
  /** By their short name; in the audit log each stands under the prefix `pod-security.kubernetes.io/`. */
  readonly auditAnnotations: AuditAnnotations
}

export interface AdmissionStatus {
  readonly code: 400 | 403 | 422 | 500
  readonly reason: 'BadRequest' | 'Forbidden' | 'Invalid' | 'InternalError'
  readonly message: string
}

/** Kubernetes documentation, "Audit Annotations", pod-security.kubernetes.io/*. */
export interface AuditAnnotations {
  /** The policy that was enforced, e.g. `restricted:latest`. */
  readonly 'enforce-policy'?: string
  /** Which rules of the audit level the pod breaks. */
  readonly 'audit-violations'?: string
  /** Why nothing was evaluated. */
  readonly exempt?: 'namespace' | 'user' | 'runtimeClass'
  /** What kept the evaluation from being complete. */
  readonly error?: string
}

export const ALLOWED: AdmissionResponse = { allowed: true, warnings: [], auditAnnotations: {} }

/** "Requests meeting criteria are ignored … except for recording an audit annotation" (KEP-2579, Exemptions). */
export function exempt(dimension: NonNullable<AuditAnnotations['exempt']>): AdmissionResponse {
  return { ...ALLOWED, auditAnnotations: { exempt: dimension } }
}

/** Allowed although something went wrong: workloads are only audited and warned about, so nothing is held up. */
export function allowedDespite(error: string): AdmissionResponse {
  return { ...ALLOWED, auditAnnotations: { error } }
}

export function forbidden(request: AdmissionRequest, violation: string): AdmissionStatus {
  const { group, resource } = request.resource
  const qualified = group === '' ? resource : `${resource}.${group}`
  const subject = [qualified, request.name === '' ? '' : goQuote(request.name)].filter((part) => part !== '')
  const prefix = subject.length === 0 ? 'forbidden' : `${subject.join(' ')} is forbidden`
  return { code: 403, reason: 'Forbidden', message: `${prefix}: ${violation}` }
}

export function invalid(request: AdmissionRequest, errors: readonly FieldError[]): AdmissionResponse {
  const { group, kind } = request.kind
  const qualified = group === '' ? kind : `${kind}.${group}`
  const message = `${qualified} ${goQuote(request.name)} is invalid: ${formatFieldErrors(errors)}`
  return { ...ALLOWED, allowed: false, status: { code: 422, reason: 'Invalid', message } }
}

/** @param cause - what lies behind it, for the audit log only */
export function badRequest(message: string, cause?: string): AdmissionResponse {
  return failed({ code: 400, reason: 'BadRequest', message }, cause)
}

/** @param cause - what lies behind it, for the audit log only */
export function internalError(problem: string, cause: string): AdmissionResponse {
  const message = `Internal error occurred: ${problem}`
  return failed({ code: 500, reason: 'InternalError', message }, cause)
}

function failed(status: AdmissionStatus, cause: string | undefined): AdmissionResponse {
  const error = cause === undefined ? status.message : `${status.message}: ${cause}`
  return { allowed: false, status, warnings: [], auditAnnotations: { error } }
}
