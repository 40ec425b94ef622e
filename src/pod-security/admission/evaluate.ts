import { type FieldError, goQuote } from '../../kubernetes/index.ts'
import type { PodView } from '../standards/pod.ts'
import type { Summary } from '../standards/summary.ts'
import { formatLevelVersion, type LevelVersion } from '../standards/version.ts'
import { type AdmissionContext, isExemptRuntimeClass } from './context.ts'
import { formatFieldErrors } from './field-errors.ts'
import type { Policy } from './policy.ts'
import type { AdmissionRequest } from './request.ts'
import { type AdmissionResponse, type AuditAnnotations, exempt, forbidden } from './response.ts'

/** A pod or a pod template, and the policy of its namespace. */
export interface Evaluation {
  readonly pod: PodView
  readonly policy: Policy
  /** Labels of the namespace that could not be understood. */
  readonly policyErrors: readonly FieldError[]
  /** Whether the enforce mode applies: only for pods themselves. */
  readonly enforced: boolean
}

/**
 * Applies the modes of a namespace's policy to one pod: enforce decides, audit annotates, warn tells the user —
 * but not on top of an error, which says the same.
 */
export function evaluate(
  subject: Evaluation,
  request: AdmissionRequest,
  context: AdmissionContext,
): AdmissionResponse {
  const { pod, policy, policyErrors, enforced } = subject
  if (isExemptRuntimeClass(context, pod.spec.runtimeClassName)) return exempt('runtimeClass')

  const verdicts = new Map<string, Summary>()
  const judge = (levelVersion: LevelVersion): Summary => {
    const key = formatLevelVersion(levelVersion)
    const verdict = verdicts.get(key) ?? context.evaluate(levelVersion, pod)
    verdicts.set(key, verdict)
    return verdict
  }
  const violation = (levelVersion: LevelVersion): string | undefined => {
    const { allowed, forbiddenDetail } = judge(levelVersion)
    return allowed
      ? undefined
      : `PodSecurity ${goQuote(formatLevelVersion(levelVersion))}: ${forbiddenDetail}`
  }

  const enforceViolation = enforced ? violation(policy.enforce) : undefined
  const auditViolation = violation(policy.audit)
  const auditAnnotations: AuditAnnotations = {
    ...(policyErrors.length > 0 && { error: `Failed to parse policy: ${formatFieldErrors(policyErrors)}` }),
    ...(enforced && { 'enforce-policy': formatLevelVersion(policy.enforce) }),
    ...(auditViolation !== undefined && { 'audit-violations': `would violate ${auditViolation}` }),
  }
  if (enforceViolation !== undefined) {
    const status = forbidden(request, `violates ${enforceViolation}`)
    return { allowed: false, status, warnings: [], auditAnnotations }
  }
  const warnViolation = violation(policy.warn)
  const warnings = warnViolation === undefined ? [] : [`would violate ${warnViolation}`]
  return { allowed: true, warnings, auditAnnotations }
}
