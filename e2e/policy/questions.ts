import type { Pod } from '../../src/kubernetes/index.ts'
import type { PodSecurityPolicy } from '../../src/pod-security/index.ts'
import { conformance, contentOf, readRecords } from '../setup/corpora.ts'

interface AdmissionCase {
  readonly pod: Pod
  readonly psps: readonly PodSecurityPolicy[]
}

/**
 * Which policies to try on each pod, one at a time and several at once: always those of the documentation, and others
 * in turn, so that every policy meets many pods of every kind.
 *
 * @param names - of all policies in force, in their order
 * @param index - of the pod among all
 */
export function policiesFor(names: readonly string[], index: number): readonly (readonly string[])[] {
  const documented = names.filter((name) => name.startsWith('d-'))
  const others = names.filter((name) => !name.startsWith('d-'))
  const inTurn = (count: number, step: number) =>
    others.length === 0
      ? []
      : Array.from({ length: count }, (_, turn) => others[(index * 7 + turn * step) % others.length] ?? '')
  const singles = [...documented, ...inTurn(SINGLES, 17)]
  return [
    ...singles.map((name) => [name]),
    ...SETS.map(({ size, step }) => [...new Set(inTurn(size, step))]),
    [],
  ]
}

const SINGLES = 6
const SETS = [
  { size: 2, step: 5 },
  { size: 3, step: 31 },
  { size: 12, step: 11 },
]

/**
 * Upstream's own combinations of a pod and policies.
 *
 * @returns indexes of pods with names of policies
 */
export function upstreamCombinations(
  pods: readonly Pod[],
  policies: readonly PodSecurityPolicy[],
  completed: (pod: Pod) => Pod,
): { readonly pod: number; readonly names: readonly string[] }[] {
  if (conformance === undefined) return []
  const podIndexes = new Map(pods.map((pod, index) => [keyOf(pod), index]))
  const policyNames = new Map(policies.map((policy) => [keyOf(policy), policy.metadata?.name ?? '']))
  return readRecords<AdmissionCase>(`${conformance}/psp`, 'admission.jsonl').flatMap(({ pod, psps }) => {
    const index = podIndexes.get(keyOf(completed(pod)))
    const names = psps.flatMap((policy) => policyNames.get(keyOf(policy)) ?? [])
    return index === undefined || names.length === 0 ? [] : [{ pod: index, names: [...new Set(names)] }]
  })
}

function keyOf({ metadata, spec }: Pod | PodSecurityPolicy): string {
  return contentOf([metadata?.annotations, spec])
}
