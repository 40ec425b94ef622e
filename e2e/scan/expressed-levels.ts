import type { PodSecurityPolicy } from '../../src/pod-security/index.ts'
import { documentedPolicies } from '../policy/documented-policies.ts'

/** A Pod Security level as far as a PodSecurityPolicy can express it. */
export interface ExpressedLevel {
  readonly level: 'baseline' | 'restricted'
  readonly policy: PodSecurityPolicy
  /** The controls that the policy and the standard decide alike. */
  readonly controls: readonly string[]
}

/**
 * Controls that these policies and the standards decide differently by definition, which are therefore not compared.
 *
 * | control | why |
 * | --- | --- |
 * | seLinuxOptions | a policy names one label, or none; the standard forbids some types |
 * | windowsHostProcess | Kubernetes 1.20 does not know the field and drops it |
 * | hostProbesAndHostLifecycle | no policy looks at probes |
 */
const BASELINE_CONTROLS = [
  'appArmorProfile',
  'capabilities_baseline',
  'hostNamespaces',
  'hostPathVolumes',
  'hostPorts',
  'privileged',
  'procMount',
  'seccompProfile_baseline',
  'sysctls',
]

const SECCOMP = 'seccomp.security.alpha.kubernetes.io'
const ANY = { rule: 'RunAsAny' }
/** Safe in the standard of all versions, not yet in Kubernetes 1.20. */
const SAFE_SINCE = ['net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ping_group_range']

const { baseline, restricted } = documentedPolicies

/** The version of the standards for which the policies of the documentation were written, the last with policies. */
export const STANDARD_VERSION = 'v1.24'

/** The policies of the documentation, with what it leaves to the reader. */
export const expressedLevels: readonly ExpressedLevel[] = [
  {
    level: 'baseline',
    policy: {
      ...baseline,
      metadata: {
        name: 'haetae-baseline',
        annotations: {
          ...baseline.metadata?.annotations,
          // The documentation allows every profile; the standard has a control of them since v1.19.
          [`${SECCOMP}/allowedProfileNames`]: 'runtime/default',
          [`${SECCOMP}/defaultProfileName`]: 'runtime/default',
        },
      },
      spec: { ...baseline.spec, allowedUnsafeSysctls: SAFE_SINCE },
    },
    controls: BASELINE_CONTROLS,
  },
  {
    level: 'restricted',
    policy: {
      ...restricted,
      metadata: { name: 'haetae-restricted', annotations: restricted.metadata?.annotations ?? {} },
      spec: {
        ...restricted.spec,
        allowedUnsafeSysctls: SAFE_SINCE,
        allowedCapabilities: ['NET_BIND_SERVICE'],
        // The standard has no control of groups.
        supplementalGroups: ANY,
        fsGroup: ANY,
      },
    },
    controls: [
      ...BASELINE_CONTROLS,
      'allowPrivilegeEscalation',
      'capabilities_restricted',
      'procMount_restricted',
      'restrictedVolumes',
      'runAsNonRoot',
      'runAsUser',
      'seccompProfile_restricted',
    ],
  },
]
