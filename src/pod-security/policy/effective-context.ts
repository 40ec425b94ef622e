import type { Container, EphemeralContainer, Pod } from '../../kubernetes/index.ts'
import { given } from './pod-view.ts'
import type { Capabilities } from './strategies/capabilities.ts'
import type { SELinuxOptions } from './types.ts'

/** What applies to one container; undefined is "not set". */
export interface EffectiveContext {
  readonly runAsUser: number | undefined
  readonly runAsGroup: number | undefined
  readonly runAsNonRoot: boolean | undefined
  readonly seLinuxOptions: SELinuxOptions | undefined
  readonly capabilities: Capabilities | undefined
  readonly privileged: boolean
  readonly procMount: string
  readonly readOnlyRootFilesystem: boolean | undefined
  readonly allowPrivilegeEscalation: boolean | undefined
}

/**
 * A container's security context as PodSecurityPolicy sees it. "Fields present in both SecurityContext and
 * PodSecurityContext: values in SecurityContext take precedence" (API reference, SecurityContext).
 */
export function effectiveContext(pod: Pod, container: Container | EphemeralContainer): EffectiveContext {
  const own = given(container.securityContext)
  const ofPod = given(pod.spec?.securityContext)
  return {
    runAsUser: given(own?.runAsUser ?? ofPod?.runAsUser),
    runAsGroup: given(own?.runAsGroup ?? ofPod?.runAsGroup),
    runAsNonRoot: given(own?.runAsNonRoot ?? ofPod?.runAsNonRoot),
    seLinuxOptions: given(own?.seLinuxOptions ?? ofPod?.seLinuxOptions),
    capabilities: given(own?.capabilities),
    privileged: own?.privileged === true,
    procMount: own?.procMount ?? 'Default',
    readOnlyRootFilesystem: given(own?.readOnlyRootFilesystem),
    allowPrivilegeEscalation: given(own?.allowPrivilegeEscalation),
  }
}
