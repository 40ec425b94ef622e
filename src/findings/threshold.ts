import { SEVERITIES, type Severity } from './finding.ts'

/** The gravity from which findings fail a run (`--fail-on`); `none`: they never do. */
export const FAIL_ON = [...SEVERITIES, 'none'] as const
export type FailOn = Severity | 'none'

const RANK: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3 }

/** Negative where `left` is graver than `right`; fit for sorting from the gravest down. */
export function compareSeverity(left: Severity, right: Severity): number {
  return RANK[left] - RANK[right]
}

/** Whether a finding is at or over the threshold. */
export function exceeds(finding: { readonly severity: Severity }, failOn: FailOn): boolean {
  return failOn !== 'none' && RANK[finding.severity] <= RANK[failOn]
}
