import { Registry } from 'prom-client'
import { beforeEach, expect, test } from 'vitest'
import { fixedObjects, type KubernetesObject } from '../../../kubernetes/index.ts'
import { createAdmissionChain } from '../chain/admit.ts'
import { createAdmissionMetrics } from '../chain/metrics.ts'
import { namespaceOf, podOf, requestFor } from '../request.fixture.ts'
import { createAdmissionStages } from '../stages/create-stages.ts'
import { mutatingBinding, mutatingPolicy, validatingBinding, validatingPolicy } from './policy.fixture.ts'

let registry: Registry
beforeEach(() => {
  registry = new Registry()
})

/** What stands in the metrics after one request, without values but of counters. */
async function counted(
  objects: readonly KubernetesObject[],
  authorize = async () => ({ verdict: 'no-opinion', reason: { id: 'test.none', data: {} } }) as const,
) {
  const metrics = createAdmissionMetrics([registry])
  const names = ['MutatingAdmissionPolicy', 'ValidatingAdmissionPolicy'] as const
  const chain = createAdmissionChain(createAdmissionStages(names, {}, { metrics }))
  const surroundings = {
    objects: fixedObjects([namespaceOf('shop'), ...objects]),
    authorize,
    now: () => 0,
  }
  await chain.admit(requestFor(podOf()), surroundings)
  const lines = (await registry.metrics()).split('\n')
  return (name: string) => lines.filter((line) => line.startsWith(`apiserver_${name}`)).sort()
}

const CHECKS = 'validating_admission_policy_check_total{'
const check = (error: string, action: string, count = 1, policy = 'v') =>
  `apiserver_${CHECKS}policy="${policy}",policy_binding="${policy}-binding",error_type="${error}",enforcement_action="${action}"} ${count}`

test('checks of validating policies, once for each action; what is let pass without an error is not counted', async () => {
  const of = await counted([
    validatingPolicy('v', {
      validations: [{ expression: 'true' }, { expression: 'false' }, { expression: 'object.x == 1' }],
    }),
    validatingBinding('v', { validationActions: ['Warn', 'Audit'] }),
    validatingPolicy('w', { validations: [{ expression: 'object.' }] }),
    validatingBinding('w'),
  ])
  expect(of(CHECKS)).toEqual([
    check('invalid_error', 'audit', 2),
    check('invalid_error', 'warn', 2),
    check('compile_error', 'deny', 1, 'w'),
  ])
  expect(of('validating_admission_policy_check_duration_seconds_count')).toHaveLength(3)
  expect(of('validating_admission_policy_check_duration_seconds_bucket{le="5e-7"')).toHaveLength(3)
})

test('errors that the failure policy lets pass; those of audit annotations and of conditions', async () => {
  const of = await counted([
    validatingPolicy('v', { failurePolicy: 'Ignore', validations: [{ expression: 'object.x == 1' }] }),
    validatingBinding('v'),
    validatingPolicy('w', { auditAnnotations: [{ key: 'k', valueExpression: 'object.x + "a"' }] }),
    validatingBinding('w'),
    validatingPolicy('x', {
      matchConditions: [{ name: 'c', expression: 'object.x == 1' }],
      validations: [{ expression: 'true' }],
    }),
    validatingBinding('x'),
  ])
  expect(of(CHECKS)).toEqual([
    check('invalid_error', 'allow', 1, 'v'),
    check('invalid_error', 'deny', 1, 'w'),
    check('invalid_error', 'deny', 1, 'x'),
  ])
})

test('mutations, and the conditions of policies of both kinds', async () => {
  const conditions = (...expressions: string[]) => ({
    matchConditions: expressions.map((expression, index) => ({ name: `c${index}`, expression })),
  })
  const of = await counted([
    mutatingPolicy('m', ['Object{metadata: Object.metadata{labels: {"a": "b"}}}', 'Object{spec: object.x}']),
    mutatingBinding('m'),
    mutatingPolicy('n', ['Object{}'], conditions('object.x == 1', 'false')),
    mutatingBinding('n'),
    mutatingPolicy('o', ['Objekt{}']),
    mutatingBinding('o'),
  ])
  const mutation = (policy: string, error: string) =>
    `apiserver_mutating_admission_policy_check_total{policy="${policy}",policy_binding="${policy}-binding",error_type="${error}"} 1`
  expect(of('mutating_admission_policy_check_total{')).toEqual([
    mutation('m', 'invalid_error'),
    mutation('m', 'no_error'),
    mutation('o', 'compile_error'),
  ])
  const labels = (name: string) => `{name="${name}",kind="policy",type="validate",operation="CREATE"} 1`
  expect(of('admission_match_condition_evaluation_errors_total{')).toEqual([
    `apiserver_admission_match_condition_evaluation_errors_total${labels('n')}`,
  ])
  expect(of('admission_match_condition_evaluation_seconds_count{')).toHaveLength(1)
  expect(of('admission_match_condition_exclusions_total{')).toEqual([])
})

test('an evaluation that waits for an authorizer counts once', async () => {
  const allow = async () => ({ verdict: 'allow', reason: { id: 'test.none', data: {} } }) as never
  const of = await counted(
    [
      validatingPolicy('v', {
        validations: [
          { expression: 'false' },
          { expression: "authorizer.requestResource.check('get').allowed() && false" },
        ],
        matchConditions: [{ name: 'c', expression: "authorizer.requestResource.check('list').allowed()" }],
      }),
      validatingBinding('v'),
    ],
    allow,
  )
  expect(of(CHECKS)).toEqual([check('invalid_error', 'deny', 2)])
  expect(of('admission_match_condition_evaluation_seconds_count{')).toEqual([
    'apiserver_admission_match_condition_evaluation_seconds_count{name="v",kind="policy",type="validate",operation="CREATE"} 1',
  ])
})
