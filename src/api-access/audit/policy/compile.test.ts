import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePolicy } from './compile.ts'
import { type AuditedRequest, mismatchOf } from './match.ts'
import type { Policy, PolicyRule } from './policy.ts'

/** Few values, so that rules and requests meet often; some that only look like patterns. */
const user = fc.constantFrom('alice', 'bob', '', 'system:anonymous')
const group = fc.constantFrom('dev', 'ops', 'system:authenticated', '')
const verb = fc.constantFrom('get', 'list', 'create', '*', '')
const apiGroup = fc.constantFrom('', 'apps', 'batch')
const namespace = fc.constantFrom('', 'default', 'kube-system')
const name = fc.constantFrom('', 'a', 'b')
const pattern = fc.constantFrom(
  ...[
    '*',
    '*/*',
    '*/log',
    '*/',
    'pods',
    'pods/*',
    'pods/log',
    'pods/',
    '/*',
    '/log',
    'a/b/c',
    'a/b',
    'a/*',
    '',
  ],
)
const resource = fc.constantFrom('pods', 'secrets', '*', '', 'a', 'a/b', 'a/b/c')
const subresource = fc.constantFrom('', '', 'log', '*', 'b', 'c', 'b/c')
const url = fc.constantFrom('*', '**', '/', '/*', '/api*', '/api**', '/api', '/apis', '/ap*i', '')
const path = fc.constantFrom('/', '/api', '/apis', '/api*', '*', '/version', '')

const rule: fc.Arbitrary<PolicyRule> = fc.record({
  level: fc.constantFrom('None', 'Metadata', 'Request', 'RequestResponse'),
  users: list(user),
  userGroups: list(group),
  verbs: list(verb),
  resources: list(fc.record({ group: apiGroup, resources: list(pattern), resourceNames: list(name) })),
  namespaces: list(namespace),
  nonResourceURLs: list(url),
  omitStages: fc.constant([]),
})

const request: fc.Arbitrary<AuditedRequest> = fc
  .record({
    user: fc.option(fc.record({ name: user, groups: fc.array(group, { maxLength: 3 }) }), { nil: undefined }),
    verb,
    apiGroup,
    apiVersion: fc.constant('v1'),
    resource,
    subresource,
    namespace,
    name,
    path,
    resourceRequest: fc.boolean(),
  })
  .map(({ user: someone, ...rest }) => (someone === undefined ? rest : { ...rest, user: someone }))

describe('a compiled policy', () => {
  test('decides as its rules do when they are tried one by one', () => {
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 8 }),
        fc.array(request, { minLength: 20, maxLength: 20 }),
        agree,
      ),
      { numRuns: 2000 },
    )
  })

  test('of any length: the first match counts across blocks of 32 rules', () => {
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 60, maxLength: 100 }),
        fc.array(request, { minLength: 50 }),
        agree,
      ),
      { numRuns: 50 },
    )
    const never: PolicyRule = { ...ruleOf({ level: 'None' }), verbs: ['never'] }
    for (const before of [0, 1, 31, 32, 33, 63, 64, 95]) {
      const rules = [...Array.from({ length: before }, () => never), ruleOf({ level: 'Request' })]
      expect(compilePolicy(policyOf(rules)).decide(requestOf({}))).toMatchObject({
        level: 'Request',
        rule: before,
      })
    }
  })
})

describe('what a decision says besides the level', () => {
  test('stages: the union of policy and rule, each once, in the order of time', () => {
    const policy: Policy = {
      rules: [{ ...ruleOf({ level: 'Metadata' }), omitStages: ['Panic', 'RequestReceived'] }],
      omitStages: ['ResponseStarted', 'RequestReceived'],
      omitManagedFields: false,
    }
    const { omitStages } = compilePolicy(policy).decide(requestOf({}))
    expect(omitStages).toEqual(['RequestReceived', 'ResponseStarted', 'Panic'])
  })

  test.each([
    [false, undefined, false],
    [true, undefined, true],
    [true, false, false],
    [false, true, true],
  ])('managed fields: policy %j, rule %j: %j', (omitManagedFields, ofRule, expected) => {
    const one = ruleOf({ level: 'Metadata', ...(ofRule !== undefined && { omitManagedFields: ofRule }) })
    const policy: Policy = { rules: [one], omitStages: [], omitManagedFields }
    expect(compilePolicy(policy).decide(requestOf({})).omitManagedFields).toBe(expected)
  })

  test('no rule: None, with what the policy says as a whole', () => {
    const policy: Policy = { rules: [], omitStages: ['Panic'], omitManagedFields: true }
    expect(compilePolicy(policy).decide(requestOf({}))).toEqual({
      level: 'None',
      omitStages: ['Panic'],
      omitManagedFields: true,
      rule: null,
    })
  })
})

function agree(rules: readonly PolicyRule[], requests: readonly AuditedRequest[]): void {
  const compiled = compilePolicy(policyOf(rules))
  for (const each of requests) {
    const first = rules.findIndex((one) => mismatchOf(one, each) === undefined)
    expect(compiled.decide(each)).toMatchObject({
      rule: first < 0 ? null : first,
      level: rules[first]?.level ?? 'None',
    })
  }
}

function policyOf(rules: readonly PolicyRule[]): Policy {
  return { rules, omitStages: [], omitManagedFields: false }
}

function ruleOf(fields: Partial<PolicyRule>): PolicyRule {
  const nothing = { users: [], userGroups: [], verbs: [], resources: [], namespaces: [], nonResourceURLs: [] }
  return { level: 'Metadata', ...nothing, omitStages: [], ...fields }
}

function requestOf(fields: Partial<AuditedRequest>): AuditedRequest {
  const nothing = { apiGroup: '', apiVersion: 'v1', resource: '', subresource: '', namespace: '', name: '' }
  return { verb: 'get', ...nothing, path: '/', resourceRequest: false, ...fields }
}

function list<Item>(item: fc.Arbitrary<Item>): fc.Arbitrary<Item[]> {
  return fc.oneof(fc.constant<Item[]>([]), fc.array(item, { maxLength: 3 }))
}
