import { costSize } from '../values/size.ts'
import type { Result, Value } from '../values/value.ts'

/** Going over ten characters costs as much as one step (cel-go, "StringTraversalCostFactor"). */
const TEXT_FACTOR = 0.1
/** A regular expression is taken to have an instruction for each four characters. */
const REGEX_FACTOR = 0.25

export const LIST_COST = 10
export const MAP_COST = 30
export const STRUCT_COST = 40

/** What it costs to go over a value `times` times, from one end to the other. */
export function textCost(value: Result, times = 1): number {
  return Math.ceil(costSize(value) * times * TEXT_FACTOR)
}

/** What matching a regular expression costs: each of its instructions may look at each character. */
export function regexCost(text: Value, pattern: Value): number {
  return regexCostOfSize(text, costSize(pattern))
}

export function regexCostOfSize(text: Value, patternSize: number): number {
  return Math.ceil((1 + costSize(text)) * TEXT_FACTOR) * Math.ceil(patternSize * REGEX_FACTOR)
}

/**
 * What a call costs that no library counts for itself (cel-go, "interpreter/runtimecost.go").
 *
 * @param overload - the id of the overload; `''` where the types leave several, and all of them count as one step
 */
export function standardCost(args: readonly Value[], overload: string): number {
  const [first = null, second = null] = args
  switch (overload) {
    case 'starts_with_string':
    case 'ends_with_string':
      return textCost(second)
    case 'string_to_bytes':
    case 'bytes_to_string':
    case 'strings_quote':
    case 'string_format':
      return textCost(first)
    case 'in_list':
      return costSize(second)
    case 'less_string':
    case 'less_equals_string':
    case 'greater_string':
    case 'greater_equals_string':
    case 'less_bytes':
    case 'less_equals_bytes':
    case 'greater_bytes':
    case 'greater_equals_bytes':
    case 'equals':
    case 'not_equals':
      return Math.ceil(Math.min(costSize(first), costSize(second)) * TEXT_FACTOR)
    case 'add_string':
    case 'add_bytes':
      return Math.ceil((costSize(first) + costSize(second)) * TEXT_FACTOR)
    case 'matches':
    case 'matches_string':
      return regexCost(first, second)
    case 'contains_string':
      return textCost(first) * textCost(second)
    default:
      return 1
  }
}
