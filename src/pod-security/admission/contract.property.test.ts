import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LEVELS } from '../standards/version.ts'
import { ALLOWED, create, DEPLOYMENT, decide, deployment, namespace, pod } from './contract.fixture.ts'
import { levelLabel, versionLabel } from './policy.ts'

describe('for any request', () => {
  const flag = fc.option(fc.boolean(), { nil: undefined })
  const spec = fc.record({
    hostNetwork: flag,
    hostPID: flag,
    runtimeClassName: fc.constantFrom('exempt-runtimeclass', 'other', undefined),
    securityContext: fc.record({ runAsNonRoot: flag, runAsUser: fc.constantFrom(0, 1000, undefined) }),
    containers: fc.array(
      fc.record({
        name: fc.constantFrom('a', 'b'),
        securityContext: fc.record({
          privileged: flag,
          allowPrivilegeEscalation: flag,
          capabilities: fc.constantFrom(undefined, { drop: ['ALL'] }, { add: ['SYS_ADMIN'] }),
          seccompProfile: fc.constantFrom(undefined, { type: 'RuntimeDefault' }, { type: 'Unconfined' }),
        }),
      }),
      { maxLength: 3 },
    ),
    volumes: fc.constantFrom(undefined, [{ name: 'v', hostPath: { path: '/' } }], [{ name: 'v' }]),
  })
  const version = fc.constantFrom('latest', 'v1.0', 'v1.25')

  test('an exempt one is allowed, and nothing is said but why', () => {
    const exemption = fc.constantFrom(
      { namespace: 'exempt-ns', user: 'x', dimension: 'namespace' },
      { namespace: 'a', user: 'exempt-user', dimension: 'user' },
      { namespace: 'a', user: 'x', dimension: 'runtimeClass' },
    )
    fc.assert(
      fc.property(spec, exemption, fc.boolean(), (given, { namespace: name, user, dimension }, isPod) => {
        const runtimeClassName = dimension === 'runtimeClass' ? 'exempt-runtimeclass' : 'other'
        const request = isPod
          ? { user, object: pod({ ...given, runtimeClassName }) }
          : { user, ...DEPLOYMENT, object: deployment({ ...given, runtimeClassName }) }
        const answer = decide(create(request, { namespace: namespace(name, 'restricted') }))
        expect(answer).toEqual({ ...ALLOWED, auditAnnotations: { exempt: dimension } })
      }),
    )
  })

  test('a stricter level never allows what a looser one denies', () => {
    fc.assert(
      fc.property(spec, version, (given, pinned) => {
        const verdicts = LEVELS.map((level) => {
          const labels = { [levelLabel('enforce')]: level, [versionLabel('enforce')]: pinned }
          return decide(create({ object: pod(given) }, { namespace: { name: 'a', labels } })).allowed
        })
        expect([...verdicts].sort().reverse()).toEqual(verdicts)
      }),
    )
  })

  test('whatever the object, there is a decision', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (object, oldObject) => {
        const request = {
          operation: 'UPDATE',
          object: JSON.parse(object),
          oldObject: JSON.parse(oldObject),
        } as const
        expect(typeof decide(create(request)).allowed).toBe('boolean')
        expect(decide(create({ ...request, ...DEPLOYMENT })).allowed).toBe(true)
      }),
    )
  })
})
