import type { PodSecurityPolicy } from './types.ts'

/**
 * A policy as the API server keeps it: JSON nulls are absent fields, and "allowPrivilegeEscalation determines if a pod
 * can request to allow privilege escalation. If unspecified, defaults to true."
 *
 * @param policy - policy/v1beta1 or extensions/v1beta1, as decoded from JSON or YAML
 */
export function decodePolicy(policy: PodSecurityPolicy): PodSecurityPolicy {
  const decoded = withoutNulls(policy) as PodSecurityPolicy
  return { ...decoded, spec: { allowPrivilegeEscalation: true, ...decoded.spec } }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).filter(([, field]) => field !== null)
  return Object.fromEntries(fields.map(([key, field]) => [key, withoutNulls(field)]))
}
