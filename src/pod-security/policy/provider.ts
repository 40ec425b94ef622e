import type { FieldError, Pod } from '../../kubernetes/index.ts'
import { decodePolicy } from './decode-policy.ts'
import { mutatePod } from './mutate-pod.ts'
import { createStrategies } from './strategies.ts'
import type { PodSecurityPolicy } from './types.ts'
import { validatePod } from './validate-pod.ts'

/** One policy, ready to default and to judge pods (Kubernetes 1.20, `pkg/security/podsecuritypolicy`). */
export interface PolicyProvider {
  readonly name: string
  /** The pod with the policy's defaults; the same object where it needs none. */
  mutate(pod: Pod): Pod
  /** What the policy has against the pod as it stands; empty where it complies. */
  validate(pod: Pod): readonly FieldError[]
}

/** A policy that the API server leaves out, and why. */
export interface UnusablePolicy {
  readonly name: string
  readonly reasons: readonly string[]
}

/**
 * @param policy - as decoded from JSON or YAML, of either API version; well-formed (see `podSecurityPolicyShape`)
 * @returns the reasons instead, where a rule is unknown or lacks its ranges or options
 */
export function createProvider(policy: PodSecurityPolicy): PolicyProvider | UnusablePolicy {
  const decoded = decodePolicy(policy)
  const name = decoded.metadata?.name ?? ''
  const spec = decoded.spec ?? {}
  const strategies = createStrategies(decoded)
  if (!('runAsUser' in strategies)) return { name, reasons: strategies }
  return {
    name,
    mutate: (pod) => mutatePod(strategies, spec, pod),
    validate: (pod) => validatePod(strategies, spec, pod),
  }
}
