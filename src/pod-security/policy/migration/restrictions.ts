import { BASELINE_CAPABILITIES } from '../../standards/controls/capabilities-baseline.ts'
import type { Level } from '../../standards/version.ts'
import {
  ANNOTATIONS,
  type PodSecurityPolicy,
  type PodSecurityPolicySpec,
  type Range,
  WILDCARD,
} from '../types.ts'

/** Something that a policy says and no level of the standards can. */
export interface Restriction {
  /** Path of the policy's field. */
  readonly field: string
  readonly value: unknown
}

/**
 * What a policy permits or demands by value, where the standards know only all or nothing: certain host paths, ports,
 * ids, drivers, profiles.
 *
 * @param level - the level that takes the policy's place
 */
export function restrictionsBeyond(level: Level, { metadata, spec = {} }: PodSecurityPolicy): Restriction[] {
  const annotations = metadata?.annotations ?? {}
  const found: Restriction[] = []
  const add = (field: string, value: unknown) => found.push({ field, value })
  const addSpec = (...fields: (keyof PodSecurityPolicySpec)[]) => {
    for (const field of fields) if (isSet(spec[field])) add(`spec.${field}`, spec[field])
  }
  const addRule = (...fields: ('runAsUser' | 'runAsGroup' | 'supplementalGroups' | 'fsGroup')[]) => {
    for (const field of fields) if (isSet(spec[field]?.ranges)) add(`spec.${field}`, spec[field])
  }
  const allowsVolume = (type: string) =>
    spec.volumes?.includes(type) === true || spec.volumes?.includes(WILDCARD) === true

  if (spec.readOnlyRootFilesystem) add('spec.readOnlyRootFilesystem', true)
  addRule('runAsUser', 'runAsGroup', 'supplementalGroups', 'fsGroup')
  if (spec.seLinux?.rule === 'MustRunAs') add('spec.seLinux', spec.seLinux)
  if (allowsVolume('hostPath')) addSpec('allowedHostPaths')
  if (allowsVolume('flexVolume')) addSpec('allowedFlexVolumes')
  if (allowsVolume('csi')) addSpec('allowedCSIDrivers')
  if (level !== 'restricted' && !allowsVolume(WILDCARD)) add('spec.volumes', spec.volumes ?? [])
  const drops = spec.requiredDropCapabilities?.filter((capability) => capability !== 'ALL')
  if (isSet(drops) && level !== 'restricted') add('spec.requiredDropCapabilities', drops)
  if (!spec.allowedCapabilities?.every((capability) => isKnownTo(level, capability)))
    addSpec('allowedCapabilities')
  if (!spec.hostPorts?.some(coversEveryPort)) addSpec('hostPorts')
  if (!spec.allowedUnsafeSysctls?.includes(WILDCARD)) addSpec('allowedUnsafeSysctls')
  addSpec('forbiddenSysctls')
  const classes = spec.runtimeClass?.allowedRuntimeClassNames ?? []
  if (spec.runtimeClass && !classes.includes(WILDCARD))
    add('spec.runtimeClass.allowedRuntimeClassNames', classes)
  for (const key of [ANNOTATIONS.seccompAllowed, ANNOTATIONS.appArmorAllowed]) {
    const allowed = annotations[key]
    if (allowed !== undefined && !allowed.split(',').includes(WILDCARD))
      add(`metadata.annotations[${key}]`, allowed)
  }
  return found
}

/** What a policy sets on pods that leave it out: the standards never change a pod. */
export function mutationsOf({ metadata, spec = {} }: PodSecurityPolicy): Restriction[] {
  const annotations = metadata?.annotations ?? {}
  const found: Restriction[] = []
  const add = (field: string, value: unknown) => {
    if (isSet(value)) found.push({ field, value })
  }
  const firstOf = (field: 'runAsUser' | 'runAsGroup' | 'supplementalGroups' | 'fsGroup') =>
    spec[field]?.rule === 'MustRunAs' ? (spec[field]?.ranges?.[0]?.min ?? 0) : undefined

  add(
    'spec.runAsUser',
    spec.runAsUser?.rule === 'MustRunAsNonRoot' ? { runAsNonRoot: true } : firstOf('runAsUser'),
  )
  add('spec.runAsGroup', firstOf('runAsGroup'))
  add('spec.supplementalGroups', firstOf('supplementalGroups'))
  add('spec.fsGroup', firstOf('fsGroup'))
  add('spec.seLinux', spec.seLinux?.rule === 'MustRunAs' ? spec.seLinux.seLinuxOptions : undefined)
  add('spec.defaultAddCapabilities', spec.defaultAddCapabilities)
  add('spec.requiredDropCapabilities', spec.requiredDropCapabilities)
  add('spec.readOnlyRootFilesystem', spec.readOnlyRootFilesystem === true ? true : undefined)
  add('spec.defaultAllowPrivilegeEscalation', spec.defaultAllowPrivilegeEscalation)
  if (spec.defaultAllowPrivilegeEscalation === undefined && spec.allowPrivilegeEscalation === false)
    add('spec.allowPrivilegeEscalation', false)
  add('spec.runtimeClass.defaultRuntimeClassName', spec.runtimeClass?.defaultRuntimeClassName)
  for (const key of [ANNOTATIONS.seccompDefault, ANNOTATIONS.appArmorDefault])
    add(`metadata.annotations[${key}]`, annotations[key])
  return found
}

/** Whether a level lets the capability be added by itself, or the policy lets every one be added. */
function isKnownTo(level: Level, capability: string): boolean {
  if (capability === WILDCARD || level === 'privileged') return capability === WILDCARD
  return level === 'baseline' ? BASELINE_CAPABILITIES.has(capability) : capability === 'NET_BIND_SERVICE'
}

function coversEveryPort({ min = 0, max = 0 }: Range): boolean {
  return min <= 1 && max >= 65535
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
}
