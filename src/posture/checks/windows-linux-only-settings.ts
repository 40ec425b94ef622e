import type { Check } from '../../findings/index.ts'
import type { FieldPath } from '../../kubernetes/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import { containerPath, forEachContainer, forEachRecord, specPath } from '../containers.ts'
import { windowsPod } from '../windows.ts'

interface Data {
  readonly setting: string
}

const messages = defineMessages('windows-linux-only-settings', {
  rejected: {
    en: ({ setting }: Data) =>
      `the API server rejects this pod: ${setting} must not be set when spec.os.name is windows`,
    ko: ({ setting }: Data) =>
      `API 서버가 이 파드를 거부합니다: spec.os.name이 windows이면 ${withParticle(setting, '을/를')} 설정할 수 없습니다`,
  },
  'no-effect': {
    en: ({ setting }: Data) => `${setting} has no effect on Windows nodes: what it asks for is not in force`,
    ko: ({ setting }: Data) =>
      `${withParticle(setting, '은/는')} 윈도우 노드에서 효과가 없어 요청한 내용이 적용되지 않습니다`,
  },
  remedy: {
    en: () =>
      'Remove the setting; say who the container runs as with windowsOptions.runAsUserName and runAsNonRoot.',
    ko: () =>
      '설정을 제거하고, 컨테이너를 실행할 사용자는 windowsOptions.runAsUserName과 runAsNonRoot로 지정합니다.',
  },
})

// The fields that the API server's validation forbids when spec.os.name is windows (API reference,
// PodSpec.os: "If the OS field is set to windows, following fields must be unset").
const POD_FIELDS = ['hostPID', 'hostIPC', 'hostUsers', 'shareProcessNamespace'] as const
const POD_SECURITY_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seLinuxChangePolicy',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
] as const
const CONTAINER_SECURITY_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const

/** Medium: rejected, the workload never starts; accepted, its author counts on a protection that is not there. */
export const windowsLinuxOnlySettings: Check = {
  id: 'windows-linux-only-settings',
  severity: 'medium',
  title: { en: 'Linux-only setting in a Windows pod', ko: '윈도우 파드에 쓰인 리눅스 전용 설정' },
  messages,
  references: [
    'https://kubernetes.io/docs/concepts/windows/intro/#api',
    'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec',
  ],
  run({ pod }, report) {
    if (pod === undefined) return
    const windows = windowsPod(pod.spec)
    if (windows === undefined) return
    const { spec } = pod
    for (const field of POD_FIELDS) if (isSet(spec, field)) linuxOnly(field, specPath(pod, field), true)
    for (const field of POD_SECURITY_FIELDS)
      if (isSet(spec.securityContext, field))
        linuxOnly(`securityContext.${field}`, specPath(pod, 'securityContext', field), true)
    forEachContainer(spec, (container, list, index) => {
      for (const field of CONTAINER_SECURITY_FIELDS)
        if (isSet(container.securityContext, field))
          linuxOnly(
            `securityContext.${field}`,
            containerPath(pod, list, index, 'securityContext', field),
            true,
          )
      // concepts/windows/intro: "volumeDevices [...] Windows cannot attach raw block devices to pods";
      // "You cannot enable mountPropagation for volume mounts as this is not supported on Windows".
      if (Array.isArray(container.volumeDevices) && container.volumeDevices.length > 0)
        linuxOnly('volumeDevices', containerPath(pod, list, index, 'volumeDevices'), false)
      forEachRecord<{ mountPropagation?: unknown }>(container.volumeMounts, ({ mountPropagation }, at) => {
        if (mountPropagation !== undefined && mountPropagation !== 'None')
          linuxOnly(
            'mountPropagation',
            containerPath(pod, list, index, 'volumeMounts', at, 'mountPropagation'),
            false,
          )
      })
    })
    forEachRecord<{ emptyDir?: { medium?: unknown } | null }>(spec.volumes, ({ emptyDir }, index) => {
      // "If you define an emptyDir volume, you cannot set its volume source to memory."
      if (emptyDir?.medium === 'Memory')
        linuxOnly('emptyDir.medium', specPath(pod, 'volumes', index, 'emptyDir', 'medium'), false)
    })

    function linuxOnly(setting: string, path: FieldPath, forbidden: boolean): void {
      const rejected = forbidden && windows === 'declared'
      report({
        path,
        message: rejected ? messages.make.rejected({ setting }) : messages.make['no-effect']({ setting }),
        remediation: {
          message: messages.make.remedy({}),
          patch: [{ op: 'remove', path }],
          // Safe for a pod that is rejected as it is: the setting never was in force, and Pod Security relaxes
          // the controls over these fields where spec.os.name is windows. Without spec.os.name a namespace
          // at level restricted still demands some of them.
          safe: rejected,
        },
      })
    }
  },
}

/**
 * Whether validation counts a field as set: false does for those that may be unset, not for hostPID and
 * hostIPC; an empty list of sysctls does not.
 */
function isSet(holder: object | undefined, field: string): boolean {
  const value = (holder as Readonly<Record<string, unknown>> | null | undefined)?.[field]
  if (value === undefined || value === null) return false
  if (field === 'hostPID' || field === 'hostIPC') return value === true
  return field !== 'sysctls' || !Array.isArray(value) || value.length > 0
}
