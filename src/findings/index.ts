export {
  type Baseline,
  BaselineError,
  baselineMessages,
  createBaselineWriter,
  readBaseline,
} from './baseline.ts'
export type { Check, Detection, Subject } from './check.ts'
export { createExceptionChecks } from './exception-checks.ts'
export type {
  Finding,
  Location,
  PatchOperation,
  Remediation,
  ResourceReference,
  Severity,
} from './finding.ts'
export { applyFixes, fixMessages, unifiedDiff } from './fixes/index.ts'
export { NO_PLACES, type Place, type Places, SaidPlaces } from './recall.ts'
export type { ReportedFinding, SourceLines } from './reported.ts'
export {
  createReporter,
  REPORT_FORMATS,
  type ReportFormat,
} from './reports/create.ts'
export { excerptOf } from './reports/excerpt.ts'
export { severityLabel } from './reports/labels.ts'
export { type Outlet, recordFindings, repeatFindings } from './reports/outlets.ts'
export { createPartWriter, PARTED_FORMATS } from './reports/part.ts'
export type { Reporter, ReportPart, Run } from './reports/reporter.ts'
export { type StreamSink, streamSink } from './reports/sink.ts'
export { RepeatedObject, type Stencil } from './reports/stencil.ts'
export { blanks, visible } from './reports/visible.ts'
export {
  SECRET_KINDS,
  type SecretKind,
  secretInArgument,
  secretKindOf,
} from './secret-literals.ts'
export { createTally, type Summary, type Tally } from './tally.ts'
export { FAIL_ON, type FailOn } from './threshold.ts'
export { createTriage, type Triage } from './triage.ts'
