import type { SourcedText } from '../sourced-text.ts'

/** `threshold`: alert only when the condition has matched so often within so long. */
export interface ThresholdDefinition {
  readonly count: number
  /** Milliseconds. */
  readonly within: number
  readonly by: readonly SourcedText[]
  /** Count the distinct values of this field, not the events. */
  readonly distinct?: SourcedText
}

/** `sequence`: alert only when these have matched before, in this order; the rule's condition is the last step. */
export interface SequenceDefinition {
  readonly steps: readonly SourcedText[]
  /** Milliseconds, from the first step to the event that raises the alert. */
  readonly within: number
  readonly by: readonly SourcedText[]
}

/** `suppress`: at most `limit` alerts within so long. */
export interface SuppressDefinition {
  readonly limit: number
  /** Milliseconds. */
  readonly within: number
  readonly by: readonly SourcedText[]
}

/** Haetae's own keys of a rule; Falco passes over them with a warning. */
export interface StatefulDefinition {
  readonly threshold?: ThresholdDefinition
  readonly sequence?: SequenceDefinition
  readonly suppress?: SuppressDefinition
}
