export {
  evalPodSecurity,
  type PodSecurityAnswer,
  type PodSecurityRefusal,
  type PodSecurityRequest,
  podSecurityRequestMessages,
} from './answer.ts'
export { podSecurityChecks } from './checks/index.ts'
export { evaluatePod, isPodAllowed, type Violation } from './evaluate.ts'
export type { PodView } from './pod.ts'
export type { Summary } from './summary.ts'
export {
  LEVELS,
  type Level,
  type LevelVersion,
  type PolicyVersion,
  parsePolicyVersion,
} from './version.ts'
