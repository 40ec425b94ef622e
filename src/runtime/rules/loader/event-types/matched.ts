import type { BinaryCheckNode, FilterNode } from '../../parser/index.ts'
import { EVENT_TYPES } from './names.ts'

/** Event types for which a condition can hold; `all` where it restricts nothing. */
type Types = ReadonlySet<string>

const ALL: Types = new Set(EVENT_TYPES)
const NONE: Types = new Set()

/**
 * The event types for which a condition can be true, by the algebra of sets: `and` intersects, `or` unites, and `not` is pushed
 * down to the checks by De Morgan's laws. A check that is not about the event's type restricts nothing, negated or not
 * (libs, filter/ppm_codes.cpp).
 *
 * @param condition - its macros resolved
 */
export function matchedEventTypes(condition: FilterNode): ReadonlySet<string> {
  return typesOf(condition, false)
}

function typesOf(node: FilterNode, isNegated: boolean): Types {
  switch (node.kind) {
    case 'and':
    case 'or': {
      const children = node.children.map((child) => typesOf(child, isNegated))
      return (node.kind === 'and') === isNegated ? united(children) : intersected(children)
    }
    case 'not':
      return typesOf(node.child, !isNegated)
    case 'unary-check':
      return isEventType(node) && isNegated ? NONE : ALL
    case 'binary-check':
      return typesOfCheck(node, isNegated)
    default:
      return ALL
  }
}

function typesOfCheck(node: BinaryCheckNode, isNegated: boolean): Types {
  const { operator } = node
  if (!isEventType(node)) return neverHolds(node, isNegated) ? NONE : ALL
  if (operator !== '=' && operator !== '==' && operator !== '!=' && operator !== 'in') return ALL
  const names = constantsOf(node)
  if (names === undefined) return ALL
  const named = new Set(names.filter((name) => ALL.has(name)))
  return (operator === '!=') === isNegated ? named : new Set(EVENT_TYPES.filter((type) => !named.has(type)))
}

function isEventType({ left }: { readonly left: BinaryCheckNode['left'] }): boolean {
  return left.kind === 'field' && left.name === 'evt.type' && left.argument === ''
}

/** Events are numbered from 1: `evt.num = 0` is how rules write «never», `evt.num >= 0` how they write «always». */
function neverHolds(node: BinaryCheckNode, isNegated: boolean): boolean {
  const { left, operator } = node
  if (left.kind !== 'field' || left.name !== 'evt.num') return false
  const [number] = constantsOf(node)?.map(Number) ?? []
  if (number === undefined || !Number.isFinite(number) || number >= 1) return false
  const holds = operator === '>' || operator === '>=' || operator === '!='
  const fails = operator === '<' || operator === '<=' || operator === '=' || operator === '=='
  return isNegated ? holds : fails
}

function constantsOf({ right }: BinaryCheckNode): readonly string[] | undefined {
  if (right.kind === 'value') return [right.value]
  return right.kind === 'list' ? right.values : undefined
}

function united(sets: readonly Types[]): Types {
  if (sets.includes(ALL)) return ALL
  return new Set(sets.flatMap((set) => [...set]))
}

function intersected(sets: readonly Types[]): Types {
  const restricting = sets.filter((set) => set !== ALL)
  const [first, ...others] = restricting
  if (first === undefined) return ALL
  return new Set([...first].filter((type) => others.every((set) => set.has(type))))
}
