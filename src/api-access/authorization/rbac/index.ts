export { aggregateClusterRoles } from './aggregate.ts'
export { PRIVILEGED_GROUP } from './allowed-subjects.ts'
export { createRbacAuthorizer, type RbacAuthorizer } from './authorizer.ts'
export { type DecodedRbac, decodeRbacObject, rbacKindOf } from './decode.ts'
export { escalationMessages, type RbacWriteRefusal, refusalOfWrite } from './escalation.ts'
export { aggregateText, rbacMessages, unresolvedReason } from './messages.ts'
export type {
  Binding,
  MistypedRbacField,
  PolicyRule,
  RbacKind,
  Role,
  RoleRef,
  RoleSelector,
  Subject,
} from './objects.ts'
export { RBAC_TYPES } from './objects.ts'
export { RbacIndex } from './rbac-index.ts'
export { ruleAllows } from './rule-match.ts'
