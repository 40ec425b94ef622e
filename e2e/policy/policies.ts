import type { PodSecurityPolicy } from '../../src/pod-security/index.ts'
import { conformance, distinct, readRecords } from '../setup/corpora.ts'
import { documentedPolicies } from './documented-policies.ts'

interface PolicyCase {
  readonly psp?: PodSecurityPolicy
  readonly psps?: readonly PodSecurityPolicy[]
}

/**
 * The policies to try: those of the Kubernetes documentation, and all different ones of the conformance data. Each has
 * a name of its own, in whose order policies are tried.
 */
export function readPolicies(): PodSecurityPolicy[] {
  const documented = Object.values(documentedPolicies).map((policy) =>
    named(policy, `d-${policy.metadata?.name}`),
  )
  if (conformance === undefined) return documented
  const cases = ['provider.jsonl', 'admission.jsonl'].flatMap((file) =>
    readRecords<PolicyCase>(`${conformance}/psp`, file),
  )
  const given = [
    ...readRecords<PodSecurityPolicy>(`${conformance}/psp`, 'cross_psps.json'),
    ...cases.flatMap(({ psp, psps }) => [...(psp ? [psp] : []), ...(psps ?? [])]),
  ]
  const different = distinct(given, ({ metadata, spec }) => [metadata?.annotations, spec])
  return [
    ...documented,
    ...different.map((policy, index) => named(policy, `p${String(index).padStart(3, '0')}`)),
  ]
}

/** The objects with which upstream tests the validation of policies, good and bad. */
export function readUntrustedPolicies(): PodSecurityPolicy[] {
  if (conformance === undefined) return []
  return readRecords<{ object: PodSecurityPolicy }>(`${conformance}/psp`, 'psp_validation.jsonl').map(
    ({ object }) => object,
  )
}

function named(policy: PodSecurityPolicy, name: string): PodSecurityPolicy {
  const annotations = policy.metadata?.annotations
  return { ...policy, metadata: { ...(annotations && { annotations }), name } }
}
