import { Counter, Histogram, type Registry } from 'prom-client'
import type { WebhookObserver } from '../../authorization/index.ts'
import type { Decision } from '../../request/index.ts'
import { DOUBLING } from './authentication-metrics.ts'
import { type Durations, kept, TalliedHistogram, type Tally, talliedCounter } from './tallies.ts'

export interface AuthorizationMetrics {
  /** A decision of the gate's own authorizers. @param seconds - that it took */
  authorization(decision: Decision, seconds: number): void
  /** For authorizers that are webhooks. */
  readonly authorizationWebhooks: WebhookObserver
}

/** What no authorizer is asked about; the API server does not count it either. */
const PRIVILEGED = 'system:masters'
/** Those of an `--authorization-mode`; all others are webhooks, by the names that their configuration gives. */
const MODES = new Set(['ABAC', 'AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC'])
const CONDITIONS_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.1, 0.2, 0.25]
/** "DefBuckets" of Prometheus. */
const WEBHOOK_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * What is counted of authorization (apiserver, `endpoints/filters/metrics.go`, `authorization/metrics`,
 * `authorization/cel/metrics.go`, `authorizer/webhook/metrics`).
 */
export function createAuthorizationMetrics(registers: Registry[]): AuthorizationMetrics {
  const attempts = talliedCounter({
    name: 'authorization_attempts_total',
    help: 'Decisions about requests, by result: allowed, denied, no-opinion, error.',
    labelNames: ['result'],
    registers,
  })
  const durations = new TalliedHistogram({
    name: 'authorization_duration_seconds',
    help: 'Seconds that decisions about requests took, by result.',
    labelNames: ['result'],
    buckets: DOUBLING,
    registers,
  })
  const decisions = talliedCounter({
    name: 'apiserver_authorization_decisions_total',
    help: 'Decisions of authorizers, by type, name and decision; those without an opinion are left out.',
    labelNames: ['type', 'name', 'decision'],
    registers,
  })
  const results = new Map<string, { readonly count: Tally; readonly durations: Durations }>()
  const tallies = new Map<string, Tally>()
  return {
    authorization(decision, seconds) {
      const result = resultOf(decision)
      const ofResult = kept(results, result, () => ({
        count: attempts({ result }),
        durations: durations.durations({ result }),
      }))
      ofResult.count.inc()
      ofResult.durations.observe(seconds)
      const { verdict, by = '' } = decision
      if (verdict === 'no-opinion' || by === '' || by === PRIVILEGED) return
      kept(tallies, `${by} ${verdict}`, () => {
        const isMode = MODES.has(by)
        return decisions({
          type: isMode ? by : 'Webhook',
          name: isMode ? by.toLowerCase() : by,
          decision: verdict === 'allow' ? 'allowed' : 'denied',
        })
      }).inc()
    },
    authorizationWebhooks: webhookObserver(registers),
  }
}

function resultOf({ verdict, hasErred }: Decision): string {
  if (verdict === 'allow') return 'allowed'
  if (hasErred === true) return 'error'
  return verdict === 'deny' ? 'denied' : 'no-opinion'
}

function webhookObserver(registers: Registry[]): WebhookObserver {
  const ofConditions = ['type', 'name'] as const
  const ofCalls = ['name', 'result'] as const
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `apiserver_authorization_${name}`, help, labelNames, registers })
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ) => new Histogram({ name: `apiserver_authorization_${name}`, help, labelNames, buckets, registers })

  const errors = counter(
    'match_condition_evaluation_errors_total',
    'Questions about which match conditions of an authorizer erred.',
    ofConditions,
  )
  const exclusions = counter(
    'match_condition_exclusions_total',
    'Questions that an authorizer was not asked because of its match conditions.',
    ofConditions,
  )
  const seconds = histogram(
    'match_condition_evaluation_seconds',
    'Seconds that match conditions of authorizers took.',
    ofConditions,
    CONDITIONS_BUCKETS,
  )
  const evaluations = counter(
    'webhook_evaluations_total',
    'Calls of authorization webhooks, by name and result.',
    ofCalls,
  )
  const durations = histogram(
    'webhook_duration_seconds',
    'Seconds that calls of authorization webhooks took, by name and result.',
    ofCalls,
    WEBHOOK_BUCKETS,
  )
  const failedOpen = counter(
    'webhook_evaluations_fail_open_total',
    'Questions without an opinion because the webhook could not be asked, by name and result.',
    ofCalls,
  )
  return {
    conditions(name, ending) {
      const labels = { type: 'Webhook', name }
      seconds.observe(labels, ending.seconds)
      if (ending.hasErred) errors.inc(labels)
      if (ending.isExcluded) exclusions.inc(labels)
    },
    called(name, result, time) {
      evaluations.inc({ name, result })
      durations.observe({ name, result }, time)
    },
    failedOpen: (name, result) => failedOpen.inc({ name, result }),
  }
}
