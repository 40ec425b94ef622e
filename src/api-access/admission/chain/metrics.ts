import { Counter, Histogram, type Registry } from 'prom-client'
import type { ConditionsEnding, PolicyNotes } from '../policy/notes.ts'
import type { WebhookEnding } from '../webhooks/call-webhook.ts'
import type { ChainObserver } from './admit.ts'

/** What is counted of admission, with the names, labels and buckets of the API server (apiserver, `admission/metrics`). */
export interface AdmissionMetrics extends ChainObserver {
  /** A call of a webhook has ended. */
  webhook(ending: WebhookEnding): void
  /** The matchConditions of a webhook have been evaluated. */
  conditions(ending: ConditionsEnding): void
  /** What policies have come to. */
  policies(notes: PolicyNotes): void
}

const BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 2.5]
/** "admission webhooks timeout at 30 seconds" at most. */
const WEBHOOK_BUCKETS = [...BUCKETS, 10, 25]
/** "the lowest bucket was based around the 180ns/op figure for BenchmarkAccess"; seconds of single expressions. */
const EXPRESSION_BUCKETS = [0.0000005, 0.001, 0.01, 0.1, 1]
/** "Codes greater than 600 are truncated to 600, to keep the metrics cardinality bounded." */
const MOST_CODE = 600

export function createAdmissionMetrics(registers: Registry[]): AdmissionMetrics {
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ) =>
    new Histogram({
      name: `apiserver_admission_${name}_duration_seconds`,
      help,
      labelNames,
      buckets,
      registers,
    })
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `apiserver_admission_webhook_${name}`, help, labelNames, registers })

  const stages = histogram(
    'controller_admission',
    'Seconds that admission stages took, by name, operation and type (admit or validate).',
    ['name', 'operation', 'rejected', 'type'],
    BUCKETS,
  )
  const steps = histogram(
    'step_admission',
    'Seconds that all stages together took, by operation and type (admit or validate).',
    ['operation', 'rejected', 'type'],
    BUCKETS,
  )
  const webhooks = histogram(
    'webhook_admission',
    'Seconds that webhooks took, by name, operation and type (admit or validating).',
    ['name', 'operation', 'rejected', 'type'],
    WEBHOOK_BUCKETS,
  )
  const calls = counter('request_total', 'Calls of webhooks, by name, operation, type and HTTP status.', [
    'name',
    'type',
    'operation',
    'code',
    'rejected',
  ])
  const rejections = counter(
    'rejection_count',
    'Requests that webhooks, or calls of them that failed, have refused, by name and kind of error.',
    ['name', 'type', 'operation', 'error_type', 'rejection_code'],
  )
  const failedOpen = counter(
    'fail_open_count',
    'Calls of webhooks that failed, and let the request pass (failurePolicy: Ignore).',
    ['name', 'type'],
  )
  const conditionLabels = ['name', 'kind', 'type', 'operation'] as const
  const conditionErrors = new Counter({
    name: 'apiserver_admission_match_condition_evaluation_errors_total',
    help: 'Match conditions that could not be evaluated, by name and kind of what has them (webhook or policy).',
    labelNames: conditionLabels,
    registers,
  })
  const exclusions = new Counter({
    name: 'apiserver_admission_match_condition_exclusions_total',
    help: 'Webhooks that were not called because of their match conditions.',
    labelNames: conditionLabels,
    registers,
  })
  const conditionSeconds = new Histogram({
    name: 'apiserver_admission_match_condition_evaluation_seconds',
    help: 'Seconds that match conditions took, by name and kind of what has them (webhook or policy).',
    labelNames: conditionLabels,
    buckets: BUCKETS,
    registers,
  })
  const validations = policyMetrics('validating', registers, POLICY_LABELS)
  const mutations = policyMetrics('mutating', registers, POLICY_LABELS.slice(0, 3))

  function conditions({ name, kind, type, operation, seconds, errors, isExcluded }: ConditionsEnding): void {
    const labels = { name, kind, type, operation }
    conditionSeconds.observe(labels, seconds)
    if (errors > 0) conditionErrors.inc(labels, errors)
    if (isExcluded) exclusions.inc(labels)
  }

  const since = (begin: number) => (performance.now() - begin) / 1000
  return {
    stage(name, type, { operation }) {
      const begin = performance.now()
      return ({ isRefused }) =>
        stages.observe({ name, operation, rejected: String(isRefused), type }, since(begin))
    },
    phase(type, { operation }) {
      const begin = performance.now()
      return (isRefused) => steps.observe({ operation, rejected: String(isRefused), type }, since(begin))
    },
    webhook({ name, type, operation, seconds, error, isRefused, code }) {
      const status = Math.min(code, MOST_CODE)
      const rejected = String(isRefused)
      webhooks.observe({ name, operation, rejected, type }, seconds)
      calls.inc({ name, type, operation, code: status, rejected })
      if (isRefused) rejections.inc({ name, type, operation, error_type: error, rejection_code: status })
      else if (error !== 'no_error') failedOpen.inc({ name, type })
    },
    conditions,
    policies(notes) {
      for (const ending of notes.conditions) conditions(ending)
      for (const { policy, binding, error, seconds, action } of notes.checks) {
        const labels = { policy, policy_binding: binding, error_type: error }
        if (action === undefined) mutations(labels, seconds)
        else validations({ ...labels, enforcement_action: action }, seconds)
      }
    },
  }
}

const POLICY_LABELS = ['policy', 'policy_binding', 'error_type', 'enforcement_action'] as const

type PolicyLabels = Readonly<Partial<Record<(typeof POLICY_LABELS)[number], string>>>

function policyMetrics(
  kind: 'validating' | 'mutating',
  registers: Registry[],
  labelNames: readonly (typeof POLICY_LABELS)[number][],
): (labels: PolicyLabels, seconds: number) => void {
  const name = `apiserver_${kind}_admission_policy_check`
  const checks = new Counter({
    name: `${name}_total`,
    help: `Checks by policies (${kind}), by policy, binding and kind of error.`,
    labelNames,
    registers,
  })
  const durations = new Histogram({
    name: `${name}_duration_seconds`,
    help: `Seconds that single expressions of policies (${kind}) took, by policy, binding and kind of error.`,
    labelNames,
    buckets: EXPRESSION_BUCKETS,
    registers,
  })
  return (labels, seconds) => {
    checks.inc(labels)
    durations.observe(labels, seconds)
  }
}
