import { SEVERITIES, type Severity } from './finding.ts'
import type { ReportedFinding } from './reported.ts'
import { exceeds, type FailOn } from './threshold.ts'

/** How many findings of each severity. */
type SeverityCounts = Readonly<Record<Severity, number>>

/** The numbers at the end of a run. */
export interface Summary {
  /** Files, or 1 for standard input, or 0 for a cluster. */
  readonly files: number
  /** Objects that were evaluated. */
  readonly objects: number
  /** Findings that count: neither excepted nor known from the baseline. */
  readonly findings: SeverityCounts
  readonly total: number
  /** Those of `total` that are at or over the threshold. */
  readonly failing: number
  readonly failOn: FailOn
  /** Findings that an annotation excepts. */
  readonly excepted: number
  /** Findings that the baseline holds. */
  readonly known: number
  /** Inputs that could not be evaluated. */
  readonly problems: number
  /** Findings that count, by check. */
  readonly byCheck: ReadonlyMap<string, number>
}

/** Counts while a run goes on. */
export interface Tally {
  finding(reported: ReportedFinding): void
  problem(): void
  /** Counts what another tally of the same run has counted. */
  add(counted: Summary): void
  /** @param read - how much was evaluated */
  summary(read: { readonly files: number; readonly objects: number }): Summary
}

/** @param failOn - the threshold that `failing` is counted by */
export function createTally(failOn: FailOn): Tally {
  const findings = { critical: 0, high: 0, medium: 0, low: 0 }
  const byCheck = new Map<string, number>()
  let total = 0
  let failing = 0
  let excepted = 0
  let known = 0
  let problems = 0
  return {
    finding({ finding, suppression }) {
      if (suppression?.kind === 'exception') excepted++
      else if (suppression?.kind === 'baseline') known++
      else {
        total++
        findings[finding.severity]++
        byCheck.set(finding.check, (byCheck.get(finding.check) ?? 0) + 1)
        if (exceeds(finding, failOn)) failing++
      }
    },
    problem() {
      problems++
    },
    add(counted) {
      for (const severity of SEVERITIES) findings[severity] += counted.findings[severity]
      for (const [check, count] of counted.byCheck) byCheck.set(check, (byCheck.get(check) ?? 0) + count)
      total += counted.total
      failing += counted.failing
      excepted += counted.excepted
      known += counted.known
      problems += counted.problems
    },
    summary({ files, objects }) {
      return {
        files,
        objects,
        findings: { ...findings },
        total,
        failing,
        failOn,
        excepted,
        known,
        problems,
        byCheck: new Map(byCheck),
      }
    },
  }
}
