import { defineMessages, type Message } from '../../messages/index.ts'
import type { InertField, OperatingSystem } from './effective-pod.ts'
import { asText, type Field, isGiven, under } from './field.ts'
import type { ContainerScope, PodScope } from './scope.ts'
import { byDefault, type Setting, settle } from './setting.ts'

/** API reference: "this field cannot be set when spec.os.name is windows" stands at each of these. */
const LINUX_ONLY = {
  spec: ['hostPID', 'hostIPC', 'hostUsers', 'shareProcessNamespace'],
  podSecurity: [
    'appArmorProfile',
    'fsGroup',
    'fsGroupChangePolicy',
    'runAsGroup',
    'runAsUser',
    'seLinuxChangePolicy',
    'seLinuxOptions',
    'seccompProfile',
    'supplementalGroups',
    'supplementalGroupsPolicy',
    'sysctls',
  ],
  containerSecurity: [
    'allowPrivilegeEscalation',
    'appArmorProfile',
    'capabilities',
    'privileged',
    'procMount',
    'readOnlyRootFilesystem',
    'runAsGroup',
    'runAsUser',
    'seLinuxOptions',
    'seccompProfile',
  ],
} as const

export const operatingSystemMessages = defineMessages('effective-os', {
  linuxOnlyRejected: {
    en: ({ field }: { field: string }) =>
      `${field} is for Linux: beside os.name: windows the API server rejects it.`,
    ko: ({ field }: { field: string }) =>
      `${field} 필드는 리눅스용이며, os.name: windows와 함께 쓰면 API 서버가 거부합니다.`,
  },
  linuxOnlyIgnored: {
    en: ({ field }: { field: string }) => `${field} is for Linux and has no effect on a Windows node.`,
    ko: ({ field }: { field: string }) => `${field} 필드는 리눅스용이며 윈도우 노드에서는 효과가 없습니다.`,
  },
  windowsOnlyRejected: {
    en: ({ field }: { field: string }) =>
      `${field} is for Windows: beside os.name: linux the API server rejects it.`,
    ko: ({ field }: { field: string }) =>
      `${field} 필드는 윈도우용이며, os.name: linux와 함께 쓰면 API 서버가 거부합니다.`,
  },
  windowsOnlyIgnored: {
    en: ({ field }: { field: string }) => `${field} is for Windows and has no effect on a Linux node.`,
    ko: ({ field }: { field: string }) => `${field} 필드는 윈도우용이며 리눅스 노드에서는 효과가 없습니다.`,
  },
})

/**
 * "Specifies the OS of the containers in the pod. Some pod and container fields are restricted if this is set"
 * (API reference, PodSpec.os). A pod without it goes where its node selector says, which is Linux nearly always.
 */
export function operatingSystemOf({ spec }: PodScope): Setting<OperatingSystem> {
  return settle<OperatingSystem>(
    knownSystem,
    [
      { from: 'pod', field: under(spec, 'os', 'name') },
      { from: 'pod', field: under(spec, 'nodeSelector', 'kubernetes.io/os') },
      { from: 'pod', field: under(spec, 'nodeSelector', 'beta.kubernetes.io/os') },
    ],
    byDefault('kubernetes', 'linux'),
  )
}

/** The fields of the pod's security settings that mean nothing on its operating system. */
export function inertFields(
  pod: PodScope,
  containers: readonly ContainerScope[],
  os: OperatingSystem,
): readonly InertField[] {
  const { make } = operatingSystemMessages
  const declared = isGiven(under(pod.spec, 'os', 'name'))
  const places = os === 'windows' ? linuxOnly(pod, containers) : windowsOnly(pod, containers)
  const say: (data: { readonly field: string }) => Message =
    os === 'windows'
      ? declared
        ? make.linuxOnlyRejected
        : make.linuxOnlyIgnored
      : declared
        ? make.windowsOnlyRejected
        : make.windowsOnlyIgnored
  return places.filter(isGiven).map(({ path }) => ({ path, message: say({ field: String(path.at(-1)) }) }))
}

function linuxOnly(pod: PodScope, containers: readonly ContainerScope[]): readonly Field[] {
  return [
    ...LINUX_ONLY.spec.map((name) => under(pod.spec, name)),
    ...LINUX_ONLY.podSecurity.map((name) => under(pod.security, name)),
    ...containers.flatMap(({ containerSecurity }) =>
      LINUX_ONLY.containerSecurity.map((name) => under(containerSecurity, name)),
    ),
  ]
}

function windowsOnly(pod: PodScope, containers: readonly ContainerScope[]): readonly Field[] {
  const contexts = [pod.security, ...containers.map(({ containerSecurity }) => containerSecurity)]
  return contexts.map((context) => under(context, 'windowsOptions'))
}

function knownSystem(field: Field): OperatingSystem | undefined {
  const name = asText(field)
  return name === 'windows' || name === 'linux' ? name : undefined
}
