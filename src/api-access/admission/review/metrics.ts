import { Counter, Histogram, Registry } from 'prom-client'
import type { ChainObserver } from '../chain/admit.ts'
import { type AdmissionMetrics, createAdmissionMetrics } from '../chain/metrics.ts'
import type { AdmissionRequest } from '../stage.ts'

/** What is counted of reviews and of stages, in a registry of its own. */
export interface ReviewMetrics {
  readonly registry: Registry
  /** For the chain; also tells `onFault` what a stage threw. */
  readonly observer: ChainObserver
  /** For the stages. */
  readonly stages: AdmissionMetrics
  reviewed(request: AdmissionRequest, isAllowed: boolean, milliseconds: number): void
  /** A call that got no review for an answer. */
  rejected(status: number): void
}

/** In seconds. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.025, 0.1, 0.5, 1, 2.5]

/** Metrics are named as the API server's where they mean the same. */
export function createReviewMetrics(onFault: (stage: string, error: unknown) => void): ReviewMetrics {
  const registry = new Registry()
  const registers = [registry]
  const stages = createAdmissionMetrics(registers)
  const reviews = new Histogram({
    name: 'haetae_admission_review_duration_seconds',
    help: 'How long reviews took, from the first byte of the body to the answer.',
    labelNames: ['operation', 'allowed'],
    buckets: BUCKETS,
    registers,
  })
  const rejections = new Counter({
    name: 'haetae_admission_rejected_calls_total',
    help: 'Calls that got an HTTP error, by its status: no reviews, or too many at once.',
    labelNames: ['status'],
    registers,
  })
  return {
    registry,
    stages,
    observer: {
      ...stages,
      stage(name, type, request) {
        const ended = stages.stage(name, type, request)
        return (ending) => {
          ended(ending)
          if (ending.error !== undefined) onFault(name, ending.error)
        }
      },
    },
    reviewed: ({ operation }, isAllowed, milliseconds) =>
      reviews.observe({ operation, allowed: String(isAllowed) }, milliseconds / 1000),
    rejected: (status) => rejections.inc({ status: String(status) }),
  }
}
