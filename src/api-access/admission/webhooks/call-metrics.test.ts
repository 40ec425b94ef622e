import { expect, test } from 'vitest'
import { podOf, requestFor } from '../request.fixture.ts'
import {
  type Answer,
  answering,
  around,
  hook,
  mutating,
  registry,
  useWebhookServer,
  validating,
} from './webhooks.fixture.ts'

useWebhookServer()

test('calls are counted as the API server counts them', async () => {
  registry.resetMetrics()
  await answering(({ path }) => {
    if (path.startsWith('/broken')) return 500
    return path.startsWith('/denies') ? { allowed: false, status: { code: 402 } } : { allowed: true }
  })
  const ask = (chain: typeof validating, kind: 'Mutating' | 'Validating', ...hooks: Answer[]) =>
    chain.admit(requestFor(podOf()), around(kind, hooks))
  await ask(validating, 'Validating', hook('allows'), hook('broken-open', { failurePolicy: 'Ignore' }))
  await ask(validating, 'Validating', hook('denies'))
  await ask(mutating, 'Mutating', hook('broken'))
  const lines = (await registry.metrics()).split('\n')
  const of = (name: string) =>
    lines.filter((line) => line.startsWith(`apiserver_admission_webhook_${name}`)).sort()
  expect(of('request_total')).toEqual([
    'apiserver_admission_webhook_request_total{name="allows",type="validating",operation="CREATE",code="200",rejected="false"} 1',
    'apiserver_admission_webhook_request_total{name="broken",type="admit",operation="CREATE",code="503",rejected="true"} 1',
    'apiserver_admission_webhook_request_total{name="broken-open",type="validating",operation="CREATE",code="503",rejected="false"} 1',
    'apiserver_admission_webhook_request_total{name="denies",type="validating",operation="CREATE",code="402",rejected="true"} 1',
  ])
  expect(of('rejection_count')).toEqual([
    'apiserver_admission_webhook_rejection_count{name="broken",type="admit",operation="CREATE",error_type="calling_webhook_error",rejection_code="503"} 1',
    'apiserver_admission_webhook_rejection_count{name="denies",type="validating",operation="CREATE",error_type="no_error",rejection_code="402"} 1',
  ])
  expect(of('fail_open_count')).toEqual([
    'apiserver_admission_webhook_fail_open_count{name="broken-open",type="validating"} 1',
  ])
  expect(of('admission_duration_seconds_count{name="denies"')).toEqual([
    'apiserver_admission_webhook_admission_duration_seconds_count{name="denies",operation="CREATE",rejected="true",type="validating"} 1',
  ])
})

test('matchConditions are counted as the API server counts them', async () => {
  registry.resetMetrics()
  await answering(() => ({ allowed: true }))
  const when = (...expressions: string[]) => ({
    matchConditions: expressions.map((expression, index) => ({ name: `c${index}`, expression })),
  })
  const ask = (chain: typeof validating, kind: 'Mutating' | 'Validating', ...hooks: Answer[]) =>
    chain.admit(requestFor(podOf()), around(kind, hooks))
  await ask(validating, 'Validating', hook('met', when('true')), hook('none'))
  await ask(validating, 'Validating', hook('unmet', when('object.x == 1', 'false', 'object.y == 1')))
  await ask(mutating, 'Mutating', hook('erring', when('object.x == 1', 'object.y == 1')))
  await ask(mutating, 'Mutating', hook('open', { ...when('object.x == 1'), failurePolicy: 'Ignore' }))
  const lines = (await registry.metrics()).split('\n')
  const of = (name: string) =>
    lines.filter((line) => line.startsWith(`apiserver_admission_match_condition_${name}`)).sort()
  const labels = (name: string, type: string, count: number) =>
    `{name="${name}",kind="webhook",type="${type}",operation="CREATE"} ${count}`
  expect(of('evaluation_errors_total')).toEqual([
    `apiserver_admission_match_condition_evaluation_errors_total${labels('erring', 'admit', 2)}`,
    `apiserver_admission_match_condition_evaluation_errors_total${labels('open', 'admit', 1)}`,
    `apiserver_admission_match_condition_evaluation_errors_total${labels('unmet', 'validating', 1)}`,
  ])
  expect(of('exclusions_total')).toEqual([
    `apiserver_admission_match_condition_exclusions_total${labels('open', 'admit', 1)}`,
    `apiserver_admission_match_condition_exclusions_total${labels('unmet', 'validating', 1)}`,
  ])
  expect(of('evaluation_seconds_count')).toHaveLength(4)
})
