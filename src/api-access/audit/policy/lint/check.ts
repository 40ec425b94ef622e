import type { FieldPath, Position } from '../../../../kubernetes/index.ts'
import type { Localized, Message, MessageSet } from '../../../../messages/index.ts'
import type { LoadWarning } from '../load.ts'
import type { Policy } from '../policy.ts'
import type { Reach } from './reach.ts'

export type PolicySeverity = 'high' | 'medium' | 'low'

/** What a check is given. */
export interface PolicySubject {
  readonly policy: Policy
  /** What strict reading objects to. */
  readonly warnings: readonly LoadWarning[]
  readonly reach: Reach
  /** The line on which a rule begins. */
  readonly lineOf: (rule: number) => number
}

/** What a check says about one place of the policy. */
interface PolicyRemark {
  /** Path from the policy's root, e.g. `['rules', 3, 'verbs']`. */
  readonly path: FieldPath
  readonly message: Message
  /** Where the place is no field: a key that stands twice. */
  readonly position?: Position
  /** Differs from the check's own only where the case is graver or milder. */
  readonly severity?: PolicySeverity
}

/** One thing that can be wrong with a policy that the API server accepts. All about it stands in one file. */
export interface PolicyCheck {
  /** A public contract: never renamed. */
  readonly id: string
  readonly severity: PolicySeverity
  /** Short noun phrase. */
  readonly title: Localized
  readonly messages: MessageSet
  readonly references: readonly string[]
  run(subject: PolicySubject, report: (remark: PolicyRemark) => void): void
}

/** The documentation that most checks rest on. */
export const AUDITING = 'https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/'
export const AUDIT_REFERENCE = 'https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/'
