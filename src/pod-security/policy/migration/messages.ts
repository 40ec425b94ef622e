import { defineMessages, type Message } from '../../../messages/index.ts'
import type { Level } from '../../standards/version.ts'
import type { Coverage, PolicyControl, UNCOVERED_CONTROLS } from './coverage.ts'

/** What is said of a field that the move loses, or of what the policy no longer sets. */
export const migrationMessages = defineMessages('psp-migrate', {
  lostControl: {
    en: (d: { field: string; control: string; level: Level }) =>
      `${d.field}: the policy holds pods to ${d.control}, which is no part of ${d.level}`,
    ko: (d: { field: string; control: string; level: Level }) =>
      `${d.field}: 폴리시는 ${d.control} 항목을 지키게 하지만 ${d.level} 수준에는 이 항목이 없습니다`,
  },
  lostRestriction: {
    en: (d: { field: string; value: string }) => `${d.field}: ${d.value} has no counterpart in any level`,
    ko: (d: { field: string; value: string }) =>
      `${d.field}: ${d.value} 제한을 나타낼 수 있는 수준이 없습니다`,
  },
  mutation: {
    en: (d: { field: string; value: string }) =>
      `${d.field}: the policy sets ${d.value} on pods that leave it out; Pod Security Admission changes no pod`,
    ko: (d: { field: string; value: string }) =>
      `${d.field}: 값을 적지 않은 파드에 폴리시가 ${d.value} 값을 채웁니다. 파드 시큐리티 어드미션은 파드를 바꾸지 않습니다`,
  },
})

type NoData = Readonly<Record<string, never>>

/** What the policy admits and the level refuses, by the control's id. */
export const stricterMessages = defineMessages('psp-migrate-stricter', {
  appArmorProfile: {
    en: (_: NoData) => 'the policy admits containers without AppArmor (unconfined)',
    ko: (_: NoData) => '폴리시는 AppArmor를 적용하지 않은(unconfined) 컨테이너를 허용합니다',
  },
  capabilities_baseline: {
    en: (_: NoData) => "the policy admits capabilities beyond the runtime's default set",
    ko: (_: NoData) => '폴리시는 런타임 기본 집합에 없는 리눅스 기능(capability)을 허용합니다',
  },
  hostNamespaces: {
    en: (_: NoData) => "the policy admits pods in the node's network, process or IPC namespace",
    ko: (_: NoData) => '폴리시는 호스트 네트워크, 호스트 PID, 호스트 IPC를 쓰는 파드를 허용합니다',
  },
  hostPathVolumes: {
    en: (_: NoData) => 'the policy admits hostPath volumes',
    ko: (_: NoData) => '폴리시는 호스트 경로(hostPath) 볼륨을 허용합니다',
  },
  hostPorts: {
    en: (_: NoData) => 'the policy admits host ports',
    ko: (_: NoData) => '폴리시는 호스트 포트를 허용합니다',
  },
  hostProbesAndHostLifecycle: {
    en: (_: NoData) =>
      'probes and lifecycle hooks must not name a host (v1.34 and newer): no policy looked at that',
    ko: (_: NoData) =>
      '프로브와 라이프사이클 훅에 host를 적을 수 없습니다(v1.34부터). 폴리시는 이것을 보지 않았습니다',
  },
  privileged: {
    en: (_: NoData) => 'the policy admits privileged containers',
    ko: (_: NoData) => '폴리시는 특권 컨테이너를 허용합니다',
  },
  procMount: {
    en: (_: NoData) => 'the policy admits an unmasked /proc',
    ko: (_: NoData) => '폴리시는 가리지 않은(Unmasked) /proc을 허용합니다',
  },
  seLinuxOptions: {
    en: (_: NoData) => 'the policy admits SELinux users, roles or types of which the level knows none',
    ko: (_: NoData) => '폴리시는 이 수준에서 쓸 수 없는 SELinux 사용자, 역할, 타입을 허용합니다',
  },
  seccompProfile_baseline: {
    en: (_: NoData) => 'the policy admits containers without seccomp (unconfined)',
    ko: (_: NoData) => '폴리시는 seccomp를 적용하지 않은(unconfined) 컨테이너를 허용합니다',
  },
  sysctls: {
    en: (_: NoData) => 'the policy admits unsafe sysctls',
    ko: (_: NoData) => '폴리시는 안전하지 않은 sysctl을 허용합니다',
  },
  windowsHostProcess: {
    en: (_: NoData) => 'Windows HostProcess containers are refused: no policy looked at that',
    ko: (_: NoData) => '윈도우 HostProcess 컨테이너를 쓸 수 없습니다. 폴리시는 이것을 보지 않았습니다',
  },
  allowPrivilegeEscalation: {
    en: (_: NoData) => 'the policy admits privilege escalation',
    ko: (_: NoData) => '폴리시는 권한 상승을 허용합니다',
  },
  capabilities_restricted: {
    en: (_: NoData) => 'the policy admits capabilities other than NET_BIND_SERVICE, or does not drop ALL',
    ko: (_: NoData) =>
      '폴리시는 NET_BIND_SERVICE 밖의 리눅스 기능(capability)을 허용하거나 ALL을 버리게 하지 않습니다',
  },
  restrictedVolumes: {
    en: (_: NoData) => 'the policy admits volume types that restricted refuses',
    ko: (_: NoData) => '폴리시는 제한(restricted) 수준에서 쓸 수 없는 볼륨 유형을 허용합니다',
  },
  runAsNonRoot: {
    en: (_: NoData) => 'the policy admits containers that run as root',
    ko: (_: NoData) => '폴리시는 root로 실행되는 컨테이너를 허용합니다',
  },
  runAsUser: {
    en: (_: NoData) => 'the policy admits the user id 0',
    ko: (_: NoData) => '폴리시는 사용자 ID 0을 허용합니다',
  },
  seccompProfile_restricted: {
    en: (_: NoData) => 'the policy admits pods without a seccomp profile',
    ko: (_: NoData) => '폴리시는 seccomp 프로파일이 없는 파드를 허용합니다',
  },
})

