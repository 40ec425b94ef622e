export {
  type AbacAuthorizer,
  type AbacLoadError,
  abacMessages,
  createAbacAuthorizer,
  loadAbacPolicies,
} from './abac/index.ts'
export type { Authorizer, NonResourceRule, ResourceRule, SubjectRules } from './authorizer.ts'
export {
  type AuthorizationConfiguration,
  type AuthorizationFlags,
  AuthorizationSetupError,
  type AuthorizationSources,
  authorizationFlagMessages,
  authorizationMessages,
  configurationOfFlags,
  configuredChain,
  loadAuthorizationConfiguration,
  type WebhookConfiguration,
} from './chain/index.ts'
export {
  decideNode,
  GRAPH_TYPES,
  type GraphKind,
  type NodeAuthorizer,
  NodeGraph,
  nodeMessages,
  nodeOf,
} from './node/index.ts'
export {
  aggregateClusterRoles,
  type Binding,
  createRbacAuthorizer,
  type DecodedRbac,
  decodeRbacObject,
  escalationMessages,
  type MistypedRbacField,
  type PolicyRule,
  RBAC_TYPES,
  type RbacAuthorizer,
  RbacIndex,
  type RbacKind,
  type RbacWriteRefusal,
  type Role,
  type RoleRef,
  type RoleSelector,
  rbacKindOf,
  rbacMessages,
  refusalOfWrite,
  type Subject,
  unresolvedReason,
} from './rbac/index.ts'
export { accessReviewSpec, answerReview, type ReviewAnswer, type ReviewContext } from './reviews/index.ts'
export { streamAttributes } from './stream-rule.ts'
export type { WebhookObserver, WebhookOptions } from './webhook/index.ts'
