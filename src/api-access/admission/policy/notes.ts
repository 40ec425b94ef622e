import { OUT_OF_BUDGET } from '../../../cel/index.ts'
import type { Operation } from '../stage.ts'

/** How the matchConditions of a webhook or a policy ended, for metrics; the words are those of the API server's labels. */
export interface ConditionsEnding {
  /** Of the webhook, or the policy. */
  readonly name: string
  readonly kind: 'webhook' | 'policy'
  /** Those of policies of both kinds are called `validate`. */
  readonly type: 'admit' | 'validating' | 'validate'
  readonly operation: Operation
  readonly seconds: number
  /** How many of them erred. */
  readonly errors: number
  /** Whether a webhook is not called because of them. */
  readonly isExcluded: boolean
}

/** What a policy's expression came to, for metrics. */
export interface PolicyCheck {
  readonly policy: string
  readonly binding: string
  readonly error: PolicyErrorType
  readonly seconds: number
  /** Of a ValidatingAdmissionPolicy: what follows from it. Absent: of a MutatingAdmissionPolicy. */
  readonly action?: 'allow' | 'deny' | 'audit' | 'warn'
}

export type PolicyErrorType = 'compile_error' | 'invalid_error' | 'out_of_budget' | 'no_error'

/** "ErrorType": by how the message begins; what is simply not true is `invalid_error`, too (`policy/validating/errors.go`). */
export function errorTypeOf(message: string): PolicyErrorType {
  if (message.startsWith('compilation')) return 'compile_error'
  return message.startsWith(OUT_OF_BUDGET) ? 'out_of_budget' : 'invalid_error'
}

/** What one evaluation of policies notes for metrics. One that is begun anew is noted anew. */
export interface PolicyNotes {
  readonly checks: PolicyCheck[]
  readonly conditions: ConditionsEnding[]
  /** Milliseconds on any clock that only goes forward. */
  readonly now: () => number
}

/** @param now - where nobody asks for metrics, none is looked at */
export function policyNotes(now: () => number = () => 0): PolicyNotes {
  return { checks: [], conditions: [], now }
}
