import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Fields, ObjectMeta } from '../../../kubernetes/index.ts'
import { createRenderer } from '../../../messages/index.ts'
import { type AttributesJson, cases, requestOf, type UserJson, userOf } from '../conformance.fixture.ts'
import { aggregateClusterRoles } from './aggregate.ts'
import { allowedSubjects } from './allowed-subjects.ts'
import { compactRules } from './compact.ts'
import { uncoveredRules, urlCovers } from './covers.ts'
import { decodePolicyRule, decodeRbacObject } from './decode.ts'
import { rbacMessages } from './messages.ts'
import type { Binding, RbacKind, Role, Subject } from './objects.ts'
import { RbacIndex } from './rbac-index.ts'
import { ruleAllows } from './rule-match.ts'
import { applyingSubject } from './subjects.ts'
import { validateBinding, validateRole } from './validate.ts'

/** Kubernetes' own cases, of which none is left out. */
const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'rbac')
const available = existsSync(folder)
if (!available) console.info(`skipped: no RBAC conformance cases in ${folder}`)

const render = createRenderer([rbacMessages], 'en')

interface Objects {
  readonly roles: readonly Fields[]
  readonly clusterRoles: readonly Fields[]
  readonly roleBindings: readonly Fields[]
  readonly clusterRoleBindings: readonly Fields[]
}

describe.skipIf(!available)('decisions', () => {
  test.each(
    cases<Objects & { name: string; attributes: AttributesJson; expected: string }>(
      folder,
      'authorize.jsonl',
    ),
  )('$name: $attributes.verb $attributes.resource', ({ attributes, expected, ...objects }) => {
    expect(decide(indexOf(objects), attributes).verdict).toBe(expected)
  })

  interface Decided {
    readonly attributes: AttributesJson
    readonly expected: string
    readonly reason: string
  }
  test('the bootstrap policy, with reasons', () => {
    const index = indexOf(JSON.parse(readFileSync(join(folder, 'bootstrap_objects.json'), 'utf8')) as Objects)
    const decided = cases<Decided>(folder, 'bootstrap_oracle.jsonl')
    expect(decided.length).toBeGreaterThan(4000)
    for (const { attributes, expected, reason } of decided)
      expect({ attributes, ...decide(index, attributes) }).toEqual({ attributes, verdict: expected, reason })
  })

  test.each(
    cases<{ name: string; rule: Fields; attributes: AttributesJson; expected: boolean }>(
      folder,
      'rule_matches.jsonl',
    ),
  )('one rule: $name', ({ rule, attributes, expected }) => {
    expect(ruleAllows(decodePolicyRule(rule), requestOf(attributes))).toBe(expected)
  })
})

describe.skipIf(!available)('subjects', () => {
  interface Applies {
    readonly name: string
    readonly user: UserJson
    readonly namespace: string
    readonly subjects: readonly Partial<Subject>[]
    readonly expected: boolean
    readonly expectedIndex: number
  }
  test.each(cases<Applies>(folder, 'applies_to.jsonl'))('$name', (item) => {
    const found = applyingSubject(item.subjects.map(subjectOf), item.namespace, userOf(item.user))
    expect(found).toBe(item.expected ? item.expectedIndex : -1)
  })

  interface Allowed extends Objects {
    readonly name: string
    readonly attributes: AttributesJson
    readonly superUser: string
    readonly expectedSubjects: readonly Partial<Subject>[]
  }
  test.each(cases<Allowed>(folder, 'allowed_subjects.jsonl'))('$name', (item) => {
    const { subjects, errors } = allowedSubjects(indexOf(item), requestOf(item.attributes), item.superUser)
    expect(subjects).toEqual(item.expectedSubjects.map(subjectOf))
    expect(errors).toEqual([])
  })

  interface RulesFor extends Objects {
    readonly name: string
    readonly user: UserJson
    readonly namespace: string
    readonly expectedRules: readonly Fields[] | null
  }
  test.each(cases<RulesFor>(folder, 'rules_for.jsonl'))('rules of $user.name', (item) => {
    const grants = indexOf(item).grantsFor(userOf(item.user), item.namespace)
    expect(sorted(grants.flatMap(({ entry }) => entry.rules))).toEqual(
      sorted((item.expectedRules ?? []).map((rule) => decodePolicyRule(rule))),
    )
  })
})

