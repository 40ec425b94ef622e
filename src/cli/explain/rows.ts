import { CAPABILITIES } from '../../kubernetes/index.ts'
import type { Message } from '../../messages/index.ts'
import type {
  CapabilitySets,
  EffectiveContainer,
  EffectivePod,
  LinuxSettings,
  Note,
  SELinuxLabel,
  SecurityProfile,
  Setting,
  Source,
  WindowsSettings,
} from '../../pod-security/index.ts'
import { explainMessages } from './messages.ts'

/** One line of the table before it has a language: text as it is, or a message. */
export interface Row {
  readonly label: string | Message
  readonly value: string | Message
  readonly source: Source
  readonly notes: readonly Note[]
}

export interface Section {
  readonly title: Message
  readonly rows: readonly Row[]
}

const { make } = explainMessages

/** What the table shows of a pod: a section for the pod, one for each container, one for what has no effect. */
export function sectionsOf(pod: EffectivePod): readonly Section[] {
  const inert = pod.withoutEffect.map(({ path, message }): Row => {
    // Only a container's fields lie inside a list.
    const from = path.some((part) => typeof part === 'number') ? 'container' : 'pod'
    const notes = [{ kind: 'conflict' as const, message }]
    return { label: String(path.at(-1)), value: make.noEffect({}), source: { from, path }, notes }
  })
  return [
    { title: make.pod({}), rows: podRows(pod) },
    ...pod.containers.map((container) => ({ title: titleOf(container), rows: containerRows(container) })),
    ...(inert.length === 0 ? [] : [{ title: make.withoutEffect({}), rows: inert }]),
  ]
}

function podRows(pod: EffectivePod): readonly Row[] {
  const linux = pod.os.value === 'linux'
  const linuxRows = [
    plain('hostPID', pod.hostPID),
    plain('hostIPC', pod.hostIPC),
    plain('shareProcessNamespace', pod.shareProcessNamespace),
    plain('hostUsers', pod.hostUsers),
    row('fsGroup', pod.fsGroup, (group) => (group === null ? make.none({}) : String(group))),
    ...(pod.fsGroup.value === null ? [] : [plain('fsGroupChangePolicy', pod.fsGroupChangePolicy)]),
    ...pod.sysctls.map(({ name, setting }) => plain(make.sysctl({ name }), setting)),
  ]
  return [
    plain(make.operatingSystem({}), pod.os),
    plain('hostNetwork', pod.hostNetwork),
    ...(linux ? linuxRows : []),
    plain('serviceAccountName', pod.serviceAccountName),
    plain('automountServiceAccountToken', pod.automountServiceAccountToken),
  ]
}

function containerRows(container: EffectiveContainer): readonly Row[] {
  const { linux, windows } = container
  return [
    ...(linux === undefined ? [] : linuxRows(linux)),
    ...(windows === undefined ? [] : windowsRows(windows)),
    row(make.token({}), container.serviceAccountToken, (mounted) =>
      mounted ? make.mounted({}) : make.notMounted({}),
    ),
    ...container.ports.map(({ containerPort, protocol, hostIP, hostPort }) =>
      row(make.port({ port: `${containerPort}/${protocol}` }), hostPort, (port) =>
        port === null ? make.podAddressOnly({}) : make.nodePort({ port, address: hostIP }),
      ),
    ),
    ...container.mounts.flatMap(mountRows),
  ]
}

function linuxRows(linux: LinuxSettings): readonly Row[] {
  return [
    row('runAsUser', linux.user, identity),
    row('runAsGroup', linux.group, identity),
    ...supplementaryRows(linux),
    plain('runAsNonRoot', linux.runAsNonRoot),
    plain('privileged', linux.privileged),
    row('capabilities', linux.capabilities, capabilities),
    plain('allowPrivilegeEscalation', linux.allowPrivilegeEscalation),
    plain('no_new_privs', linux.noNewPrivileges),
    plain('readOnlyRootFilesystem', linux.readOnlyRootFilesystem),
    row('seccompProfile', linux.seccomp, profile),
    row('appArmorProfile', linux.appArmor, profile),
    row('seLinuxOptions', linux.seLinux, label),
    plain('procMount', linux.procMount),
  ]
}

/** A row a group since each has a source of its own; the policy's notes belong to all of them. */
function supplementaryRows({ supplementaryGroups, supplementalGroupsPolicy }: LinuxSettings): readonly Row[] {
  const groups = supplementaryGroups.map((setting, index) =>
    plain(index === 0 ? 'supplementalGroups' : '', setting),
  )
  return [
    ...(groups.length > 0
      ? groups
      : [row('supplementalGroups', { ...supplementalGroupsPolicy, notes: [] }, () => make.none({}))]),
    plain('supplementalGroupsPolicy', supplementalGroupsPolicy),
  ]
}

function windowsRows(windows: WindowsSettings): readonly Row[] {
  return [
    row('runAsUserName', windows.runAsUserName, (name) => name ?? make.imageDecides({})),
    plain('runAsNonRoot', windows.runAsNonRoot),
    row('gmsaCredentialSpecName', windows.gmsaCredentialSpecName, (name) => name ?? make.none({})),
    plain('hostProcess', windows.hostProcess),
  ]
}

function mountRows({
  volume,
  volumeType,
  mountPath,
  readOnly,
  filesGroup,
}: EffectiveContainer['mounts'][number]): readonly Row[] {
  const mount = row(make.mount({ path: mountPath }), readOnly, (value) =>
    volumeType === null ? make.noVolume({}) : make.volume({ volume, type: volumeType, readOnly: value }),
  )
  // A mount that fsGroup has nothing to do with needs no second row.
  if (filesGroup.value === 'unchanged' && filesGroup.notes.length === 0) return [mount]
  const group = row(make.filesGroup({}), filesGroup, (value) =>
    value === 'unchanged' ? make.unchanged({}) : value === 'depends' ? make.depends({}) : String(value),
  )
  return [mount, group]
}

function titleOf({ name, role }: EffectiveContainer): Message {
  return role === 'regular' ? make.container({ name }) : make[role]({ name })
}

function plain(label: string | Message, setting: Setting<string | number | boolean>): Row {
  return row(label, setting, String)
}

function row<T>(
  label: string | Message,
  { value, source, notes }: Setting<T>,
  show: (value: T) => string | Message,
): Row {
  return { label, value: show(value), source, notes }
}

function identity(id: number | null): string | Message {
  if (id === null) return make.imageDecides({})
  return id === 0 ? make.root({}) : String(id)
}

function capabilities({ bounding }: CapabilitySets): string | Message {
  if (bounding.length === 0) return make.none({})
  if (bounding.length === CAPABILITIES.length) return make.all({ count: bounding.length })
  return bounding.join(', ')
}

function profile({ type, localhostProfile }: SecurityProfile): string {
  return localhostProfile === undefined ? type : `${type} ${localhostProfile}`
}

function label(selinux: SELinuxLabel | null): string | Message {
  if (selinux === null) return make.runtimeDecides({})
  const { user = '', role = '', type = '', level = '' } = selinux
  return [user, role, type, level].join(':')
}
