export { admitPod, type PolicyAdmission, type PolicyAdmissionRequest } from './admission.ts'
export {
  evalPodSecurityPolicy,
  type PolicyAnswer,
  type PolicyRefusal,
  type PolicyRequest,
  policyRequestMessages,
} from './answer.ts'
export type { FieldChange } from './check/changes.ts'
export { checkPod, type PodVerdict, type PolicyVerdict, type PolicyViolation } from './check/check-pod.ts'
export { type DecodedPolicy, decodePolicy } from './decode-policy.ts'
export {
  migrationMessages,
  stricterMessages,
  unruledMessages,
  unstatedMessages,
} from './migration/messages.ts'
export { type Migration, type MigrationNote, planMigration } from './migration/migrate.ts'
export { createProvider, type PolicyProvider, type UnusablePolicy } from './provider.ts'
export type { PodSecurityPolicy, PodSecurityPolicySpec } from './types.ts'
export { validatePodSecurityPolicy, validatePodSecurityPolicyUpdate } from './validation/validate-policy.ts'
