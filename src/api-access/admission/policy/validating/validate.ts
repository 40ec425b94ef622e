import type { Ask } from '../../../../cel/index.ts'
import { forbidden } from '../../refusals.ts'
import type { AdmissionRequest, Refusal, StageOutcome } from '../../stage.ts'
import type { Binding } from '../definitions.ts'
import { type Hook, invocationsFor, type PolicySurroundings } from '../hooks.ts'
import { hooksFor } from '../match/exempt.ts'
import { errorTypeOf, type PolicyCheck, policyNotes } from '../notes.ts'
import { policyBindings } from '../policy-bindings.ts'
import { decide, type Fault, type Objection } from './decisions.ts'
import type { ValidatingPolicy } from './validating-policy.ts'

/** Longer values of audit annotations are cut. */
const MAX_ANNOTATION = 10 * 1024

const CODES: Readonly<Record<string, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  RequestEntityTooLarge: 413,
}

/** A denial: by which policy and binding, and why. */
interface Denial {
  readonly policy: string
  readonly binding: string
  readonly message: string
  readonly reason: string
}

/**
 * What the ValidatingAdmissionPolicies of a cluster say of a request (k8s.io/apiserver,
 * "policy/validating/dispatcher.go"): the first denial is the one that the client is told.
 *
 * @param ask - answers `authorizer` in expressions; what it throws ends the evaluation
 */
export function validateByPolicies(
  hooks: readonly Hook<ValidatingPolicy>[],
  request: AdmissionRequest,
  surroundings: PolicySurroundings,
  ask: Ask,
  notes = policyNotes(),
): StageOutcome {
  const denials: Denial[] = []
  const warnings: string[] = []
  const annotations = new Map<string, Set<string>>()
  const auditAnnotations: Record<string, string> = {}
  const bindings = policyBindings(request, surroundings.namespace, ask)
  for (const invocation of invocationsFor(hooksFor(hooks, request), request, surroundings)) {
    const { hook, binding } = invocation
    const isFailing = hook.spec.failurePolicy !== 'Ignore'
    const deny = (message: string, reason = ''): void => {
      denials.push({ policy: hook.name, binding: binding.name, message, reason })
    }
    if ('error' in invocation) {
      if (isFailing) deny(invocation.error)
      continue
    }
    const { name, policy } = hook
    const variables = { ...bindings, params: invocation.param }
    const verdict = decide({ name, policy, isFailing }, variables, request.operation, notes)
    const count = ({ message, seconds }: Fault, action: NonNullable<PolicyCheck['action']>): void => {
      notes.checks.push({ policy: name, binding: binding.name, error: errorTypeOf(message), seconds, action })
    }
    for (const fault of verdict.passed) count(fault, 'allow')
    for (const objection of verdict.objections) {
      const actions = binding.spec.validationActions ?? ['Deny']
      for (const action of actions)
        if (Object.hasOwn(COUNTED_AS, action)) count(objection, COUNTED_AS[action as keyof typeof COUNTED_AS])
      if (actions.includes('Deny')) deny(objection.message, objection.reason)
      if (actions.includes('Warn'))
        warnings.push(
          `Validation failed for ValidatingAdmissionPolicy '${hook.name}' with binding '${binding.name}': ${objection.message}`,
        )
      // The first to fail has the annotation: a key is set once.
      if (actions.includes('Audit')) auditAnnotations[FAILURE_KEY] ??= failureValue(objection, binding)
    }
    for (const { key, value } of verdict.annotations) {
      const name = `${hook.name}/${key}`
      annotations.set(name, (annotations.get(name) ?? new Set()).add(cut(value)))
    }
    for (const fault of verdict.annotationErrors) {
      deny(fault.message)
      count(fault, 'deny')
    }
  }
  for (const [name, values] of annotations) auditAnnotations[name] = [...values].join(', ')
  const [first] = denials
  return {
    ...(first !== undefined && { refusal: refusalOf(first, request) }),
    warnings,
    auditAnnotations,
  }
}

const COUNTED_AS = { Deny: 'deny', Audit: 'audit', Warn: 'warn' } as const

const FAILURE_KEY = 'validation.policy.admission.k8s.io/validation_failure'

function failureValue({ index, message }: Objection, { name, spec }: Binding): string {
  const failure = {
    message,
    policy: spec.policyName,
    binding: name,
    expressionIndex: index,
    validationActions: spec.validationActions ?? ['Deny'],
  }
  return JSON.stringify([failure])
}

function cut(value: string): string {
  const bytes = Buffer.from(value)
  return bytes.length <= MAX_ANNOTATION ? value : bytes.subarray(0, MAX_ANNOTATION).toString('utf8')
}

function refusalOf({ policy, binding, message, reason }: Denial, request: AdmissionRequest): Refusal {
  const text = `ValidatingAdmissionPolicy '${policy}' with binding '${binding}' denied request: ${message}`
  const refusal = forbidden(request, text)
  return {
    ...refusal,
    code: CODES[reason] ?? 422,
    reason: reason === '' ? 'Invalid' : reason,
    details: { ...refusal.details, causes: [{ message: text }] },
  }
}