describe.skipIf(!available)('comparing rules', () => {
  interface Covers {
    readonly name: string
    readonly ownerRules: readonly Fields[]
    readonly servantRules: readonly Fields[]
    readonly expectedCovered: boolean
    readonly expectedUncoveredRules: readonly Fields[]
  }
  test.each(cases<Covers>(folder, 'covers.jsonl'))('$name', (item) => {
    const [owner, servant, expected] = [item.ownerRules, item.servantRules, item.expectedUncoveredRules].map(
      (rules) => rules.map((rule) => decodePolicyRule(rule)),
    )
    const uncovered = uncoveredRules(owner ?? [], servant ?? [])
    expect(uncovered).toEqual(expected)
    expect(uncovered.length === 0).toBe(item.expectedCovered)
  })

  test.each(
    cases<{ owner: string; requested: string; expected: boolean }>(folder, 'nonresource_url_covers.jsonl'),
  )('$owner covers $requested: $expected', ({ owner, requested, expected }) => {
    expect(urlCovers(owner, requested)).toBe(expected)
  })

  test.each(
    cases<{ name: string; rules: readonly Fields[]; expectedAnyOrder: readonly Fields[] }>(
      folder,
      'compact_rules.jsonl',
    ),
  )('$name', ({ rules, expectedAnyOrder }) => {
    const compact = compactRules(rules.map((rule) => decodePolicyRule(rule)))
    expect(sorted(compact)).toEqual(sorted(expectedAnyOrder.map((rule) => decodePolicyRule(rule))))
  })
})

describe.skipIf(!available)('validation', () => {
  interface Case {
    readonly object: Fields & { readonly kind: RbacKind; readonly metadata?: ObjectMeta }
    readonly expectedValid: boolean
    readonly expectedErrors:
      | readonly { field: string; type: string; detail: string; message: string }[]
      | null
  }
  test.each(cases<Case>(folder, 'object_validation.jsonl'))('$object.kind $expectedErrors', (item) => {
    const { object } = item
    const decoded = decodeRbacObject(object.kind, object)
    if ('mistyped' in decoded) throw new Error(`mistyped: ${decoded.mistyped.path.join('.')}`)
    const metadata = object.metadata ?? {}
    const errors =
      'role' in decoded ? validateRole(decoded.role, metadata) : validateBinding(decoded.binding, metadata)
    expect(errors.map(({ field, type, detail, message }) => ({ field, type, detail, message }))).toEqual(
      item.expectedErrors ?? [],
    )
    expect(errors.length === 0).toBe(item.expectedValid)
  })
})

function decide(index: RbacIndex, attributes: AttributesJson): { verdict: string; reason: string } {
  const request = requestOf(attributes)
  const grant = index.first(request)
  if (grant !== undefined) return { verdict: 'allow', reason: render(grant.decision.reason) }
  const errors = index.errorsFor(request.user, request.namespace)
  return { verdict: 'no-opinion', reason: errors.length === 0 ? '' : errors.join() }
}

function indexOf(objects: Objects): RbacIndex {
  const roles: Role[] = []
  const bindings: Binding[] = []
  const decode = (kind: RbacKind, list: readonly Fields[]) => {
    for (const object of list) {
      const decoded = decodeRbacObject(kind, object)
      if ('role' in decoded) roles.push(decoded.role)
      else if ('binding' in decoded) bindings.push(decoded.binding)
      else throw new Error(`mistyped: ${decoded.mistyped.path.join('.')}`)
    }
  }
  decode('Role', objects.roles)
  decode('ClusterRole', objects.clusterRoles)
  decode('ClusterRoleBinding', objects.clusterRoleBindings)
  decode('RoleBinding', objects.roleBindings)
  const index = new RbacIndex()
  for (const role of aggregateClusterRoles(roles)) index.putRole(role)
  for (const binding of bindings) index.putBinding(binding)
  return index
}

function subjectOf({ kind = '', apiGroup = '', name = '', namespace = '' }: Partial<Subject>): Subject {
  return { kind, apiGroup, name, namespace }
}

function sorted(rules: readonly object[]): string[] {
  return rules.map((rule) => JSON.stringify(rule)).toSorted()
}
