import { type Baseline, createBaselineMatcher } from './baseline.ts'
import type { Subject } from './check.ts'
import { isExceptable } from './exception-checks.ts'
import { exceptionsOf } from './exceptions.ts'
import type { Finding } from './finding.ts'
import { ReportContext, ReportedFinding, type SourceLines } from './reported.ts'

/** Decides for the findings of one object which of them count. */
export type Triage = (finding: Finding) => ReportedFinding

export interface TriageOptions {
  /** `YYYY-MM-DD` in UTC: exceptions end. */
  readonly today: string
  readonly baseline?: Baseline
}

/**
 * Makes the step between the checks and the reports, for one run. Exceptions come before the baseline, so
 * that an excepted finding does not use up a known one's place.
 *
 * @returns for each object a function that its findings go through, in the order in which they are reported
 */
export function createTriage(options: TriageOptions): (subject: Subject, source?: SourceLines) => Triage {
  const isKnown = options.baseline === undefined ? undefined : createBaselineMatcher(options.baseline)
  const context = new ReportContext()
  return (subject, source) => {
    const exceptionFor = exceptionsOf(subject, options.today)
    const { object } = subject
    return (finding) => {
      const exception = isExceptable(finding.check) ? exceptionFor(finding.check) : undefined
      if (exception !== undefined)
        return new ReportedFinding(finding, object, context, { kind: 'exception', exception }, source)
      const reported = new ReportedFinding(finding, object, context, undefined, source)
      if (isKnown === undefined || !isKnown(reported.fingerprint)) return reported
      return new ReportedFinding(finding, object, context, { kind: 'baseline' }, source)
    }
  }
}
