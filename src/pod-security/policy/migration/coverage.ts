import { BASELINE_CAPABILITIES } from '../../standards/controls/capabilities-baseline.ts'
import { safeSysctls } from '../../standards/controls/sysctls.ts'
import { type Level, NEWEST_MINOR } from '../../standards/version.ts'
import { inRanges } from '../range.ts'
import { ANNOTATIONS, type PodSecurityPolicy, type Range, WILDCARD } from '../types.ts'

/**
 * How a policy stands to one control of the Pod Security Standards:
 * - `guaranteed`: whatever the policy admits satisfies the control;
 * - `unstated`: so does whatever runs under it, but only because the policy fills fields in, or does not ask for a
 *   field that the control wants to be written down: as they stand, manifests are refused;
 * - `unruled`: the policy says nothing of it, which is the usual case for SELinux and AppArmor: only pods that ask for
 *   something unusual are refused;
 * - `open`: the policy admits what the control refuses.
 */
export type Coverage = 'guaranteed' | 'unstated' | 'unruled' | 'open'

/** A control with the field of the policy that decides about it. */
export interface PolicyControl {
  /** Kubernetes' id of the control. */
  readonly id: keyof typeof CONTROLS
  readonly level: Exclude<Level, 'privileged'>
  /** Path of the policy's field, e.g. `spec.volumes`. */
  readonly field: string
  coverage(policy: PodSecurityPolicy): Coverage
}

/** The types of volume that `restricted` permits. */
const RESTRICTED_VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
])

const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']

type Judgement = readonly [
  level: Exclude<Level, 'privileged'>,
  field: string,
  coverage: (policy: PodSecurityPolicy) => Coverage,
]

/** "Mapping PodSecurityPolicies to Pod Security Standards" (Kubernetes documentation), made exact for 1.20. */
const CONTROLS = {
  appArmorProfile: ['baseline', annotation(ANNOTATIONS.appArmorAllowed), appArmor],
  capabilities_baseline: [
    'baseline',
    'spec.allowedCapabilities',
    (policy) => only(addable(policy), (capability) => BASELINE_CAPABILITIES.has(capability)),
  ],
  hostNamespaces: [
    'baseline',
    'spec.hostNetwork',
    ({ spec }) => guaranteedUnless(spec?.hostNetwork || spec?.hostPID || spec?.hostIPC),
  ],
  hostPathVolumes: [
    'baseline',
    'spec.volumes',
    ({ spec }) => only(spec?.volumes, (type) => type !== WILDCARD && type !== 'hostPath'),
  ],
  hostPorts: [
    'baseline',
    'spec.hostPorts',
    ({ spec }) => guaranteedUnless(spec?.hostPorts?.some(({ max = 0 }) => max > 0)),
  ],
  privileged: ['baseline', 'spec.privileged', ({ spec }) => guaranteedUnless(spec?.privileged)],
  procMount: [
    'baseline',
    'spec.allowedProcMountTypes',
    ({ spec }) => only(spec?.allowedProcMountTypes, (type) => type === 'Default'),
  ],
  seLinuxOptions: ['baseline', 'spec.seLinux', seLinux],
  seccompProfile_baseline: ['baseline', annotation(ANNOTATIONS.seccompAllowed), seccompBaseline],
  sysctls: [
    'baseline',
    'spec.allowedUnsafeSysctls',
    ({ spec }) => only(spec?.allowedUnsafeSysctls, (name) => safeSysctls(NEWEST_MINOR).includes(name)),
  ],
  allowPrivilegeEscalation: [
    'restricted',
    'spec.allowPrivilegeEscalation',
    ({ spec }) => (spec?.allowPrivilegeEscalation === false ? 'unstated' : 'open'),
  ],
  capabilities_restricted: ['restricted', 'spec.requiredDropCapabilities', capabilitiesRestricted],
  restrictedVolumes: [
    'restricted',
    'spec.volumes',
    ({ spec }) => only(spec?.volumes, (type) => RESTRICTED_VOLUMES.has(type)),
  ],
  runAsNonRoot: ['restricted', 'spec.runAsUser', (policy) => (isNonRoot(policy) ? 'unstated' : 'open')],
  runAsUser: ['restricted', 'spec.runAsUser', (policy) => guaranteedUnless(!isNonRoot(policy))],
  seccompProfile_restricted: ['restricted', annotation(ANNOTATIONS.seccompAllowed), seccompRestricted],
} as const satisfies Readonly<Record<string, Judgement>>

