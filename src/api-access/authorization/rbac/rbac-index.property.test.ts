import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RequestAttributes } from '../../request/index.ts'
import type { Binding, PolicyRule, Role, Subject } from './objects.ts'
import { RbacIndex } from './rbac-index.ts'
import { ruleAllows } from './rule-match.ts'
import { applyingSubject } from './subjects.ts'

const some = <T>(...items: readonly T[]) => fc.subarray([...items], { minLength: 1, maxLength: 2 })
const maybe = <T>(...items: readonly T[]) => fc.subarray([...items], { maxLength: 2 })

const rule: fc.Arbitrary<PolicyRule> = fc.record({
  verbs: some('get', 'list', 'watch', 'create', '*'),
  apiGroups: some('', 'apps', 'rbac', 'policy', '*'),
  resources: some('pods', 'pods/log', 'secrets', 'jobs', '*/log', '*'),
  resourceNames: fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, some('a', 'b')),
  nonResourceURLs: maybe('/healthz', '/healthz/*', '*'),
})

/** Also one of so many rules that it is looked up, and one so wide that it is compared. */
const rules = fc.oneof(
  { weight: 6, arbitrary: fc.array(rule, { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.array(rule, { minLength: 14, maxLength: 16 }) },
  {
    weight: 1,
    arbitrary: rule.map((one) => [
      { ...one, resourceNames: Array.from({ length: 300 }, (_, index) => `n${index}`).concat('a') },
    ]),
  },
)

const role: fc.Arbitrary<Role> = fc
  .record({
    kind: fc.constantFrom('Role', 'ClusterRole'),
    namespace: fc.constantFrom('x', 'y'),
    name: fc.nat({ max: 30 }).map((number) => `r${number}`),
    labels: fc.constant(new Map()),
    rules,
  })
  .map((one) => (one.kind === 'ClusterRole' ? { ...one, namespace: '' } : one))

const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc
    .constantFrom('u', 'system:serviceaccount:x:bot')
    .map((name) => ({ kind: 'User', apiGroup: '', name, namespace: '' })),
  fc.constantFrom('g', 'h').map((name) => ({ kind: 'Group', apiGroup: '', name, namespace: '' })),
  fc
    .constantFrom('', 'x')
    .map((namespace) => ({ kind: 'ServiceAccount', apiGroup: '', name: 'bot', namespace })),
  fc.constant({ kind: 'Robot', apiGroup: '', name: 'u', namespace: '' }),
)

const binding: fc.Arbitrary<Binding> = fc
  .record({
    kind: fc.constantFrom('RoleBinding', 'ClusterRoleBinding'),
    namespace: fc.constantFrom('x', 'y'),
    name: fc.nat({ max: 80 }).map((number) => `b${number}`),
    roleRef: fc.record({
      apiGroup: fc.constant(''),
      kind: fc.constantFrom('Role', 'ClusterRole', 'ClusterRole', 'Other'),
      name: fc.nat({ max: 30 }).map((number) => `r${number}`),
    }),
    subjects: fc.array(subject, { maxLength: 3 }),
  })
  .map((one) => (one.kind === 'ClusterRoleBinding' ? { ...one, namespace: '' } : one))

type Step =
  | { readonly put: Role }
  | { readonly drop: Role }
  | { readonly bind: Binding }
  | { readonly unbind: Binding }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: role.map((put) => ({ put })) },
  { weight: 1, arbitrary: role.map((drop) => ({ drop })) },
  { weight: 4, arbitrary: binding.map((bind) => ({ bind })) },
  { weight: 1, arbitrary: binding.map((unbind) => ({ unbind })) },
)

const request: fc.Arbitrary<RequestAttributes> = fc.record({
  user: fc.record({
    name: fc.constantFrom('u', 'v', 'system:serviceaccount:x:bot'),
    groups: fc.subarray(['g', 'h', 'i']),
  }),
  verb: fc.constantFrom('get', 'list', 'delete'),
  apiGroup: fc.constantFrom('', 'apps', 'batch'),
  apiVersion: fc.constant('v1'),
  resource: fc.constantFrom('pods', 'nodes'),
  subresource: fc.constantFrom('', 'log', 'exec'),
  namespace: fc.constantFrom('', 'x', 'y', 'z'),
  name: fc.constantFrom('', 'a', 'n7', 'c'),
  path: fc.constantFrom('/healthz', '/healthz/etcd', '/metrics'),
  resourceRequest: fc.boolean(),
})

/** Visits everything in order, as Kubernetes does. */
class Plain {
  readonly #roles = new Map<string, Role>()
  readonly #bindings = new Map<string, Binding>()

  apply(step: Step): void {
    if ('put' in step) this.#roles.set(keyOf(step.put), step.put)
    else if ('drop' in step) this.#roles.delete(keyOf(step.drop))
    else if ('bind' in step) this.#bindings.set(keyOf(step.bind), step.bind)
    else this.#bindings.delete(keyOf(step.unbind))
  }

  decide(attributes: RequestAttributes): { binding?: string; subject?: number; errors: number } {
    let errors = 0
    for (const kind of ['ClusterRoleBinding', 'RoleBinding']) {
      for (const binding of this.#bindings.values()) {
        if (binding.kind !== kind) continue
        if (kind === 'RoleBinding' && binding.namespace !== attributes.namespace) continue
        const subject = applyingSubject(binding.subjects, binding.namespace, attributes.user)
        if (subject < 0) continue
        const { kind: roleKind, name } = binding.roleRef
        const namespace = roleKind === 'ClusterRole' ? '' : binding.namespace
        const role = this.#roles.get(keyOf({ kind: roleKind, namespace, name }))
        if (role === undefined) errors++
        else if (role.rules.some((rule) => ruleAllows(rule, attributes)))
          return { binding: keyOf(binding), subject, errors: 0 }
      }
    }
    return { errors }
  }
}

function keyOf({ kind, namespace, name }: { kind: string; namespace: string; name: string }): string {
  return `${kind}/${namespace}/${name}`
}

function decided(index: RbacIndex, attributes: RequestAttributes) {
  const grant = index.first(attributes)
  if (grant !== undefined) {
    const subject = grant.binding.subjects.indexOf(grant.decision.reason.data['subject'] as Subject)
    return { binding: keyOf(grant.binding), subject, errors: 0 }
  }
  return { errors: index.errorsFor(attributes.user, attributes.namespace).length > 0 ? 1 : 0 }
}

test('whatever comes, changes and goes, the decision is that of visiting all in order', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 150, maxLength: 250, size: 'max' }),
      fc.array(request, { minLength: 8, maxLength: 8 }),
      (steps, requests) => {
        const index = new RbacIndex()
        const plain = new Plain()
        steps.forEach((each, number) => {
          apply(index, each)
          plain.apply(each)
          // Indexes are made when first asked, and must then follow.
          if (number % 20 !== 19 && number !== steps.length - 1) return
          for (const attributes of requests) {
            const expected = plain.decide(attributes)
            expect(decided(index, attributes)).toEqual({ ...expected, errors: Math.min(1, expected.errors) })
          }
        })
      },
    ),
    { numRuns: 60 },
  )
})

function apply(index: RbacIndex, step: Step): void {
  if ('put' in step) index.putRole(step.put)
  else if ('drop' in step) index.removeRole(step.drop)
  else if ('bind' in step) index.putBinding(step.bind)
  else index.removeBinding(step.unbind)
}
