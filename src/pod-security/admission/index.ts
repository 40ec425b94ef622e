export { admit } from './admit.ts'
export { admissionChecks } from './checks/admission-checks.ts'
export { DEFAULT_CONFIGURATION, type PodSecurityConfiguration } from './configuration/configuration.ts'
export { configurationMessages, type LoadedConfiguration, loadConfiguration } from './configuration/load.ts'
export { DEFAULT_SETTINGS, type PodSecuritySettings } from './configuration/settings.ts'
export {
  type AdmissionContext,
  DEFAULT_MAX_PODS_TO_CHECK,
  DEFAULT_POD_CHECK_TIMEOUT,
} from './context.ts'
export {
  evalPodSecurityAdmission,
  type PodSecurityAdmissionAnswer,
  type PodSecurityAdmissionRefusal,
  type PodSecurityAdmissionRequest,
} from './contract.ts'
export { admissionRequestMessages } from './decode.ts'
export { evaluateByStandards, type PodEvaluator } from './evaluator.ts'
export { addNamespace, type Breach, type ManifestCluster, type Outlook, outlookOf } from './outlook.ts'
export { type Labels, type Mode, type Policy, resolvePolicy } from './policy.ts'
export type { AdmissionRequest, RequestObject } from './request.ts'
export type { AdmissionResponse, AdmissionStatus, AuditAnnotations } from './response.ts'
