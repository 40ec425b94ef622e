import type { BinaryCheckNode, FieldNode, FilterNode } from '../parser/index.ts'

/**
 * What a field can be in the events that a condition matches: one of some values, or anything but some values. Events
 * without the field count as a value of their own, `absent`.
 */
export interface PossibleValues {
  readonly kind: 'only' | 'except'
  readonly values: ReadonlySet<string>
  readonly absent: boolean
}

/**
 * Which values of a field a condition can match at all: what an index over that field needs. Comparisons by `=`, `==`,
 * `!=` and `in` tell; every other comparison can match any value, though not its absence.
 *
 * @param ast the condition, macros and lists resolved
 * @param field name of the field, with its argument in brackets where it has one
 */
export function possibleValues(ast: FilterNode, field: string): PossibleValues {
  return boundsOf(ast, field).may
}

/** Values for which the condition may hold, and values for which it is sure to. Negation swaps the two. */
interface Bounds {
  readonly may: PossibleValues
  readonly must: PossibleValues
}

const ALL: PossibleValues = Object.freeze({ kind: 'except', values: new Set<string>(), absent: true })
const NONE: PossibleValues = Object.freeze({ kind: 'only', values: new Set<string>(), absent: false })
const PRESENT: PossibleValues = Object.freeze({ kind: 'except', values: new Set<string>(), absent: false })
const ANY: Bounds = Object.freeze({ may: ALL, must: NONE })
const EXISTS: Bounds = Object.freeze({ may: PRESENT, must: PRESENT })
/** A comparison that tells of no values, but never holds for an event without the field. */
const COMPARED: Bounds = Object.freeze({ may: PRESENT, must: NONE })

/** Macros stand in many conditions: what each part says of a field is found out once. */
const KNOWN = new WeakMap<FilterNode, Map<string, Bounds>>()

function boundsOf(node: FilterNode, field: string): Bounds {
  const known = KNOWN.get(node) ?? new Map<string, Bounds>()
  const bounds = known.get(field) ?? findBounds(node, field)
  KNOWN.set(node, known.set(field, bounds))
  return bounds
}

function findBounds(node: FilterNode, field: string): Bounds {
  switch (node.kind) {
    case 'and': {
      const bounds = node.children.map((child) => boundsOf(child, field))
      return {
        may: bounds.map(({ may }) => may).reduce(intersection, ALL),
        must: bounds.map(({ must }) => must).reduce(intersection, ALL),
      }
    }
    case 'or': {
      const bounds = node.children.map((child) => boundsOf(child, field))
      return {
        may: bounds.map(({ may }) => may).reduce(union, NONE),
        must: bounds.map(({ must }) => must).reduce(union, NONE),
      }
    }
    case 'not': {
      const { may, must } = boundsOf(node.child, field)
      return { may: complement(must), must: complement(may) }
    }
    case 'unary-check':
      return node.left.kind === 'field' && nameOf(node.left) === field ? EXISTS : ANY
    case 'binary-check':
      return checkBounds(node, field)
    default:
      return ANY
  }
}

function checkBounds({ left, operator, modifier, right }: BinaryCheckNode, field: string): Bounds {
  if (left.kind !== 'field' || nameOf(left) !== field) return ANY
  if (modifier !== undefined || right.kind === 'transformer') return ANY
  const values = new Set(right.kind === 'value' ? [right.value] : right.values)
  if (operator === '=' || operator === '==' || operator === 'in') {
    const only: PossibleValues = { kind: 'only', values, absent: false }
    return { may: only, must: only }
  }
  if (operator === '!=') {
    // Whether `!=` holds for an event without the field is left open.
    return { may: { kind: 'except', values, absent: true }, must: { kind: 'except', values, absent: false } }
  }
  return COMPARED
}

function nameOf({ name, argument }: FieldNode): string {
  return argument === '' ? name : `${name}[${argument}]`
}

function complement({ kind, values, absent }: PossibleValues): PossibleValues {
  return { kind: kind === 'only' ? 'except' : 'only', values, absent: !absent }
}

function union(left: PossibleValues, right: PossibleValues): PossibleValues {
  return complement(intersection(complement(left), complement(right)))
}

function intersection(left: PossibleValues, right: PossibleValues): PossibleValues {
  // Most parts of a condition say nothing of a field: sets of a thousand values need no copy for them.
  if (isAll(right)) return left
  if (isAll(left)) return right
  const absent = left.absent && right.absent
  if (left.kind === 'except' && right.kind === 'except') {
    return { kind: 'except', values: new Set([...left.values, ...right.values]), absent }
  }
  const [only, other] = left.kind === 'only' ? [left, right] : [right, left]
  const kept = [...only.values].filter((value) => other.values.has(value) === (other.kind === 'only'))
  return { kind: 'only', values: new Set(kept), absent }
}

function isAll({ kind, values, absent }: PossibleValues): boolean {
  return kind === 'except' && values.size === 0 && absent
}
