export { admitPod as admitByPodSecurityPolicy, type PolicyAdmission } from './admission.ts'
export { evalPodSecurityPolicy, type PolicyRequest, policyRequestMessages } from './answer.ts'
export { checkPod, type PodVerdict, type PolicyViolation } from './check/check-pod.ts'
export { decodePolicy } from './decode-policy.ts'
export {
  migrationMessages,
  stricterMessages,
  unruledMessages,
  unstatedMessages,
} from './migration/messages.ts'
export { type Migration, type MigrationNote, planMigration } from './migration/migrate.ts'
export { createProvider, type PolicyProvider } from './provider.ts'
export type { PodSecurityPolicy } from './types.ts'
export { isRbacObject, mayUsePolicy, type PolicyUser, serviceAccountUser } from './use-grants.ts'
export { validatePodSecurityPolicy } from './validation/validate-policy.ts'
