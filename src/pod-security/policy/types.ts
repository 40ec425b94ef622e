import type { ObjectMeta } from '../../kubernetes/index.ts'

/**
 * PodSecurityPolicy as of Kubernetes 1.20 (API reference, policy/v1beta1; extensions/v1beta1 had the same fields
 * until 1.16). The API is gone since 1.25, and with it the type in the official client.
 */
export interface PodSecurityPolicy {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: ObjectMeta
  readonly spec?: PodSecurityPolicySpec
}

export interface PodSecurityPolicySpec {
  readonly privileged?: boolean
  readonly defaultAddCapabilities?: readonly string[]
  readonly requiredDropCapabilities?: readonly string[]
  readonly allowedCapabilities?: readonly string[]
  readonly volumes?: readonly string[]
  readonly hostNetwork?: boolean
  readonly hostPorts?: readonly Range[]
  readonly hostPID?: boolean
  readonly hostIPC?: boolean
  readonly seLinux?: SELinuxOptionsRule
  readonly runAsUser?: RangesRule
  /** "If this field is omitted, the pod's RunAsGroup can take any value." */
  readonly runAsGroup?: RangesRule
  readonly supplementalGroups?: RangesRule
  readonly fsGroup?: RangesRule
  readonly readOnlyRootFilesystem?: boolean
  readonly defaultAllowPrivilegeEscalation?: boolean
  readonly allowPrivilegeEscalation?: boolean
  readonly allowedHostPaths?: readonly AllowedHostPath[]
  readonly allowedFlexVolumes?: readonly { readonly driver?: string }[]
  readonly allowedCSIDrivers?: readonly { readonly name?: string }[]
  readonly allowedUnsafeSysctls?: readonly string[]
  readonly forbiddenSysctls?: readonly string[]
  readonly allowedProcMountTypes?: readonly string[]
  readonly runtimeClass?: RuntimeClassRule
}

/** From `min` to `max`, both inclusive; user ids, group ids or ports. An absent bound is 0. */
export interface Range {
  readonly min?: number
  readonly max?: number
}

/** A rule's name (`MustRunAs`, `MayRunAs`, `MustRunAsNonRoot`, `RunAsAny`) with the ids it permits. */
export interface RangesRule {
  readonly rule?: string
  readonly ranges?: readonly Range[]
}

export interface SELinuxOptions {
  readonly user?: string
  readonly role?: string
  readonly type?: string
  readonly level?: string
}

export interface SELinuxOptionsRule {
  readonly rule?: string
  readonly seLinuxOptions?: SELinuxOptions
}

export interface AllowedHostPath {
  readonly pathPrefix?: string
  readonly readOnly?: boolean
}

export interface RuntimeClassRule {
  readonly allowedRuntimeClassNames?: readonly string[]
  readonly defaultRuntimeClassName?: string
}

/** In a policy's lists of capabilities, volumes, sysctls and runtime classes: everything. */
export const WILDCARD = '*'

/** Annotations on a policy, and on the pods it judges. */
export const ANNOTATIONS = {
  /** On an admitted pod: the policy that admitted it. */
  validatedPolicy: 'kubernetes.io/psp',
  seccompAllowed: 'seccomp.security.alpha.kubernetes.io/allowedProfileNames',
  seccompDefault: 'seccomp.security.alpha.kubernetes.io/defaultProfileName',
  seccompPod: 'seccomp.security.alpha.kubernetes.io/pod',
  /** Followed by the container's name. */
  seccompContainer: 'container.seccomp.security.alpha.kubernetes.io/',
  appArmorAllowed: 'apparmor.security.beta.kubernetes.io/allowedProfileNames',
  appArmorDefault: 'apparmor.security.beta.kubernetes.io/defaultProfileName',
  /** Followed by the container's name. */
  appArmorContainer: 'container.apparmor.security.beta.kubernetes.io/',
} as const
