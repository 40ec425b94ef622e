export {
  type Baseline,
  BaselineError,
  type BaselineWriter,
  baselineMessages,
  createBaselineWriter,
  readBaseline,
} from './baseline.ts'
export type { Check, Detection, Subject } from './check.ts'
export { createExceptionChecks, type ExceptionContext } from './exception-checks.ts'
export {
  type Finding,
  type Location,
  type PatchOperation,
  type Remediation,
  type ResourceReference,
  SEVERITIES,
  type Severity,
} from './finding.ts'
export { applyFixes, type FixedText, fixMessages, unifiedDiff } from './fixes/index.ts'
export { type Exception, ReportedFinding, type SourceLines, type Suppression } from './reported.ts'
export {
  createReporter,
  REPORT_FORMATS,
  type ReporterOptions,
  type ReportFormat,
} from './reports/create.ts'
export type { CheckDescription, Reporter, ReportSink, Run } from './reports/reporter.ts'
export { type StreamSink, streamSink, textSink } from './reports/sink.ts'
export { displayWidth, visible } from './reports/visible.ts'
export { createTally, type SeverityCounts, type Summary, type Tally } from './tally.ts'
export { compareSeverity, exceeds, FAIL_ON, type FailOn } from './threshold.ts'
export { createTriage, type Triage, type TriageOptions } from './triage.ts'
