import { type FieldError, type FieldPath, validateClusterScopedMetadata } from '../../../kubernetes/index.ts'
import type { PodSecurityPolicy, PodSecurityPolicySpec } from '../types.ts'
import { validatePolicyAnnotations } from './annotations.ts'
import { validateCapabilityLists } from './capabilities.ts'
import { validateFlags } from './flags.ts'
import {
  validateFSGroup,
  validateRunAsGroup,
  validateRunAsUser,
  validateSupplementalGroups,
} from './id-rules.ts'
import { validateRuntimeClassRule } from './runtime-class.ts'
import { validateSELinuxRule } from './selinux.ts'
import { validateSysctlLists } from './sysctls.ts'
import { validateVolumeLists, validateVolumeTypes } from './volumes.ts'

/**
 * Validation of a policy on creation (Kubernetes 1.20, `ValidatePodSecurityPolicy`).
 *
 * @param policy - decoded, with the API's defaults
 * @returns the errors in the API server's order and words; empty for a valid policy
 */
export function validatePodSecurityPolicy(policy: PodSecurityPolicy): FieldError[] {
  return [
    ...validateClusterScopedMetadata(policy.metadata ?? {}, ['metadata']),
    ...validatePolicyAnnotations(policy.metadata?.annotations ?? {}),
    ...validateSpec(policy.spec ?? {}),
  ]
}

function validateSpec(spec: PodSecurityPolicySpec): FieldError[] {
  const path: FieldPath = ['spec']
  return [
    ...validateRunAsUser([...path, 'runAsUser'], spec.runAsUser ?? {}),
    ...validateRunAsGroup([...path, 'runAsGroup'], spec.runAsGroup),
    ...validateSELinuxRule([...path, 'seLinux'], spec.seLinux ?? {}),
    ...validateSupplementalGroups([...path, 'supplementalGroups'], spec.supplementalGroups ?? {}),
    ...validateFSGroup([...path, 'fsGroup'], spec.fsGroup ?? {}),
    ...validateVolumeTypes([...path, 'volumes'], spec.volumes ?? []),
    ...validateCapabilityLists(spec),
    ...validateFlags(path, spec),
    ...validateVolumeLists(path, spec),
    ...validateSysctlLists(path, spec.allowedUnsafeSysctls ?? [], spec.forbiddenSysctls ?? []),
    ...validateRuntimeClassRule([...path, 'runtimeClass'], spec.runtimeClass),
  ]
}
