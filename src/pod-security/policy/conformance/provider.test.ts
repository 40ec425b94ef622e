import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../kubernetes/index.ts'
import { decodePolicy } from '../decode-policy.ts'
import { createProvider } from '../provider.ts'
import type { PodSecurityPolicy } from '../types.ts'
import { normalized, readCases } from './cases.ts'

interface ExpectedError {
  readonly field: string
  readonly type: string
  readonly detail: string
  readonly message: string
}

interface ProviderCase {
  readonly test: string
  readonly op: 'validate' | 'mutate'
  readonly psp: PodSecurityPolicy
  readonly pod: Pod
  readonly expectedValid?: boolean
  readonly expectedErrors?: readonly ExpectedError[]
  readonly expectedPod?: Pod
}

for (const file of ['provider.jsonl', 'provider_from_admission.jsonl']) {
  const cases = readCases<ProviderCase>(file)
  describe.skipIf(cases === undefined)(`${file}: one policy, as upstream's provider`, () => {
    test.each(cases ?? [])('$op $test', (given) => {
      const provider = createProvider(decodePolicy(given.psp).policy)
      if ('reasons' in provider) throw new Error(provider.reasons.join())
      if (given.op === 'mutate') {
        expect(normalized(provider.mutate(given.pod))).toEqual(normalized(given.expectedPod))
        return
      }
      const errors = provider.validate(given.pod)
      const told = errors.map(({ field, type, detail, message }) => ({ field, type, detail, message }))
      expect(told).toEqual(given.expectedErrors)
      expect(errors.length === 0).toBe(given.expectedValid)
    })
  })
}

interface CrossCase {
  readonly psp: number
  readonly pod: number
  readonly validWithoutMutation: boolean
  readonly validAfterMutation: boolean
  readonly errorsWithoutMutation?: readonly string[]
  readonly errorsAfterMutation?: readonly string[]
  readonly mutatedPod: Pod | 'unchanged'
}

const crossCases = readCases<CrossCase>('cross_oracle.jsonl')
describe.skipIf(crossCases === undefined)(
  "cross_oracle.jsonl: upstream's policies by upstream's pods",
  () => {
    const policies = readCases<PodSecurityPolicy>('cross_psps.json') ?? []
    const pods = readCases<Pod>('cross_pods.json') ?? []
    const providers = policies.map((policy) => createProvider(decodePolicy(policy).policy))

    test.each([...Map.groupBy(crossCases ?? [], ({ psp }) => psp)])('policy %i', (index, cases) => {
      const provider = providers[index]
      if (provider === undefined || 'reasons' in provider) throw new Error('unusable policy')
      for (const given of cases) {
        const pod = pods[given.pod] ?? {}
        const mutated = provider.mutate(pod)
        const found = {
          pod: given.pod,
          before: provider.validate(pod).map(({ message }) => message),
          after: provider.validate(mutated).map(({ message }) => message),
          mutated: normalized(withSecurityContext(mutated)),
        }
        expect(found).toEqual({
          pod: given.pod,
          before: given.errorsWithoutMutation ?? [],
          after: given.errorsAfterMutation ?? [],
          mutated: normalized(withSecurityContext(given.mutatedPod === 'unchanged' ? pod : given.mutatedPod)),
        })
        expect(found.before.length === 0).toBe(given.validWithoutMutation)
        expect(found.after.length === 0).toBe(given.validAfterMutation)
        if (given.mutatedPod === 'unchanged') expect(mutated).toBe(pod)
      }
    })
  },
)

/** The oracle's pods went through the API's decoder, which gives every pod a security context. */
function withSecurityContext(pod: Pod): Pod {
  return { ...pod, spec: { ...pod.spec, securityContext: pod.spec?.securityContext ?? {} } }
}
