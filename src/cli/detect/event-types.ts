import { conditionsOf, matchedEventTypes, type Rule } from '../../runtime/rules/index.ts'

/** Types of the events that rules can match, with the steps of their sequences. */
export function typesOf(rules: readonly Pick<Rule, 'condition' | 'sequence'>[]): ReadonlySet<string> {
  return new Set(rules.flatMap(conditionsOf).flatMap((condition) => [...matchedEventTypes(condition)]))
}
