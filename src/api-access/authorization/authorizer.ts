import type { Decision, RequestAttributes, User } from '../request/index.ts'

/** A rule about resources, as `SelfSubjectRulesReview` tells it. */
export interface ResourceRule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
}

/** A rule about URL paths, as `SelfSubjectRulesReview` tells it. */
export interface NonResourceRule {
  readonly verbs: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

/** What a user may do in a namespace. `incomplete`: there may be more that the authorizer cannot list. */
export interface SubjectRules {
  readonly resourceRules: readonly ResourceRule[]
  readonly nonResourceRules: readonly NonResourceRule[]
  readonly incomplete: boolean
  readonly evaluationError?: string
}

/**
 * One authorization mode. It answers at once where it can, since RBAC is asked for every request; webhooks answer
 * later. An authorizer that throws has no opinion and its error is told: nothing is allowed by a fault.
 */
export interface Authorizer {
  /** As the metrics and the audit annotation name it: `RBAC`, `Node`, `ABAC`, `Webhook`. */
  readonly name: string
  authorize(attributes: RequestAttributes): Decision | Promise<Decision>
  /** For `SelfSubjectRulesReview`. */
  rulesFor?(user: User, namespace: string): SubjectRules | Promise<SubjectRules>
}
