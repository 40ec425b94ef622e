import type { Container, EphemeralContainer, Pod, PodSpec } from '../../kubernetes/index.ts'
import { effectiveContext } from './effective-context.ts'
import { CONTAINER_LISTS, given, items } from './pod-view.ts'
import { generatePrivilegeEscalation } from './strategies/container-flags.ts'
import { generateRuntimeClass } from './strategies/runtime-class.ts'
import type { Strategies } from './strategies.ts'
import { ANNOTATIONS, type PodSecurityPolicySpec } from './types.ts'

type AnyContainer = Container | EphemeralContainer

/**
 * The pod with a policy's defaults: ids, labels, profiles, capabilities and flags that it leaves unset.
 *
 * @returns the same object where nothing is to be set; parts that do not change are shared with `pod`
 */
export function mutatePod(strategies: Strategies, policy: PodSecurityPolicySpec, pod: Pod): Pod {
  const annotated = withSeccompAnnotation(strategies, pod)
  const defaulted = withFields(annotated, { spec: withPodDefaults(strategies, policy, pod) })
  return withContainerDefaults(strategies, policy, defaulted)
}

function withPodDefaults(
  strategies: Strategies,
  policy: PodSecurityPolicySpec,
  pod: Pod,
): PodSpec | undefined {
  const context = given(pod.spec?.securityContext)
  const group = strategies.supplementalGroups.generate()
  const securityContext = withFields(context, {
    supplementalGroups: given(context?.supplementalGroups) ?? (group === undefined ? undefined : [group]),
    fsGroup: given(context?.fsGroup) ?? strategies.fsGroup.generate(),
    seLinuxOptions: given(context?.seLinuxOptions) ?? strategies.seLinux.generate(),
  })
  const runtimeClassName = generateRuntimeClass(policy.runtimeClass, given(pod.spec?.runtimeClassName))
  return withFields(given(pod.spec), { securityContext, runtimeClassName })
}

/** Only the pod is annotated: "containers inherit the pod's profile" unless they have their own. */
function withSeccompAnnotation(strategies: Strategies, pod: Pod): Pod {
  const annotations = given(pod.metadata?.annotations)
  const profile = strategies.seccomp.generate({
    annotations: annotations ?? {},
    profile: given(pod.spec?.securityContext?.seccompProfile),
  })
  return profile === '' ? pod : withAnnotations(pod, { ...annotations, [ANNOTATIONS.seccompPod]: profile })
}

function withContainerDefaults(strategies: Strategies, policy: PodSecurityPolicySpec, pod: Pod): Pod {
  let annotations = given(pod.metadata?.annotations)
  let spec = given(pod.spec)
  for (const list of CONTAINER_LISTS) {
    const containers: readonly AnyContainer[] = items<AnyContainer>(spec?.[list])
    for (const { name = '' } of containers) annotations = strategies.appArmor.generate(annotations, name)
    const defaulted = containers.map((container) => withContext(strategies, policy, pod, container))
    if (defaulted.some((container, index) => container !== containers[index]))
      spec = { ...spec, [list]: defaulted }
  }
  const withSpec = withFields(pod, { spec })
  return annotations ? withAnnotations(withSpec, annotations) : withSpec
}

function withContext<C extends AnyContainer>(
  strategies: Strategies,
  policy: PodSecurityPolicySpec,
  pod: Pod,
  container: C,
): C {
  const effective = effectiveContext(pod, container)
  const own = given(container.securityContext)
  const runAsUser = effective.runAsUser ?? strategies.runAsUser.generate()
  const securityContext = withFields(own, {
    runAsUser: given(own?.runAsUser) ?? (effective.runAsUser === undefined ? runAsUser : undefined),
    runAsGroup:
      given(own?.runAsGroup) ??
      (effective.runAsGroup === undefined ? strategies.runAsGroup.generate() : undefined),
    seLinuxOptions:
      given(own?.seLinuxOptions) ??
      (effective.seLinuxOptions === undefined ? strategies.seLinux.generate() : undefined),
    // The kubelet then looks at the image's user: "the container must run as a non-root user".
    runAsNonRoot:
      given(own?.runAsNonRoot) ??
      (policy.runAsUser?.rule === 'MustRunAsNonRoot' &&
      effective.runAsNonRoot === undefined &&
      runAsUser === undefined
        ? true
        : undefined),
    capabilities: strategies.capabilities.generate(effective.capabilities),
    readOnlyRootFilesystem:
      effective.readOnlyRootFilesystem ?? (policy.readOnlyRootFilesystem === true ? true : undefined),
    allowPrivilegeEscalation: effective.allowPrivilegeEscalation ?? generatePrivilegeEscalation(policy),
  })
  return securityContext === own ? container : { ...container, securityContext }
}

function withAnnotations(pod: Pod, annotations: Readonly<Record<string, string>>): Pod {
  const before: Readonly<Record<string, string>> = pod.metadata?.annotations ?? {}
  if (Object.keys(annotations).every((key) => before[key] === annotations[key])) return pod
  return { ...pod, metadata: { ...pod.metadata, annotations } }
}

/** The object with those of the fields that are defined; the same object, or none, where that changes nothing. */
function withFields<T extends object>(base: T, fields: Partially<T>): T
function withFields<T extends object>(base: T | undefined, fields: Partially<T>): T | undefined
function withFields<T extends object>(base: T | undefined, fields: Partially<T>): T | undefined {
  let changed = base
  for (const key of Object.keys(fields) as (keyof T)[]) {
    const value = fields[key]
    if (value === undefined || value === base?.[key]) continue
    changed = { ...changed, [key]: value } as T
  }
  return changed
}

type Partially<T> = { readonly [Key in keyof T]?: T[Key] | undefined }
