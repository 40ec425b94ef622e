import { type FieldError, forbidden, goQuote } from '../../../kubernetes/index.ts'
import { WILDCARD } from '../types.ts'

/** Sysctls that are namespaced and isolated ("Using sysctls in a Kubernetes Cluster", Safe and Unsafe Sysctls), in 1.20. */
export const SAFE_SYSCTLS: readonly string[] = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
]

export interface SysctlLists {
  readonly safe: readonly string[]
  readonly allowedUnsafe: readonly string[]
  readonly forbidden: readonly string[]
}

/**
 * "By default, all safe sysctls are allowed. forbiddenSysctls - excludes specific sysctls … allowedUnsafeSysctls -
 * allows specific sysctls that had been disallowed by the default list" ("Pod Security Policies", Sysctl).
 *
 * @param names - the pod's sysctls in order
 */
export function validateSysctls(lists: SysctlLists, names: readonly string[]): readonly FieldError[] {
  const errors: FieldError[] = []
  names.forEach((name, index) => {
    const path = ['pod', 'spec', 'securityContext', 'sysctls', index]
    if (matchesAny(name, lists.forbidden))
      errors.push(forbidden(path, `sysctl ${goQuote(name)} is not allowed`))
    else if (!lists.safe.includes(name) && !matchesAny(name, lists.allowedUnsafe))
      errors.push(forbidden(path, `unsafe sysctl ${goQuote(name)} is not allowed`))
  })
  return errors
}

/** "Each entry is either a plain sysctl name or ends in `*` in which case it is considered as a prefix." */
function matchesAny(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith(WILDCARD) ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  )
}
