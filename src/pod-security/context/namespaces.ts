import { defineMessages } from '../../messages/index.ts'
import type { EffectivePod } from './effective-pod.ts'
import { asBoolean, under } from './field.ts'
import type { PodScope } from './scope.ts'
import { byDefault, conflict, info, type Note, type Setting, settle, withNotes } from './setting.ts'

type Namespaces = Pick<
  EffectivePod,
  'hostNetwork' | 'hostPID' | 'hostIPC' | 'shareProcessNamespace' | 'hostUsers'
>

export const namespaceMessages = defineMessages('effective-namespaces', {
  hostNetwork: {
    en: () =>
      "The pod uses the node's interfaces and addresses, sees the node's traffic, reaches services that listen on 127.0.0.1 of the node, and most network policies do not apply to it.",
    ko: () =>
      '노드의 인터페이스와 주소를 그대로 쓰고, 노드의 트래픽을 볼 수 있으며, 노드의 127.0.0.1에서 여는 서비스에 접근합니다. 네트워크 정책은 대부분 적용되지 않습니다.',
  },
  hostPID: {
    en: () => 'The containers see every process of the node, and may signal those of their user.',
    ko: () =>
      '컨테이너에서 노드의 모든 프로세스가 보이며, 같은 사용자의 프로세스에 시그널을 보낼 수 있습니다.',
  },
  hostIPC: {
    en: () => "The containers share the node's System V IPC and POSIX message queues.",
    ko: () => '노드의 System V IPC와 POSIX 메시지 큐를 함께 씁니다.',
  },
  shared: {
    en: () => "The containers see each other's processes, and their files through /proc/PID/root.",
    ko: () => '컨테이너끼리 서로의 프로세스를 보고, /proc/PID/root로 파일시스템에도 접근할 수 있습니다.',
  },
  sharedAgainstHostPID: {
    en: () => 'hostPID and shareProcessNamespace cannot both be true; the API server rejects the pod.',
    ko: () => 'hostPID와 shareProcessNamespace는 함께 true일 수 없습니다. API 서버가 파드를 거부합니다.',
  },
  hostUsers: {
    en: () => 'Root in a container is root on the node, should it break out.',
    ko: () => '컨테이너의 root는 탈출하면 노드의 root입니다.',
  },
  ownUsers: {
    en: () => 'User and group ids are mapped to unprivileged ones of the node that no other pod has.',
    ko: () => '사용자와 그룹 ID가 다른 파드와 겹치지 않는 노드의 권한 없는 ID로 매핑됩니다.',
  },
  ownUsersAgainstHost: {
    en: ({ field }: { field: string }) =>
      `hostUsers: false cannot go with ${field}: true; the API server rejects the pod.`,
    ko: ({ field }: { field: string }) =>
      `hostUsers: false는 ${field}: true와 함께 쓸 수 없습니다. API 서버가 파드를 거부합니다.`,
  },
})

/** Which of the node's namespaces the pod is in, and whether its containers share a process namespace. */
export function namespacesOf(scope: PodScope): Namespaces {
  const { make } = namespaceMessages
  const hostNetwork = flag(scope, 'hostNetwork', false)
  const hostPID = flag(scope, 'hostPID', false)
  const hostIPC = flag(scope, 'hostIPC', false)
  const shared = flag(scope, 'shareProcessNamespace', false)
  return {
    hostNetwork: whenTrue(hostNetwork, info(make.hostNetwork({}))),
    hostPID: whenTrue(hostPID, info(make.hostPID({}))),
    hostIPC: whenTrue(hostIPC, info(make.hostIPC({}))),
    // "HostPID and ShareProcessNamespace cannot both be set." (API reference, PodSpec)
    shareProcessNamespace: whenTrue(
      shared,
      hostPID.value ? conflict(make.sharedAgainstHostPID({})) : info(make.shared({})),
    ),
    hostUsers: hostUsersOf(scope, Object.entries({ hostNetwork, hostPID, hostIPC })),
  }
}

/** "Use the host's user namespace. […] If set to true or not present, the pod will be run in the host user namespace" */
function hostUsersOf(
  scope: PodScope,
  host: readonly (readonly [string, Setting<boolean>])[],
): Setting<boolean> {
  const { make } = namespaceMessages
  const hostUsers = flag(scope, 'hostUsers', true)
  if (hostUsers.value) return withNotes(hostUsers, info(make.hostUsers({})))
  // User Namespaces, Limitations: a pod with its own user namespace may not use the node's other namespaces.
  const against = host.filter(([, setting]) => setting.value)
  return withNotes(
    hostUsers,
    info(make.ownUsers({})),
    ...against.map(([field]) => conflict(make.ownUsersAgainstHost({ field }))),
  )
}

function flag({ spec }: PodScope, name: string, otherwise: boolean): Setting<boolean> {
  return settle(asBoolean, [{ from: 'pod', field: under(spec, name) }], byDefault('kubernetes', otherwise))
}

function whenTrue(setting: Setting<boolean>, note: Note): Setting<boolean> {
  return setting.value ? withNotes(setting, note) : setting
}
