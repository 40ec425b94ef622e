import type { FilterNode } from '../../rules/index.ts'

type BinaryCheckNode = Extract<FilterNode, { kind: 'binary-check' }>
type UnaryCheckNode = Extract<FilterNode, { kind: 'unary-check' }>

/** What a condition, or a part of one, is for every event; undefined where that depends on the event. */
type Constant = boolean | undefined

/** Text fields that all events in question have, by their names: each is one of some values. */
export type Facts = ReadonlyMap<string, readonly string[]>

const NO_FACTS: Facts = new Map()

/**
 * Leaves out of a condition what is the same for every event: rules write «never» as `evt.num = 0` or `jevt.rawtime = 0`,
 * for exceptions that nobody has filled in yet. Events are numbered from 1, and each has a time.
 *
 * @param facts what is known of the events beside
 * @returns true or false where nothing is left
 */
export function foldConstants(node: FilterNode, facts: Facts = NO_FACTS): FilterNode | boolean {
  switch (node.kind) {
    case 'and':
    case 'or':
      return foldJunction(node, facts)
    case 'not': {
      const child = foldConstants(node.child, facts)
      if (typeof child === 'boolean') return !child
      return child === node.child ? node : { ...node, child }
    }
    case 'unary-check':
      return unaryConstant(node, facts) ?? node
    case 'binary-check':
      return binaryConstant(node) ?? factConstant(node, facts) ?? node
    default:
      return node
  }
}

function foldJunction(
  node: FilterNode & { readonly kind: 'and' | 'or' },
  facts: Facts,
): FilterNode | boolean {
  // True decides an `or`, false an `and`; the other one changes nothing.
  const deciding = node.kind === 'or'
  const children: FilterNode[] = []
  for (const child of node.children) {
    const folded = foldConstants(child, facts)
    if (folded === deciding) return deciding
    if (typeof folded !== 'boolean') children.push(folded)
  }
  const [only] = children
  if (only === undefined) return !deciding
  if (children.length === 1) return only
  const isSame = children.every((child, index) => child === node.children[index])
  return isSame && children.length === node.children.length ? node : { ...node, children }
}

function unaryConstant({ left }: UnaryCheckNode, facts: Facts): Constant {
  if (left.kind !== 'field' || left.argument !== '') return undefined
  return isRawTime(left.name) || facts.has(left.name) ? true : undefined
}

/** Comparisons by identity with constants. */
function factConstant({ left, operator, modifier, right }: BinaryCheckNode, facts: Facts): Constant {
  if (left.kind !== 'field' || left.argument !== '' || modifier !== undefined) return undefined
  const values = facts.get(left.name)
  if (values === undefined || right.kind === 'transformer') return undefined
  const constants = right.kind === 'value' ? [right.value] : right.values
  const [isIn, ...others] = new Set(values.map((value) => constants.includes(value)))
  if (isIn === undefined || others.length > 0) return undefined
  if (operator === '=' || operator === '==' || operator === 'in') return isIn
  return operator === '!=' ? !isIn : undefined
}

function binaryConstant({ left, operator, modifier, right }: BinaryCheckNode): Constant {
  if (left.kind !== 'field' || left.argument !== '' || right.kind !== 'value' || modifier !== undefined)
    return undefined
  if (right.value !== '0') return undefined
  if (left.name !== 'evt.num' && !isRawTime(left.name)) return undefined
  if (operator === '=' || operator === '==') return false
  if (operator === '!=') return true
  // The time is compared as a text.
  if (left.name !== 'evt.num') return undefined
  if (operator === '>' || operator === '>=') return true
  return operator === '<' || operator === '<=' ? false : undefined
}

function isRawTime(name: string): boolean {
  return name === 'jevt.rawtime' || name === 'json.rawtime'
}
