export { type AbacAuthorizer, createAbacAuthorizer } from './authorizer.ts'
export { type AbacLoadError, loadAbacPolicies } from './load.ts'
export { abacMessages } from './messages.ts'
