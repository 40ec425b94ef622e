export type { Actor } from './actor.ts'
export { type Alert, type AlertOrigin, createAlerts } from './alert.ts'
export { typesOfInternet } from './candidates/types-of-internet.ts'
export { typesOfSuccess } from './candidates/types-of-success.ts'
export {
  createDetector,
  type Detector,
  type DetectorCounts,
  type DetectorOptions,
  RULE_MATCHINGS,
  type RuleMatching,
} from './detector.ts'
export { createFieldMap } from './kernel-field-map.ts'
export { containerOutput, kernelDetection } from './kernel-source.ts'
export { type LateFields, lateFields, type Missing } from './late-fields.ts'
export { fileSieve, sieveText } from './opened-files/file-sieve.ts'
export { outputMessages } from './outputs/messages.ts'
export {
  OUTPUT_KINDS,
  type OutputKind,
  type OutputRequest,
  type OutputSettings,
  openOutput,
} from './outputs/open-output.ts'
export type { AlertOutput, OutputCounts } from './outputs/output.ts'
export type { StreamFormat } from './outputs/stream-output.ts'
export type { RuleOutput } from './rule-output.ts'
export { sensorAlert, sensorAlertMessages } from './sensor-alerts.ts'
export { auditDetection, type DetectionSource, falcoAuditDetection, syscallDetection } from './source.ts'
export type { StateLimits } from './state/keyed-state.ts'
