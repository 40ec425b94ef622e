export { admit } from './admit.ts'
export { DEFAULT_CONFIGURATION, type PodSecurityConfiguration } from './configuration/configuration.ts'
export { configurationMessages, type LoadedConfiguration, loadConfiguration } from './configuration/load.ts'
export type { PodSecuritySettings } from './configuration/settings.ts'
export type { AdmissionContext } from './context.ts'
export {
  evalPodSecurityAdmission,
  type PodSecurityAdmissionAnswer,
  type PodSecurityAdmissionRefusal,
  type PodSecurityAdmissionRequest,
} from './contract.ts'
export { admissionRequestMessages } from './decode.ts'
export { evaluateByStandards } from './evaluator.ts'
export { resolvePolicy } from './policy.ts'
export type { AdmissionRequest } from './request.ts'
export type { AdmissionResponse } from './response.ts'
