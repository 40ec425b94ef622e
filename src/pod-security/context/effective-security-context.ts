import type { PodTemplateView } from '../../kubernetes/index.ts'
import { capabilitiesOf } from './capabilities.ts'
import type { EffectiveContainer, EffectivePod, LinuxSettings } from './effective-pod.ts'
import { asText, under } from './field.ts'
import { fsGroupOf, identityOf } from './identity.ts'
import { mountsOf } from './mounts.ts'
import { namespacesOf } from './namespaces.ts'
import { inertFields, operatingSystemOf } from './operating-system.ts'
import { portsOf } from './ports.ts'
import { privilegeOf } from './privilege.ts'
import { appArmorOf, seccompOf } from './profiles.ts'
import { type ContainerScope, containerScopes, type PodScope, podScope, type Runtime } from './scope.ts'
import { seLinuxOf } from './se-linux.ts'
import { serviceAccountOf, tokenOf } from './service-account.ts'
import { byDefault, settle } from './setting.ts'
import { sysctlsOf } from './sysctls.ts'
import { type Volume, volumesOf } from './volume-types.ts'
import { windowsOf } from './windows.ts'

export interface EffectiveOptions {
  /** Whose defaults count where the pod says nothing; containerd unless given. */
  readonly runtime?: Runtime
}

/**
 * What really applies to a pod and each of its containers once the pod's and the containers' security contexts,
 * annotations and the defaults of Kubernetes and the container runtime are put together, and where each value
 * comes from. Speaks of the newest Kubernetes; notes name the versions that behave differently.
 *
 * Source: "Configure a Security Context for a Pod or Container", and the API reference of PodSpec,
 * PodSecurityContext and SecurityContext; where these are silent, what the kubelet, containerd and CRI-O do.
 *
 * @param pod - a pod or pod template as decoded; values of a wrong type count as absent, with a note
 * @returns the settings; paths in them are from the root of the object that `pod` was taken from
 */
export function effectiveSecurityContext(pod: PodTemplateView, options: EffectiveOptions = {}): EffectivePod {
  const runtime = options.runtime ?? 'containerd'
  const scope = podScope(pod, runtime)
  const scopes = containerScopes(scope)
  const os = operatingSystemOf(scope)
  const settings = { os, runtime, ...podSettings(scope) }
  const volumes = volumesOf(scope)
  return {
    ...settings,
    containers: scopes.map((container) => effectiveContainer(container, volumes, settings)),
    withoutEffect: inertFields(scope, scopes, os.value),
  }
}

type PodSettings = Omit<EffectivePod, 'containers' | 'withoutEffect'>

function podSettings(scope: PodScope): Omit<PodSettings, 'os' | 'runtime'> {
  const namespaces = namespacesOf(scope)
  return {
    ...namespaces,
    fsGroup: fsGroupOf(scope),
    // "Valid values are 'OnRootMismatch' and 'Always'. If not specified, 'Always' is used."
    fsGroupChangePolicy: settle(
      asText,
      [{ from: 'pod', field: under(scope.security, 'fsGroupChangePolicy') }],
      byDefault('kubernetes', 'Always'),
    ),
    sysctls: sysctlsOf(scope, namespaces),
    ...serviceAccountOf(scope),
  }
}

function effectiveContainer(
  scope: ContainerScope,
  volumes: ReadonlyMap<string, Volume>,
  pod: PodSettings,
): EffectiveContainer {
  return {
    name: scope.name,
    role: scope.role,
    path: scope.container.path,
    ...(pod.os.value === 'windows' ? { windows: windowsOf(scope) } : { linux: linuxOf(scope, pod) }),
    ports: portsOf(scope, pod.hostNetwork),
    mounts: mountsOf(scope, volumes, pod),
    serviceAccountToken: tokenOf(scope, volumes, pod),
  }
}

function linuxOf(scope: ContainerScope, { hostUsers }: PodSettings): LinuxSettings {
  const identity = identityOf(scope)
  const privilege = privilegeOf(scope)
  const { privileged, noNewPrivileges } = privilege
  return {
    ...identity,
    ...privilege,
    capabilities: capabilitiesOf(scope, { privileged, user: identity.user, noNewPrivileges, hostUsers }),
    seccomp: seccompOf(scope, privileged),
    appArmor: appArmorOf(scope, privileged),
    seLinux: seLinuxOf(scope, privileged),
  }
}
