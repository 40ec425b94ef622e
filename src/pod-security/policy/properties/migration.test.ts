import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../kubernetes/index.ts'
import { evaluatePod } from '../../standards/evaluate.ts'
import { decodePolicy } from '../decode-policy.ts'
import { POLICY_CONTROLS } from '../migration/coverage.ts'
import { planMigration } from '../migration/migrate.ts'
import { createProvider } from '../provider.ts'
import { pods, policies } from './arbitraries.ts'

describe('the plan of a migration', () => {
  test('a level to enforce refuses nothing that the policy admits', () => {
    fc.assert(
      fc.property(policies, pods, (given, pod) => {
        const { policy } = decodePolicy(given)
        const provider = createProvider(policy)
        if ('reasons' in provider || provider.validate(provider.mutate(pod)).length > 0) return
        const { enforce } = planMigration(policy).modes
        expect(evaluatePod(enforce, 'latest', viewOf(pod))).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  test('a control that is not open holds for every pod that the policy has mutated and admitted', () => {
    fc.assert(
      fc.property(policies, pods, (given, pod) => {
        const { policy } = decodePolicy(given)
        const provider = createProvider(policy)
        if ('reasons' in provider) return
        const mutated = provider.mutate(pod)
        if (provider.validate(mutated).length > 0) return
        const violated = evaluatePod('restricted', 'latest', viewOf(mutated)).map(({ check }) => check)
        for (const { id, coverage } of POLICY_CONTROLS) {
          // What the policy is content with may be less than what the control wants written down.
          if (id === 'runAsNonRoot' || id === 'runAsUser' || id.startsWith('seccomp')) continue
          if (coverage(policy) !== 'open') expect(violated).not.toContain(id)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

function viewOf({ metadata, spec }: Pod) {
  return { metadata: metadata ?? {}, spec: spec ?? {} }
}
