import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../kubernetes/index.ts'
import { admitPod } from '../admission.ts'
import { evalPodSecurityPolicy } from '../answer.ts'
import { changesBetween } from '../check/changes.ts'
import { decodePolicy } from '../decode-policy.ts'
import { createProvider, type PolicyProvider } from '../provider.ts'
import type { PodSecurityPolicy } from '../types.ts'
import { pods, policies } from './arbitraries.ts'

describe('one policy', () => {
  test('mutating twice is mutating once', () => {
    fc.assert(
      fc.property(policies, pods, (policy, pod) => {
        const { mutate } = providerOf(policy)
        const once = mutate(pod)
        expect(mutate(once)).toBe(once)
      }),
    )
  })

  test('mutation leaves the given pod as it is, and what it sets is what it lists', () => {
    fc.assert(
      fc.property(policies, pods, (policy, pod) => {
        const before = structuredClone(pod)
        const mutated = providerOf(policy).mutate(pod)
        expect(pod).toEqual(before)
        expect(changesBetween(pod, mutated).length === 0).toBe(mutated === pod)
      }),
    )
  })

  test('whom the mutating phase admits, the validating phase lets pass, by the same policy', () => {
    fc.assert(
      fc.property(fc.array(policies, { minLength: 1, maxLength: 3 }), pods, (several, pod) => {
        const providers = several.map(providerOf)
        const request = { operation: 'CREATE', pod, providers, isAuthorized: () => true }
        const { allowed, policy, pod: admitted, denial } = admitPod(request)
        expect(denial ?? '').not.toContain('unable to validate pod')
        if (!allowed) return
        const update = admitPod({ ...request, operation: 'UPDATE', pod: admitted, oldPod: pod })
        expect(update.allowed).toBe(true)
        expect(update.policy ?? policy).toBe(policy)
        expect(update.pod).toBe(admitted)
      }),
    )
  })

  test('who complies without mutation complies after it, but for what the policy itself adds', () => {
    fc.assert(
      fc.property(policies, pods, (policy, pod) => {
        // A default that the same policy forbids is the policy's own contradiction, which validation would refuse.
        const provider = providerOf(withoutContradictions(policy))
        if (provider.validate(pod).length > 0) return
        expect(provider.validate(provider.mutate(pod)).map(({ message }) => message)).toEqual([])
      }),
    )
  })
})

describe('bad input', () => {
  test('no value makes the engine throw', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (policy, pod) => {
        const { policy: decoded } = decodePolicy(policy)
        const provider = createProvider(decoded)
        expect('reasons' in provider ? provider.reasons.length : 1).toBeGreaterThan(0)
        const answer = evalPodSecurityPolicy({
          policies: [decoded],
          operation: 'CREATE',
          pod: (typeof pod === 'object' && pod !== null ? pod : {}) as Pod,
        })
        expect('error' in answer || typeof answer.allowed === 'boolean').toBe(true)
      }),
    )
  })

  test('nulls anywhere are absent fields', () => {
    const nulls = { metadata: null, spec: { containers: [null], securityContext: null, volumes: null } }
    const answer = evalPodSecurityPolicy({
      policies: [{ metadata: { name: 'a' }, spec: MINIMAL }],
      operation: 'CREATE',
      pod: nulls as unknown as Pod,
    })
    expect(answer).toMatchObject({ allowed: true, policy: 'a', errors: [] })
  })
})

const MINIMAL = {
  seLinux: { rule: 'RunAsAny' },
  runAsUser: { rule: 'RunAsAny' },
  supplementalGroups: { rule: 'RunAsAny' },
  fsGroup: { rule: 'RunAsAny' },
}

function providerOf(policy: PodSecurityPolicy): PolicyProvider {
  const provider = createProvider(decodePolicy(policy).policy)
  if ('reasons' in provider) throw new Error(provider.reasons.join())
  return provider
}

function withoutContradictions({ metadata, spec }: PodSecurityPolicy): PodSecurityPolicy {
  const { defaultAllowPrivilegeEscalation: _, runtimeClass: __, ...rest } = spec ?? {}
  return { metadata: { name: metadata?.name ?? '' }, spec: rest }
}
