export { admit as admitByPodSecurity } from './admit.ts'
export { admissionChecks } from './checks/admission-checks.ts'
export {
  configurationMessages,
  type LoadedConfiguration,
  loadConfiguration,
  loadConfigurationObject,
} from './configuration/load.ts'
export { DEFAULT_SETTINGS, type PodSecuritySettings } from './configuration/settings.ts'
export { DEFAULT_MAX_PODS_TO_CHECK } from './context.ts'
export { evalPodSecurityAdmission, type PodSecurityAdmissionRequest } from './contract.ts'
export { admissionRequestMessages, decodeRequestObject } from './decode.ts'
export { evaluateQuickly } from './evaluator.ts'
export { addNamespace, type ManifestCluster } from './outlook.ts'
export { type Labels, POD_SECURITY_PREFIX } from './policy.ts'
