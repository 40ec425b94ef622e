export { type AuditDecision, type CompiledPolicy, compilePolicy } from './compile.ts'
export { decodePolicy } from './decode.ts'
export { auditExplanationMessages, type Explanation, explainDecision } from './explain.ts'
export { groupsOfResource } from './lint/built-in-resources.ts'
export { lintPolicy, POLICY_CHECKS, type PolicyFinding } from './lint/lint.ts'
export {
  type LoadError,
  type LoadedPolicy,
  type LoadWarning,
  loadPolicy,
  strictDecodingError,
} from './load.ts'
export type { AuditedRequest } from './match.ts'
export { auditPolicyMessages } from './messages.ts'
export {
  LEVELS,
  type Level,
  type Policy,
  type PolicyRule,
  RECORD_NOTHING,
  STAGES,
  type Stage,
} from './policy.ts'
export {
  CONNECTING_SUBRESOURCES,
  LONG_RUNNING_SUBRESOURCES,
  LONG_RUNNING_VERBS,
  mayHaveRequestBody,
  mayHaveResponseBody,
  type RecordedEvent,
  WRITES,
} from './recorded-events.ts'
export { validatePolicy } from './validate.ts'
export { RESOURCE_VERBS } from './verbs.ts'
