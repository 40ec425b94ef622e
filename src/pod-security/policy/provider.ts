import type { FieldError, Pod } from '../../kubernetes/index.ts'
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

/** A policy that the API server leaves out. */
export interface UnusablePolicy {
  readonly name: string
  /** Why no provider can be made of it, in the API server's words. */
  readonly reasons: readonly string[]
}

/**
 * @param policy - decoded, with the API's defaults (`decodePolicy`)
 * @returns the reasons instead, where a rule is unknown or lacks its ranges or options
 */
export function createProvider(policy: PodSecurityPolicy): PolicyProvider | UnusablePolicy {
  const name = policy.metadata?.name ?? ''
  const spec = policy.spec ?? {}
  const strategies = createStrategies(policy)
  if (!('runAsUser' in strategies)) return { name, reasons: strategies }
  return {
    name,
    mutate: (pod) => mutatePod(strategies, spec, pod),
    validate: (pod) => validatePod(strategies, spec, pod),
  }
}
