import { Counter, Histogram, type Registry } from 'prom-client'
import type { WebhookEnding } from '../webhooks/call-webhook.ts'
import type { ChainObserver } from './admit.ts'

/** What is counted of admission, with the names, labels and buckets of the API server (apiserver, `admission/metrics`). */
export interface AdmissionMetrics extends ChainObserver {
  /** A call of a webhook has ended. */
  webhook(ending: WebhookEnding): void
}

const BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 2.5]
/** "admission webhooks timeout at 30 seconds" at most. */
const WEBHOOK_BUCKETS = [...BUCKETS, 10, 25]
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
  }
}
