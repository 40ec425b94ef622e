import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePolicy } from '../compile.ts'
import type { AuditedRequest } from '../match.ts'
import type { Policy, PolicyRule } from '../policy.ts'
import { createReach } from './reach.ts'

const list = <Item>(...items: readonly Item[]) =>
  fc.oneof(fc.constant<Item[]>([]), fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: 2 }))

const rule: fc.Arbitrary<PolicyRule> = fc
  .record({
    level: fc.constant('Metadata'),
    users: list('alice'),
    userGroups: list('dev', 'ops'),
    verbs: list('get', 'list'),
    resources: fc.oneof(
      fc.constant([]),
      fc.array(
        fc.record({
          group: fc.constantFrom('', 'apps'),
          resources: list('*', 'pods', 'pods/log', 'pods/*', '*/log'),
          resourceNames: list('a'),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    ),
    namespaces: list('', 'default'),
    nonResourceURLs: list('*', '/api', '/api*', '/apis*'),
    omitStages: fc.constant([]),
  })
  .map((made) =>
    made.resources.length + made.namespaces.length > 0 ? { ...made, nonResourceURLs: [] as string[] } : made,
  )

/** One request for each combination of values that rules can tell apart, `other` standing for all the rest. */
const REQUESTS: readonly AuditedRequest[] = everyRequest()

test('a rule is shadowed exactly where no request gets as far', () => {
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 6 }), (rules) => {
      const policy: Policy = { rules, omitStages: [], omitManagedFields: false }
      const reach = createReach(policy)
      const compiled = compilePolicy(policy)
      const deciding = new Set(REQUESTS.map((request) => compiled.decide(request).rule))
      rules.forEach((_, index) => {
        // Resource names without resources name no object, so such an entry is one for the whole group.
        expect([index, reach.shadow(index) === undefined]).toEqual([index, deciding.has(index)])
        expect([index, reach.decidedBy(index) !== undefined]).toEqual([index, deciding.has(index)])
      })
      expect(reach.unmatched() !== undefined).toBe(deciding.has(null))
    }),
    { numRuns: 150 },
  )
})

test('the rules that shadow are enough', () => {
  fc.assert(
    fc.property(fc.array(rule, { minLength: 2, maxLength: 6 }), (rules) => {
      const reach = createReach({ rules, omitStages: [], omitManagedFields: false })
      rules.forEach((shadowed, index) => {
        const by = reach.shadow(index)?.by
        if (by === undefined) return
        const alone = [...by.map((each) => rules[each] as PolicyRule), shadowed]
        const { shadow } = createReach({ rules: alone, omitStages: [], omitManagedFields: false })
        expect(shadow(alone.length - 1)).toBeDefined()
      })
    }),
  )
})

function everyRequest(): AuditedRequest[] {
  const requests: AuditedRequest[] = []
  for (const name of ['alice', 'other'])
    for (const groups of [[], ['dev'], ['ops'], ['other']])
      for (const verb of ['get', 'list', 'other']) {
        const who = { user: { name, groups }, verb, apiVersion: 'v1' }
        const nothing = { apiGroup: '', resource: '', subresource: '', namespace: '', name: '' }
        for (const path of ['/api', '/apis', '/apix', '/other'])
          requests.push({ ...who, ...nothing, path, resourceRequest: false })
        for (const apiGroup of ['', 'apps', 'other'])
          for (const resource of ['pods', 'other'])
            for (const subresource of ['', 'log', 'other'])
              for (const namespace of ['', 'default', 'other'])
                for (const object of ['a', 'other'])
                  requests.push({
                    ...{ ...who, apiGroup, resource, subresource, namespace, name: object },
                    ...{ path: '/x', resourceRequest: true },
                  })
      }
  return requests
}
