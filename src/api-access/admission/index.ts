export {
  type AdmissionChain,
  type AdmissionResult,
  type ChainObserver,
  createAdmissionChain,
  type Phase,
  type StageEnding,
} from './chain/admit.ts'
export { type AdmissionMetrics, createAdmissionMetrics } from './chain/metrics.ts'
export { typesNeededBy } from './chain/needs.ts'
export {
  choosePlugins,
  PLUGIN_ORDER,
  type PluginChoice,
  type PluginName,
  pluginMessages,
} from './chain/plugins.ts'
export { createRoleWriteGuard, isGuardedByRoles } from './guards/role-writes.ts'
export {
  checkManifests,
  MANIFEST_KINDS,
  type ManifestPlugin,
} from './manifests/check-manifests.ts'
export { manifestMessages } from './manifests/messages.ts'
export { withManifests } from './manifests/with-manifests.ts'
export { mutateByPolicies } from './policy/mutating/mutate.ts'
export { compileMutatingPolicies } from './policy/mutating/mutating-policy.ts'
export { Reinvocation } from './policy/mutating/reinvocation.ts'
export { validateByPolicies } from './policy/validating/validate.ts'
export { compileValidatingPolicies } from './policy/validating/validating-policy.ts'
export { type LeaseHolder, type LeaseOptions, leaseHolder } from './registration/lease.ts'
export { type PolicyRules, policyRules } from './registration/policy-rules.ts'
export {
  ensureNamespace,
  isRegistered,
  RegistrationError,
  register,
  unregister,
} from './registration/register.ts'
export { WEBHOOK_PLUGINS } from './registration/stage-rules.ts'
export {
  type Registration,
  type ReviewAddress,
  webhookConfigurations,
} from './registration/webhook-configurations.ts'
export { decodeAdmissionRequest, ReviewError } from './review/decode-review.ts'
export { createReviewMetrics, type ReviewMetrics } from './review/metrics.ts'
export {
  openReviewServer,
  type ReviewServer,
  type ReviewServerOptions,
  type ServingCertificate,
} from './review/server.ts'
export type {
  AdmissionRequest,
  AdmissionStage,
  AdmissionSurroundings,
  GroupVersionKind,
  GroupVersionResource,
  MutationPass,
  Operation,
  Refusal,
  StageOutcome,
} from './stage.ts'
export {
  createAdmissionStages,
  type StageConfiguration,
  type StageServices,
} from './stages/create-stages.ts'
export { type EventLimit, eventLimitsOf } from './stages/events/limits.ts'
