import type { EventSource, FilterNode, Rule } from '../../rules/index.ts'
import { distinctText, groupKey } from './group-key.ts'
import type { StateCounts, StateLimits } from './keyed-state.ts'
import { createSequence } from './sequence.ts'
import { createSuppression } from './suppression.ts'
import { createThreshold } from './threshold.ts'

/** What a rule with Haetae's own keys remembers of events. Times are milliseconds. */
export interface RuleState<E> {
  /** Told of an event that the rule's condition matches: whether to alert. Undefined for a rule that always does. */
  readonly observe: ((event: E, time: number) => boolean) | undefined
  /** Told of an event that is to raise an alert: whether it passes `suppress`. Undefined for a rule without. */
  readonly passes: ((event: E, time: number) => boolean) | undefined
  /** The steps of the rule's sequence, in order. */
  readonly steps: readonly {
    readonly condition: FilterNode
    readonly observe: (event: E, time: number) => void
  }[]
}

/** Makes the state of a rule: nothing for one without `threshold`, `sequence` and `suppress`. */
export function createRuleState<E>(
  rule: Rule,
  source: EventSource<E>,
  counts: StateCounts,
  limits?: StateLimits,
): RuleState<E> {
  const passes = passesOf(rule, source, counts, limits)
  if (rule.threshold !== undefined) {
    const { by, distinct } = rule.threshold
    const counter = createThreshold(rule.threshold, counts, limits)
    const key = groupKey(by, source)
    const value = distinct === undefined ? () => undefined : distinctText(distinct, source)
    return { observe: (event, time) => counter(key(event), time, value(event)), passes, steps: [] }
  }
  if (rule.sequence !== undefined) {
    const { by, steps } = rule.sequence
    const follower = createSequence(rule.sequence, counts, limits)
    const key = groupKey(by, source)
    return {
      observe: (event, time) => follower.finish(key(event), time),
      passes,
      steps: steps.map((condition, step) => ({
        condition,
        observe: (event, time) => follower.step(step, key(event), time),
      })),
    }
  }
  return { observe: undefined, passes, steps: [] }
}

function passesOf<E>(
  { suppress }: Rule,
  source: EventSource<E>,
  counts: StateCounts,
  limits?: StateLimits,
): RuleState<E>['passes'] {
  if (suppress === undefined) return undefined
  const suppressor = createSuppression(suppress, counts, limits)
  const key = groupKey(suppress.by, source)
  return (event, time) => suppressor(key(event), time)
}
