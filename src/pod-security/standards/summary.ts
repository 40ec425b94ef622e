import type { Violation } from './evaluate.ts'
import { formatLevelVersion, type LevelVersion } from './version.ts'

/** All violations of a pod in one text (pod-security-admission, `AggregateCheckResult`). */
export interface Summary {
  readonly allowed: boolean
  /** The reasons alone: `hostPort, privileged`. */
  readonly forbiddenReason: string
  /** Each reason with its detail in parentheses: `hostPort (container "a" uses hostPort 80), privileged (…)`. */
  readonly forbiddenDetail: string
}

/** @param violations - as `evaluatePod` returns them */
export function summarize(violations: readonly Violation[]): Summary {
  return {
    allowed: violations.length === 0,
    forbiddenReason: violations.map(({ reason }) => reason).join(', '),
    forbiddenDetail: violations
      .map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`))
      .join(', '),
  }
}

/**
 * What the API server says to who creates such a pod.
 *
 * @returns e.g. `violates PodSecurity "restricted:latest": hostPort (container "a" uses hostPort 80)`; `''` where
 *   nothing is violated
 */
export function violationMessage(policy: LevelVersion, violations: readonly Violation[]): string {
  if (violations.length === 0) return ''
  return `violates PodSecurity "${formatLevelVersion(policy)}": ${summarize(violations).forbiddenDetail}`
}
