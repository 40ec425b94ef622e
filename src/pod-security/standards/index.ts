export {
  evalPodSecurity,
  type PodSecurityAnswer,
  type PodSecurityRefusal,
  type PodSecurityRequest,
  podSecurityRequestMessages,
} from './answer.ts'
export { allPodSecurityChecks, podSecurityChecks } from './checks/index.ts'
export { evaluatePod, isPodAllowed, type Violation } from './evaluate.ts'
export type { PodView } from './pod.ts'
export { type Summary, summarize, violationMessage } from './summary.ts'
export {
  formatLevelVersion,
  formatPolicyVersion,
  isLevel,
  LEVEL_EXPECTED,
  LEVELS,
  type Level,
  type LevelVersion,
  NEWEST_MINOR,
  type PolicyVersion,
  parseLevelVersion,
  parsePolicyVersion,
  VERSION_EXPECTED,
} from './version.ts'
