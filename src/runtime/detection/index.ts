export type { Actor } from './actor.ts'
export { type Alert, type AlertOrigin, createAlert } from './alert.ts'
export {
  createDetector,
  type Detector,
  type DetectorCounts,
  type DetectorOptions,
  RULE_MATCHINGS,
  type RuleMatching,
} from './detector.ts'
export type { RuleOutput } from './rule-output.ts'
export { auditDetection, type DetectionSource, falcoAuditDetection, syscallDetection } from './source.ts'
export { STATE_LIMITS, type StateLimits } from './state/keyed-state.ts'
