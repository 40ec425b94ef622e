import { createDecoder, type MistypedField, type UnknownField } from '../../kubernetes/index.ts'
import type { PodSecurityPolicy } from './types.ts'

/** A policy as the API server keeps it, and what it would not have taken. */
export interface DecodedPolicy {
  readonly policy: PodSecurityPolicy
  /** Fields that a policy does not have: the API server drops them, so they restrict nothing. */
  readonly unknown: readonly UnknownField[]
  /** Fields of a wrong type: the API server refuses the whole policy. */
  readonly mistyped: readonly MistypedField[]
}

/**
 * Decodes a policy and applies the API's default: "allowPrivilegeEscalation determines if a pod can request to allow
 * privilege escalation. If unspecified, defaults to true."
 *
 * @param value - of policy/v1beta1 or extensions/v1beta1, from JSON or YAML; any value is taken
 */
export function decodePolicy(value: unknown): DecodedPolicy {
  const { object, unknown, mistyped } = createDecoder<PodSecurityPolicy>('PodSecurityPolicy')(value)
  const spec = { allowPrivilegeEscalation: true, ...object.spec }
  return { policy: { ...object, spec }, unknown, mistyped }
}