/** What the policy says nothing of, by the control's id. */
export const unruledMessages = defineMessages('psp-migrate-unruled', {
  appArmorProfile: {
    en: (_: NoData) => 'the policy says nothing of AppArmor: a pod that asks for unconfined is refused',
    ko: (_: NoData) => '폴리시에는 AppArmor 규칙이 없습니다. unconfined를 지정한 파드는 거부됩니다',
  },
  seLinuxOptions: {
    en: (_: NoData) =>
      'the policy says nothing of SELinux: a pod that sets a user, a role or an unusual type is refused',
    ko: (_: NoData) =>
      '폴리시에는 SELinux 규칙이 없습니다. 사용자, 역할, 일반적이지 않은 타입을 지정한 파드는 거부됩니다',
  },
})

/** What manifests must state themselves once no policy fills it in, by the control's id. */
export const unstatedMessages = defineMessages('psp-migrate-unstated', {
  allowPrivilegeEscalation: {
    en: (_: NoData) => 'manifests must state allowPrivilegeEscalation: false; the policy filled it in',
    ko: (_: NoData) =>
      '매니페스트에 allowPrivilegeEscalation: false를 직접 적어야 합니다. 지금까지는 폴리시가 채웠습니다',
  },
  capabilities_restricted: {
    en: (_: NoData) => 'manifests must state capabilities.drop: ["ALL"]; the policy filled it in',
    ko: (_: NoData) =>
      '매니페스트에 capabilities.drop: ["ALL"]을 직접 적어야 합니다. 지금까지는 폴리시가 채웠습니다',
  },
  runAsNonRoot: {
    en: (_: NoData) =>
      'manifests must state runAsNonRoot: true; the policy filled it in, or was content with a user id other than 0',
    ko: (_: NoData) =>
      '매니페스트에 runAsNonRoot: true를 직접 적어야 합니다. 지금까지는 폴리시가 채웠거나 0이 아닌 사용자 ID로 충분했습니다',
  },
  seccompProfile_restricted: {
    en: (_: NoData) => 'manifests must state a seccompProfile; the policy filled it in',
    ko: (_: NoData) => '매니페스트에 seccompProfile을 직접 적어야 합니다. 지금까지는 폴리시가 채웠습니다',
  },
})

type ControlId = PolicyControl['id'] | (typeof UNCOVERED_CONTROLS)[number]

/** @param coverage - how the policy stands to the control: it leaves it open, or says nothing of it */
export function stricterMessage(control: ControlId, coverage: Coverage): Message {
  if (coverage === 'unruled' && control in unruledMessages.make)
    return unruledMessages.make[control as keyof typeof unruledMessages.make]({})
  return stricterMessages.make[control]({})
}

/** @param control - one that can be `unstated`; any other is told as what the level refuses */
export function unstatedMessage(control: PolicyControl['id']): Message {
  return control in unstatedMessages.make
    ? unstatedMessages.make[control as keyof typeof unstatedMessages.make]({})
    : stricterMessage(control, 'open')
}
