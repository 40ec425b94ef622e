export type { StructDeclaration } from './check/declarations.ts'
export { Environment } from './check/environment.ts'
export type { Compiled, Outcome, Program } from './compile.ts'
export { type CompileProblem, compileTyped } from './kubernetes/compile-typed.ts'
export {
  type ConditionError,
  compileMatchConditions,
  type MatchCondition,
  MatchConditions,
  type MatchResult,
  OUT_OF_BUDGET,
} from './kubernetes/conditions.ts'
export { withDecisions } from './kubernetes/decisions.ts'
export {
  admissionEnvironment,
  authorizationEnvironment,
  claimsEnvironment,
  userEnvironment,
} from './kubernetes/environments.ts'
export { JSON_PATCH, OBJECT, patchEnvironment } from './kubernetes/patch-environment.ts'
export {
  type AccessAnswer,
  type AccessQuestion,
  type Ask,
  authorizerValue,
  resourceCheckValue,
} from './library/authorizer.ts'
export type { Bindings } from './program/frame.ts'
export { lazyFields } from './program/lazy-fields.ts'
export type { Issue } from './syntax/issue.ts'
export { BOOL, DYN, listOf, NULL, STRING, structType, type Type } from './types/type.ts'
export { List } from './values/list.ts'
export { StructValue } from './values/struct.ts'
export { toJson } from './values/to-json.ts'
export type { Value } from './values/value.ts'
