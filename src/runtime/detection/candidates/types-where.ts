import { conditionsOf, type FilterNode, matchedEventTypes, type Rule } from '../../rules/index.ts'
import { foldConstants } from './fold-constants.ts'

/**
 * Types of events that rules are about, where something holds of what is left of every condition for such an event.
 *
 * @param facts - what is known of such events besides their type: the values that a field may have
 * @param holds - told a condition after these are put in: decided, or what of it is still open
 */
export function typesWhere(
  rules: readonly Rule[],
  facts: Readonly<Record<string, readonly string[]>>,
  holds: (left: boolean | FilterNode) => boolean,
): ReadonlySet<string> {
  const conditions = rules.flatMap(conditionsOf)
  const types = new Set(conditions.flatMap((condition) => [...matchedEventTypes(condition)]))
  return new Set(
    [...types].filter((type) => {
      const ofType = new Map(Object.entries({ ...facts, 'evt.type': [type] }))
      return conditions.every((condition) => holds(foldConstants(condition, ofType)))
    }),
  )
}
