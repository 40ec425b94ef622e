import type { Control, Revision } from '../control.ts'
import { valuesOf } from '../setters.ts'

/** What has counted as safe from which version on. */
const SAFE_SINCE: readonly (readonly [since: number, names: readonly string[]])[] = [
  [
    0,
    [
      'kernel.shm_rmid_forced',
      'net.ipv4.ip_local_port_range',
      'net.ipv4.tcp_syncookies',
      'net.ipv4.ping_group_range',
      'net.ipv4.ip_unprivileged_port_start',
    ],
  ],
  [27, ['net.ipv4.ip_local_reserved_ports']],
  [
    29,
    [
      'net.ipv4.tcp_keepalive_time',
      'net.ipv4.tcp_fin_timeout',
      'net.ipv4.tcp_keepalive_intvl',
      'net.ipv4.tcp_keepalive_probes',
    ],
  ],
  [32, ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']],
  [37, ['net.ipv4.tcp_slow_start_after_idle', 'net.ipv4.tcp_notsent_lowat']],
]

/**
 * "Sysctls can disable security mechanisms or affect all containers on a host, and should be disallowed except
 * for an allowed 'safe' subset." (Pod Security Standards, Baseline)
 */
export const sysctls: Control = {
  id: 'sysctls',
  level: 'baseline',
  revisions: [asOf(0), asOf(27), asOf(29), asOf(32), asOf(37)],
  describe: (offences) => ({ reason: 'forbidden sysctls', detail: valuesOf(offences).join(', ') }),
}

/** The names that a pod may set under the standards of this minor version. */
export function safeSysctls(minor: number): readonly string[] {
  return SAFE_SINCE.filter(([since]) => since <= minor).flatMap(([, names]) => names)
}

function asOf(since: number): Revision {
  const safe = new Set(safeSysctls(since))
  return {
    since,
    forbids: ({ spec }) => spec.securityContext?.sysctls?.some(({ name }) => !safe.has(name ?? '')) ?? false,
    offences: ({ spec }) =>
      (spec.securityContext?.sysctls ?? []).flatMap(({ name = '' }, index) =>
        safe.has(name)
          ? []
          : [
              {
                setter: { kind: 'pod' as const },
                kind: 'forbidden' as const,
                fields: [['spec', 'securityContext', 'sysctls', index, 'name']] as const,
                values: [name],
              },
            ],
      ),
  }
}
