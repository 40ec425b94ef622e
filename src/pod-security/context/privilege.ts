import { defineMessages } from '../../messages/index.ts'
import type { LinuxSettings } from './effective-pod.ts'
import { asBoolean, asText, asTexts, under } from './field.ts'
import { type ContainerScope, containerLevel } from './scope.ts'
import { byDefault, conflict, impliedBy, info, type Setting, settle, withNotes } from './setting.ts'

type Privilege = Pick<
  LinuxSettings,
  'privileged' | 'allowPrivilegeEscalation' | 'noNewPrivileges' | 'readOnlyRootFilesystem' | 'procMount'
>

export const privilegeMessages = defineMessages('effective-privilege', {
  privileged: {
    en: () =>
      'All capabilities, all devices of the node, no seccomp filter, no default AppArmor profile, /proc and /sys neither masked nor read-only: in effect root on the node.',
    ko: () =>
      '모든 리눅스 기능(capability)과 노드의 모든 장치를 가지며, seccomp 필터와 기본 AppArmor 프로파일이 없고, /proc과 /sys가 가려지지도 읽기 전용이 되지도 않습니다. 사실상 노드의 root입니다.',
  },
  impliedByPrivileged: {
    en: () => 'Follows from privileged: true.',
    ko: () => 'privileged: true에 따른 값입니다.',
  },
  impliedBySysAdmin: {
    en: () => 'Always true with the capability SYS_ADMIN.',
    ko: () => 'SYS_ADMIN 기능이 있으면 항상 true입니다.',
  },
  escalationAgainstPrivileged: {
    en: () => 'allowPrivilegeEscalation: false with privileged: true is rejected by the API server.',
    ko: () => 'privileged: true와 함께 쓴 allowPrivilegeEscalation: false는 API 서버가 거부합니다.',
  },
  escalationAgainstSysAdmin: {
    en: () =>
      'allowPrivilegeEscalation: false sets no_new_privs, but a process with SYS_ADMIN hardly needs to escalate; written CAP_SYS_ADMIN the API server rejects the two together.',
    ko: () =>
      'allowPrivilegeEscalation: false로 no_new_privs는 설정되지만, SYS_ADMIN을 가진 프로세스는 권한을 더 올릴 필요가 거의 없습니다. CAP_SYS_ADMIN으로 적으면 API 서버가 이 조합을 거부합니다.',
  },
  escalationAllowed: {
    en: () => 'setuid programs such as su and sudo, and file capabilities, can raise privileges.',
    ko: () => 'su, sudo 같은 setuid 프로그램과 파일 capability로 권한을 올릴 수 있습니다.',
  },
  unmaskedNeedsUserNamespace: {
    en: () => 'Unmasked needs hostUsers: false; the API server rejects the pod without it.',
    ko: () => 'Unmasked에는 hostUsers: false가 필요합니다. 없으면 API 서버가 파드를 거부합니다.',
  },
  masked: {
    en: () => 'The runtime hides or makes read-only the dangerous parts of /proc.',
    ko: () => '런타임이 /proc의 위험한 부분을 가리거나 읽기 전용으로 만듭니다.',
  },
})

/** Whether a container is privileged, and what bears on becoming so. */
export function privilegeOf(scope: ContainerScope): Privilege {
  const privileged = privilegedOf(scope)
  return {
    privileged,
    ...escalationOf(scope, privileged),
    // "Whether this container has a read-only root filesystem. Default is false." (API reference, SecurityContext)
    readOnlyRootFilesystem: settle(
      asBoolean,
      containerLevel(scope, 'readOnlyRootFilesystem'),
      byDefault('kubernetes', false),
    ),
    procMount: procMountOf(scope, privileged),
  }
}

/** "Run container in privileged mode. Processes in privileged containers are essentially equivalent to root on the host." */
function privilegedOf(scope: ContainerScope): Setting<boolean> {
  const privileged = settle(
    asBoolean,
    containerLevel(scope, 'privileged'),
    byDefault<boolean>('kubernetes', false),
  )
  return privileged.value ? withNotes(privileged, info(privilegeMessages.make.privileged({}))) : privileged
}

/**
 * "allowPrivilegeEscalation: Controls whether a process can gain more privileges than its parent process. This
 * bool directly controls whether the no_new_privs flag gets set on the container process. allowPrivilegeEscalation
 * is always true when the container: is run as privileged, or has CAP_SYS_ADMIN." (Configure a Security Context)
 *
 * The kubelet hands the field on as it is given and sets the flag for `false` alone, also beside SYS_ADMIN.
 */
function escalationOf(
  scope: ContainerScope,
  privileged: Setting<boolean>,
): Pick<Privilege, 'allowPrivilegeEscalation' | 'noNewPrivileges'> {
  const { make } = privilegeMessages
  const asked = settle(
    asBoolean,
    containerLevel(scope, 'allowPrivilegeEscalation'),
    byDefault<boolean>('kubernetes', true, info(make.escalationAllowed({}))),
  )
  const noNewPrivileges = { value: !asked.value, source: asked.source, notes: [] }
  if (privileged.value) {
    const why = asked.value ? [] : [conflict(make.escalationAgainstPrivileged({}))]
    const implied = [info(make.impliedByPrivileged({})), ...why]
    return { allowPrivilegeEscalation: impliedBy(privileged, true, ...implied), noNewPrivileges }
  }
  if (!addsSysAdmin(scope)) return { allowPrivilegeEscalation: asked, noNewPrivileges }
  const added = under(scope.containerSecurity, 'capabilities', 'add')
  const why = asked.value ? info(make.impliedBySysAdmin({})) : conflict(make.escalationAgainstSysAdmin({}))
  return {
    allowPrivilegeEscalation: {
      value: true,
      source: { from: 'container', path: added.path },
      notes: [...asked.notes.filter(({ kind }) => kind === 'conflict'), why],
    },
    noNewPrivileges,
  }
}

/**
 * "procMount denotes the type of proc mount to use for the containers. The default value is Default which uses
 * the container runtime defaults for readonly paths and masked paths." (API reference, SecurityContext)
 */
function procMountOf(scope: ContainerScope, privileged: Setting<boolean>): Setting<string> {
  const { make } = privilegeMessages
  if (privileged.value) return impliedBy(privileged, 'Unmasked', info(make.impliedByPrivileged({})))
  const procMount = settle(
    asText,
    containerLevel(scope, 'procMount'),
    byDefault('kubernetes', 'Default', info(make.masked({}))),
  )
  const ownNamespace = asBoolean(under(scope.spec, 'hostUsers')) === false
  return procMount.value === 'Unmasked' && !ownNamespace
    ? withNotes(procMount, conflict(make.unmaskedNeedsUserNamespace({})))
    : procMount
}

function addsSysAdmin({ containerSecurity }: ContainerScope): boolean {
  const named = (list: string, ...names: readonly string[]) =>
    asTexts(under(containerSecurity, 'capabilities', list)).some((name) => names.includes(name.toUpperCase()))
  if (named('drop', 'SYS_ADMIN')) return false
  if (named('add', 'SYS_ADMIN', 'CAP_SYS_ADMIN')) return true
  return named('add', 'ALL') && !named('drop', 'ALL')
}
