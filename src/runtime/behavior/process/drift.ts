import type { Message } from '../../../messages/index.ts'
import type {
  EffectiveContainer,
  EffectivePod,
  LinuxSettings,
  Setting,
  Source,
} from '../../../pod-security/index.ts'
import { driftMessages } from './drift-messages.ts'
import type { ProcessFacts } from './facts.ts'

const { make } = driftMessages

/** One setting of the manifest, held against what /proc says. */
export interface DriftRow {
  /** The field of the manifest, or the name of the flag in the kernel. */
  readonly setting: string
  /** What the manifest says, or what follows from it; null: it leaves it open. */
  readonly expected: string | null
  readonly actual: string
  readonly verdict: 'same' | 'drift' | 'open'
  readonly source: Source
  /** What a difference means, where it can be told. */
  readonly note?: Message
}

/** What of the node the comparison needs. */
export interface NodeFacts {
  /** Capabilities of the node's first process: what "all" is there. */
  readonly allCapabilities: readonly string[]
}

/**
 * Holds the security context that a manifest asks for against the process that was made of it.
 *
 * @param facts - the container's first process: those that it started may have changed their identity themselves
 */
export function driftOf(
  pod: EffectivePod,
  container: EffectiveContainer,
  facts: ProcessFacts,
  node: NodeFacts,
): readonly DriftRow[] {
  const { linux } = container
  if (linux === undefined) return []
  return [
    ...identityRows(linux, facts),
    ...privilegeRows(linux, facts, node),
    ...namespaceRows(pod, facts),
    ...mountRows(container, facts),
  ]
}

function identityRows(linux: LinuxSettings, { identity }: ProcessFacts): readonly DriftRow[] {
  const { user, group, runAsNonRoot, supplementaryGroups } = linux
  const known = new Set([identity.gid, ...identity.groups])
  return [
    row('runAsUser', user, identity.uid),
    row('runAsGroup', group, identity.gid),
    ...(runAsNonRoot.value
      ? [compared('runAsNonRoot', 'true', String(identity.uid !== 0), runAsNonRoot.source)]
      : []),
    ...supplementaryGroups.map(({ value, source }) =>
      compared('supplementalGroups', String(value), known.has(value) ? String(value) : '-', source),
    ),
  ]
}

function privilegeRows(
  linux: LinuxSettings,
  facts: ProcessFacts,
  { allCapabilities }: NodeFacts,
): readonly DriftRow[] {
  const { privileged, capabilities, noNewPrivileges, readOnlyRootFilesystem, seccomp, appArmor } = linux
  const { bounding } = facts.capabilities
  const hasAll = allCapabilities.every((name) => bounding.includes(name))
  const expected = privileged.value ? allCapabilities : capabilities.value.bounding
  const isReadOnly = facts.mounts.find(({ mountPoint }) => mountPoint === '/')?.isReadOnly
  const { type } = seccomp.value
  return [
    compared(
      'privileged',
      String(privileged.value),
      String(hasAll && facts.seccomp === 'disabled'),
      privileged.source,
    ),
    capabilityRow(expected, bounding, capabilities.source),
    compared(
      'no_new_privs',
      String(noNewPrivileges.value),
      String(facts.noNewPrivileges),
      noNewPrivileges.source,
    ),
    ...(isReadOnly === undefined
      ? []
      : [
          compared(
            'readOnlyRootFilesystem',
            String(readOnlyRootFilesystem.value),
            String(isReadOnly),
            readOnlyRootFilesystem.source,
          ),
        ]),
    {
      setting: 'seccompProfile',
      expected: type,
      actual: facts.seccomp,
      verdict: (type === 'Unconfined') === (facts.seccomp === 'disabled') ? 'same' : 'drift',
      source: seccomp.source,
      ...(type !== 'Unconfined' && facts.seccomp === 'disabled' && { note: make.noFilter({}) }),
    },
    ...appArmorRow(appArmor, facts),
  ]
}

/** Runtimes leave AppArmor out where the node has none; only what is there can be told. */
function appArmorRow(
  appArmor: LinuxSettings['appArmor'],
  { securityLabel }: ProcessFacts,
): readonly DriftRow[] {
  // SELinux writes a label of four parts into the same file.
  if (securityLabel === null || /^\w+:\w+:\w+:/.test(securityLabel)) return []
  const isExpected = appArmor.value.type !== 'Unconfined'
  const isConfined = !securityLabel.startsWith('unconfined')
  return [
    {
      setting: 'appArmorProfile',
      expected: appArmor.value.localhostProfile ?? appArmor.value.type,
      actual: securityLabel,
      verdict: isExpected === isConfined ? 'same' : 'drift',
      source: appArmor.source,
    },
  ]
}

function capabilityRow(expected: readonly string[], actual: readonly string[], source: Source): DriftRow {
  const more = actual.filter((name) => !expected.includes(name))
  const less = expected.filter((name) => !actual.includes(name))
  return {
    setting: 'capabilities',
    expected: listed(expected),
    actual: listed(actual),
    verdict: more.length === 0 && less.length === 0 ? 'same' : 'drift',
    source,
    ...((more.length > 0 || less.length > 0) && { note: make.capabilities({ more, less }) }),
  }
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? '-' : names.join(', ')
}

function namespaceRows(pod: EffectivePod, { namespaces }: ProcessFacts): readonly DriftRow[] {
  const pairs = [
    ['hostNetwork', pod.hostNetwork, 'net'],
    ['hostPID', pod.hostPID, 'pid'],
    ['hostIPC', pod.hostIPC, 'ipc'],
    ['hostUsers', pod.hostUsers, 'user'],
  ] as const
  return pairs.flatMap(([setting, { value, source }, type]) => {
    const found = namespaces.find((each) => each.type === type)
    if (found === undefined || found.isHost === null) return []
    return [compared(setting, String(value), String(found.isHost), source)]
  })
}

function mountRows({ mounts }: EffectiveContainer, facts: ProcessFacts): readonly DriftRow[] {
  return mounts.map(({ mountPath, readOnly }) => {
    const path = mountPath.length > 1 ? mountPath.replace(/\/+$/, '') : mountPath
    const found = facts.mounts.findLast((each) => each.mountPoint === path)
    const shown = (isReadOnly: boolean) => (isReadOnly ? 'readOnly' : 'readWrite')
    const setting = `volumeMounts ${path}`
    if (found === undefined)
      return { ...compared(setting, shown(readOnly.value), '-', readOnly.source), note: make.notMounted({}) }
    return compared(setting, shown(readOnly.value), shown(found.isReadOnly), readOnly.source)
  })
}

function row(setting: string, { value, source }: Setting<number | null>, actual: number): DriftRow {
  return value === null
    ? { setting, expected: null, actual: String(actual), verdict: 'open', source }
    : compared(setting, String(value), String(actual), source)
}

function compared(setting: string, expected: string, actual: string, source: Source): DriftRow {
  return { setting, expected, actual, verdict: expected === actual ? 'same' : 'drift', source }
}
