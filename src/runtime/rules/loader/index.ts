export { adviceMessages } from './advice/messages.ts'
export type { RuleErrorCode, RuleWarningCode } from './codes.ts'
export {
  describeRules,
  type ListDescription,
  type MacroDescription,
  type RuleDescription,
  type RuleSetDescription,
} from './describe/describe.ts'
export type { Diagnostic } from './diagnostic.ts'
export { matchedEventTypes } from './event-types/matched.ts'
export type { ExtraOutput } from './extra-output.ts'
export { formatRules } from './layout/format-rules.ts'
export { type LoadOptions, type LoadResult, loadRules } from './load.ts'
export { PRIORITIES, type Priority, parsePriority } from './priority.ts'
export {
  conditionsOf,
  type Place,
  type Rule,
  type RuleSet,
  type Sequence,
  type Suppress,
  type Threshold,
} from './ruleset.ts'
export { validateSchema } from './schema.ts'
export { type RuleSelection, selectRules } from './select.ts'
export type { RuleFile } from './source.ts'
export { parseDuration } from './stateful/duration.ts'
export { statefulMessages } from './stateful/messages.ts'
