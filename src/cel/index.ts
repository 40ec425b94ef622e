export { Environment } from './check/environment.ts'
export { type Compiled, compile, type Outcome, PER_CALL_LIMIT, Program } from './compile.ts'
export { baseEnvironment } from './kubernetes/base-environment.ts'
export { type CompileProblem, compileTyped } from './kubernetes/compile-typed.ts'
export {
  type ConditionError,
  compileMatchConditions,
  type MatchCondition,
  MatchConditions,
  type MatchResult,
} from './kubernetes/conditions.ts'
export { withDecisions } from './kubernetes/decisions.ts'
export {
  admissionEnvironment,
  authorizationEnvironment,
  claimsEnvironment,
  userEnvironment,
} from './kubernetes/environments.ts'
export {
  type AccessAnswer,
  type AccessQuestion,
  type Ask,
  authorizerValue,
  resourceCheckValue,
} from './library/authorizer.ts'
export { type Bindings, Lazy } from './program/frame.ts'
export { formatIssues, type Issue } from './syntax/issue.ts'
export { BOOL, DYN, INT, listOf, mapOf, STRING, structType, type Type } from './types/type.ts'
export { toJson } from './values/to-json.ts'
export type { Value } from './values/value.ts'
