import type { FieldError, FieldPath, Pod } from '../../kubernetes/index.ts'
import { effectiveContext } from './effective-context.ts'
import { containersOf, given, items, type PlacedContainer } from './pod-view.ts'
import {
  validatePrivileged,
  validatePrivilegeEscalation,
  validateProcMount,
  validateReadOnlyRoot,
} from './strategies/container-flags.ts'
import { validateHostNamespaces } from './strategies/host-namespaces.ts'
import { validateHostPorts } from './strategies/host-ports.ts'
import { validateRuntimeClass } from './strategies/runtime-class.ts'
import { SAFE_SYSCTLS, validateSysctls } from './strategies/sysctls.ts'
import { validateVolumes } from './strategies/volumes.ts'
import type { Strategies } from './strategies.ts'
import type { PodSecurityPolicySpec } from './types.ts'

/**
 * What a policy has against a pod as it stands, nothing defaulted.
 *
 * @returns the errors in the API server's order; empty where the pod complies
 */
export function validatePod(strategies: Strategies, policy: PodSecurityPolicySpec, pod: Pod): FieldError[] {
  const context = given(pod.spec?.securityContext)
  const path: FieldPath = ['spec', 'securityContext']
  const fsGroup = given(context?.fsGroup)
  const sysctls = items(context?.sysctls).map(({ name = '' }) => name)
  return [
    ...strategies.fsGroup.validate([...path, 'fsGroup'], fsGroup === undefined ? undefined : [fsGroup]),
    ...strategies.supplementalGroups.validate(
      [...path, 'supplementalGroups'],
      given(context?.supplementalGroups),
    ),
    ...strategies.seccomp.validatePod(seccompOf(pod)),
    ...strategies.seLinux.validate([...path, 'seLinuxOptions'], given(context?.seLinuxOptions)),
    ...validateHostNamespaces(policy, pod),
    ...validateSysctls(
      {
        safe: SAFE_SYSCTLS,
        allowedUnsafe: policy.allowedUnsafeSysctls ?? [],
        forbidden: policy.forbiddenSysctls ?? [],
      },
      sysctls,
    ),
    ...validateVolumes(policy, pod),
    ...validateRuntimeClass(policy.runtimeClass, given(pod.spec?.runtimeClassName)),
    ...containersOf(pod).flatMap((placed) => validateContainer(strategies, policy, pod, placed)),
  ]
}

function validateContainer(
  strategies: Strategies,
  policy: PodSecurityPolicySpec,
  pod: Pod,
  { path: containerPath, container }: PlacedContainer,
): FieldError[] {
  const path = [...containerPath, 'securityContext']
  const name = container.name ?? ''
  const effective = effectiveContext(pod, container)
  const { runAsUser, runAsGroup, runAsNonRoot, seLinuxOptions, capabilities } = effective
  return [
    ...strategies.runAsUser.validate(path, runAsNonRoot, runAsUser),
    // The API server names the security context here, not the field in it.
    ...strategies.runAsGroup.validate(path, runAsGroup === undefined ? undefined : [runAsGroup]),
    ...strategies.seLinux.validate([...path, 'seLinuxOptions'], seLinuxOptions),
    ...strategies.appArmor.validate(pod.metadata?.annotations ?? {}, name),
    ...strategies.seccomp.validateContainer(seccompOf(pod), {
      name,
      profile: given(container.securityContext?.seccompProfile),
    }),
    ...validatePrivileged(policy, path, effective),
    ...validateProcMount(policy, path, effective),
    ...strategies.capabilities.validate([...path, 'capabilities'], capabilities),
    ...validateHostPorts(
      policy.hostPorts ?? [],
      containerPath,
      items(container.ports),
      pod.spec?.hostNetwork === true,
    ),
    ...validateReadOnlyRoot(policy, path, effective),
    ...validatePrivilegeEscalation(policy, path, effective),
  ]
}

function seccompOf(pod: Pod) {
  return {
    annotations: pod.metadata?.annotations ?? {},
    profile: given(pod.spec?.securityContext?.seccompProfile),
  }
}
