import type { FilterNode } from '../../../../runtime/rules/index.ts'
import { type Alternative, ANYTHING, both, hull, mergeExactly, signatureOf } from './alternative.ts'
import { literalAlternative } from './literal.ts'

/** Alternatives that are told apart; more are taken together, which asks for more of a policy, never for less. */
const MOST_ALTERNATIVES = 64

/**
 * The ways in which a condition can hold: its disjunctive normal form, each conjunction as a box of requests.
 *
 * @param condition - macros and lists filled in
 * @returns none where no event can ever satisfy it
 */
export function alternativesOf(condition: FilterNode): readonly Alternative[] {
  return expand(condition, false)
}

function expand(node: FilterNode, isNegated: boolean): readonly Alternative[] {
  switch (node.kind) {
    case 'not':
      return expand(node.child, !isNegated)
    case 'and':
    case 'or': {
      const parts = node.children.map((child) => expand(child, isNegated))
      return (node.kind === 'and') !== isNegated ? conjunction(parts) : simplified(parts.flat())
    }
    case 'identifier':
      return [ANYTHING]
    default: {
      const alternative = literalAlternative(node, isNegated)
      return alternative === undefined ? [] : [alternative]
    }
  }
}

/** Parts with one alternative go first: they narrow what the others multiply. */
function conjunction(parts: readonly (readonly Alternative[])[]): readonly Alternative[] {
  let alternatives: readonly Alternative[] = [ANYTHING]
  for (const part of parts.toSorted((a, b) => a.length - b.length)) {
    const isTooMany = alternatives.length * part.length > MOST_ALTERNATIVES
    const factors = isTooMany ? hulls(part) : part
    const known =
      alternatives.length * factors.length > MOST_ALTERNATIVES ? hulls(alternatives) : alternatives
    alternatives = simplified(known.flatMap((left) => factors.flatMap((right) => both(left, right) ?? [])))
  }
  return alternatives
}

/** Joins what differs in one side only, again and again. */
function simplified(alternatives: readonly Alternative[]): readonly Alternative[] {
  const kept: Alternative[] = []
  for (const each of alternatives) {
    let next = each
    for (let index = 0; index < kept.length; index++) {
      const other = kept[index]
      const merged = other === undefined ? undefined : mergeExactly(other, next)
      if (merged === undefined) continue
      kept.splice(index, 1)
      next = merged
      index = -1
    }
    kept.push(next)
  }
  return kept.length > MOST_ALTERNATIVES ? hulls(kept) : kept
}

/** One alternative for each kind of need. */
function hulls(alternatives: readonly Alternative[]): readonly Alternative[] {
  const bySignature = Map.groupBy(alternatives, signatureOf)
  return [...bySignature.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [hull([first, ...others])],
  )
}
