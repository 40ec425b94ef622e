export { type Coverage, coverRules, VERDICTS, type Verdict } from './cover/cover.ts'
export type { Gap } from './cover/gap.ts'
export { type MinimalPolicy, minimalPolicy } from './minimal/minimal.ts'
