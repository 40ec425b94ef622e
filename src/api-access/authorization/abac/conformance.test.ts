import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { User } from '../../request/index.ts'
import { type AttributesJson, cases, requestOf, userOf } from '../conformance.fixture.ts'
import { type AbacAuthorizer, createAbacAuthorizer } from './authorizer.ts'
import { loadAbacPolicies } from './load.ts'
import { subjectMatches } from './match.ts'
import type { AbacPolicy } from './policy.ts'

/** Kubernetes' own cases, of which none is left out. */
const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'abac')
const available = existsSync(folder)
if (!available) console.info(`skipped: no ABAC conformance cases in ${folder}`)

function policiesOf(text: string): readonly AbacPolicy[] {
  const loaded = loadAbacPolicies(text)
  if ('error' in loaded) throw new Error(`line ${loaded.error.line}: ${loaded.error.message.id}`)
  return loaded.policies
}

function authorizerOf(text: string): AbacAuthorizer {
  return createAbacAuthorizer(policiesOf(text))
}

describe.skipIf(!available)('Kubernetes', () => {
  interface Authorize {
    readonly name: string
    readonly policy: string
    readonly attributes: AttributesJson
    readonly expected: string
  }
  test.each(cases<Authorize>(folder, 'authorize.jsonl'))(
    '$name: $attributes.user.name $attributes.verb $attributes.resource',
    ({ policy, attributes, expected }) => {
      expect(authorizerOf(policy).authorize(requestOf(attributes)).verdict).toBe(expected)
    },
  )

  interface Matches {
    readonly name: string
    readonly policyLine: string
    readonly attributes: AttributesJson
    readonly expected: boolean
  }
  test.each(cases<Matches>(folder, 'policy_matches.jsonl'))(
    '$name: $policyLine',
    ({ policyLine, attributes, expected }) => {
      const { verdict } = authorizerOf(policyLine).authorize(requestOf(attributes))
      expect(verdict).toBe(expected ? 'allow' : 'no-opinion')
    },
  )

  interface Subject {
    readonly name: string
    readonly policyLine: string
    readonly user: Partial<User>
    readonly expected: boolean
  }
  test.each(cases<Subject>(folder, 'subject_matches.jsonl'))('$name', ({ policyLine, user, expected }) => {
    expect(policiesOf(policyLine).map((policy) => subjectMatches(policy, userOf(user)))).toEqual([expected])
  })

  interface Rule {
    readonly Verbs: readonly string[]
    readonly APIGroups?: readonly string[]
    readonly Resources?: readonly string[]
    readonly NonResourceURLs?: readonly string[]
  }
  interface RulesFor {
    readonly policy: string
    readonly user: Partial<User>
    readonly namespace: string
    readonly expectedResourceRules: readonly Rule[]
    readonly expectedNonResourceRules: readonly Rule[]
  }
  test.each(cases<RulesFor>(folder, 'rules_for.jsonl'))('rules of $user.name in $namespace', (item) => {
    expect(authorizerOf(item.policy).rulesFor(userOf(item.user), item.namespace)).toEqual({
      resourceRules: item.expectedResourceRules.map(({ Verbs, APIGroups, Resources }) => ({
        verbs: Verbs,
        apiGroups: APIGroups,
        resources: Resources,
        resourceNames: [],
      })),
      nonResourceRules: item.expectedNonResourceRules.map(({ Verbs, NonResourceURLs }) => ({
        verbs: Verbs,
        nonResourceURLs: NonResourceURLs,
      })),
      incomplete: false,
    })
  })

  interface Parse {
    readonly name: string
    readonly policy: string
    readonly expectValid: boolean
    readonly policies: number
  }
  test.each(cases<Parse>(folder, 'parse.jsonl'))('$name is read: $expectValid', (item) => {
    const loaded = loadAbacPolicies(item.policy)
    expect('policies' in loaded ? loaded.policies.length : false).toBe(item.expectValid && item.policies)
  })

  test('the example policy file is read', () => {
    const text = readFileSync(join(folder, 'example_policy_file.jsonl'), 'utf8')
    expect(policiesOf(text)).toHaveLength(text.split('\n').filter((line) => line.startsWith('{')).length)
  })
})
