import { defineMessages } from '../../messages/index.ts'
import type { LinuxSettings } from './effective-pod.ts'
import { asBoolean, asInteger, asText, items, under } from './field.ts'
import { bothLevels, type ContainerScope, type PodScope } from './scope.ts'
import { byDefault, conflict, info, type Setting, settle, withNotes } from './setting.ts'

type Identity = Pick<
  LinuxSettings,
  'user' | 'group' | 'supplementaryGroups' | 'supplementalGroupsPolicy' | 'runAsNonRoot'
>

export const identityMessages = defineMessages('effective-identity', {
  imageUser: {
    en: () => "The image's USER decides; an image without one runs as root (0).",
    ko: () => '이미지의 USER가 정합니다. USER가 없는 이미지는 root(0)로 실행됩니다.',
  },
  imageUserNonRoot: {
    en: () =>
      "The image's USER decides. The kubelet does not start the container when it is root, or a name instead of a number.",
    ko: () =>
      '이미지의 USER가 정합니다. USER가 root이거나 숫자가 아닌 이름이면 kubelet이 컨테이너를 시작하지 않습니다.',
  },
  imageGroup: {
    en: () => "The image's /etc/passwd decides; a user that is not listed there gets group root (0).",
    ko: () => '이미지의 /etc/passwd가 정합니다. 거기에 없는 사용자는 root(0) 그룹이 됩니다.',
  },
  imageGroups: {
    en: () => "Groups that the image's /etc/group gives the user are added to these.",
    ko: () => '이미지의 /etc/group이 사용자에게 주는 그룹이 여기에 더해집니다.',
  },
  strictGroups: {
    en: () =>
      'Only the groups given here apply. A node whose runtime cannot do this (before containerd 2.0, CRI-O 1.31) refuses the pod.',
    ko: () =>
      '여기에 적은 그룹만 적용됩니다. 이 기능이 없는 런타임(containerd 2.0, CRI-O 1.31 미만)을 쓰는 노드는 파드를 거부합니다.',
  },
  rootAgainstNonRoot: {
    en: () =>
      "runAsNonRoot is true but the user is 0: the kubelet refuses to start the container (container's runAsUser breaks non-root policy).",
    ko: () =>
      "runAsNonRoot가 true인데 사용자가 0입니다. kubelet이 컨테이너 시작을 거부합니다(container's runAsUser breaks non-root policy).",
  },
  rootInUserNamespace: {
    en: () => "Root inside the pod's user namespace only; on the node it is an unprivileged user.",
    ko: () => '파드의 사용자 네임스페이스 안에서만 root이고, 노드에서는 권한 없는 사용자입니다.',
  },
})

/** As whom a container's first process runs, and with which groups. */
export function identityOf(scope: ContainerScope): Identity {
  const runAsNonRoot = runAsNonRootOf(scope)
  const user = userOf(scope, runAsNonRoot.value)
  const broken = runAsNonRoot.value && user.value === 0
  return {
    user,
    group: settle<number | null>(
      asInteger,
      bothLevels(scope, 'runAsGroup'),
      byDefault('image', null, info(identityMessages.make.imageGroup({}))),
    ),
    ...groupsOf(scope),
    // "Indicates that the container must run as a non-root user. If true, the Kubelet will validate the image at
    // runtime to ensure that it does not run as UID 0 (root) and fail to start the container if it does."
    runAsNonRoot: broken
      ? withNotes(runAsNonRoot, conflict(identityMessages.make.rootAgainstNonRoot({})))
      : runAsNonRoot,
  }
}

/** Also on Windows, where the kubelet refuses the user name ContainerAdministrator. */
export function runAsNonRootOf(scope: ContainerScope): Setting<boolean> {
  return settle(asBoolean, bothLevels(scope, 'runAsNonRoot'), byDefault('kubernetes', false))
}

/**
 * The pod's fsGroup: "A special supplemental group that applies to all containers in a pod. Some volume types
 * allow the Kubelet to change the ownership of that volume to be owned by the pod" (API reference, PodSecurityContext).
 */
export function fsGroupOf({ security }: PodScope): Setting<number | null> {
  return settle<number | null>(
    asInteger,
    [{ from: 'pod', field: under(security, 'fsGroup') }],
    byDefault('kubernetes', null),
  )
}

/** "The UID to run the entrypoint of the container process. Defaults to user specified in image metadata if unspecified." */
function userOf(scope: ContainerScope, nonRoot: boolean): Setting<number | null> {
  const { make } = identityMessages
  const user = settle<number | null>(
    asInteger,
    bothLevels(scope, 'runAsUser'),
    byDefault('image', null, info(nonRoot ? make.imageUserNonRoot({}) : make.imageUser({}))),
  )
  const ownNamespace = asBoolean(under(scope.spec, 'hostUsers')) === false
  return ownNamespace && user.value === 0 ? withNotes(user, info(make.rootInUserNamespace({}))) : user
}

/**
 * "A list of groups applied to the first process run in each container, in addition to the container's primary
 * GID and fsGroup (if specified). If the SupplementalGroupsPolicy feature is enabled, the supplementalGroupsPolicy
 * field determines whether these are in addition to or instead of any group memberships defined in the container image."
 */
function groupsOf(scope: ContainerScope): Pick<Identity, 'supplementaryGroups' | 'supplementalGroupsPolicy'> {
  const { make } = identityMessages
  const listed = items(under(scope.security, 'supplementalGroups'))
  const fields = [under(scope.security, 'fsGroup'), ...listed]
  const policy = settle(
    asText,
    [{ from: 'pod', field: under(scope.security, 'supplementalGroupsPolicy') }],
    byDefault('kubernetes', 'Merge'),
  )
  return {
    supplementaryGroups: fields.flatMap((field) => {
      const value = asInteger(field)
      return value === undefined ? [] : [{ value, source: { from: 'pod', path: field.path }, notes: [] }]
    }),
    supplementalGroupsPolicy: withNotes(
      policy,
      info(policy.value === 'Strict' ? make.strictGroups({}) : make.imageGroups({})),
    ),
  }
}