/** The controls that a policy can be compared with; those it has no field for are in `UNCOVERED_CONTROLS`. */
export const POLICY_CONTROLS: readonly PolicyControl[] = (
  Object.keys(CONTROLS) as (keyof typeof CONTROLS)[]
).map((id) => {
  const [level, field, coverage]: Judgement = CONTROLS[id]
  return { id, level, field, coverage }
})

/** Controls of `baseline` about fields that PodSecurityPolicy never looked at. */
export const UNCOVERED_CONTROLS = ['hostProbesAndHostLifecycle', 'windowsHostProcess'] as const

function appArmor({ metadata }: PodSecurityPolicy): Coverage {
  const allowed = metadata?.annotations?.[ANNOTATIONS.appArmorAllowed]
  if (allowed === undefined) return 'unruled'
  return only(
    allowed.split(','),
    (profile) => profile === '' || profile === 'runtime/default' || profile.startsWith('localhost/'),
  )
}

/** Without an annotation a policy forbids every profile, and the runtime's own is not refused by `baseline`. */
function seccompBaseline({ metadata }: PodSecurityPolicy): Coverage {
  const allowed = metadata?.annotations?.[ANNOTATIONS.seccompAllowed]
  return only(allowed?.split(','), (profile) => profile === '' || isRestrictedProfile(profile))
}

function seccompRestricted({ metadata }: PodSecurityPolicy): Coverage {
  const allowed = metadata?.annotations?.[ANNOTATIONS.seccompAllowed]
  if (allowed === undefined || only(allowed.split(','), isRestrictedProfile) === 'open') return 'open'
  return metadata?.annotations?.[ANNOTATIONS.seccompDefault] ? 'unstated' : 'guaranteed'
}

function isRestrictedProfile(profile: string): boolean {
  return profile === 'runtime/default' || profile === 'docker/default' || profile.startsWith('localhost/')
}

function seLinux({ spec }: PodSecurityPolicy): Coverage {
  const { rule, seLinuxOptions: options } = spec?.seLinux ?? {}
  if (rule !== 'MustRunAs') return 'unruled'
  if (options?.user || options?.role) return 'open'
  return guaranteedUnless(!SELINUX_TYPES.includes(options?.type ?? ''))
}

function capabilitiesRestricted(policy: PodSecurityPolicy): Coverage {
  if (policy.spec?.requiredDropCapabilities?.includes('ALL') !== true) return 'open'
  return only(addable(policy), (capability) => capability === 'NET_BIND_SERVICE') === 'open'
    ? 'open'
    : 'unstated'
}

function addable({ spec }: PodSecurityPolicy): readonly string[] {
  return [...(spec?.allowedCapabilities ?? []), ...(spec?.defaultAddCapabilities ?? [])]
}

function isNonRoot({ spec }: PodSecurityPolicy): boolean {
  const { rule, ranges = [] } = spec?.runAsUser ?? {}
  return rule === 'MustRunAsNonRoot' || (rule === 'MustRunAs' && !admitsRoot(ranges))
}

function admitsRoot(ranges: readonly Range[]): boolean {
  return inRanges(0, ranges)
}

function only(values: readonly string[] | undefined, isFine: (value: string) => boolean): Coverage {
  return guaranteedUnless(values?.some((value) => !isFine(value)))
}

function guaranteedUnless(open: boolean | undefined): Coverage {
  return open ? 'open' : 'guaranteed'
}

function annotation(name: string): string {
  return `metadata.annotations[${name}]`
}
