import type { FilterNode } from '../../rules/index.ts'

type BinaryCheckNode = Extract<FilterNode, { kind: 'binary-check' }>
type UnaryCheckNode = Extract<FilterNode, { kind: 'unary-check' }>

/** What a condition, or a part of one, is for every event; undefined where that depends on the event. */
type Constant = boolean | undefined

/**
 * Leaves out of a condition what is the same for every event: rules write «never» as `evt.num = 0` or `jevt.rawtime = 0`,
 * for exceptions that nobody has filled in yet. Events are numbered from 1, and each has a time.
 *
 * @returns true or false where nothing is left
 */
export function foldConstants(node: FilterNode): FilterNode | boolean {
  switch (node.kind) {
    case 'and':
    case 'or':
      return foldJunction(node)
    case 'not': {
      const child = foldConstants(node.child)
      if (typeof child === 'boolean') return !child
      return child === node.child ? node : { ...node, child }
    }
    case 'unary-check':
      return unaryConstant(node) ?? node
    case 'binary-check':
      return binaryConstant(node) ?? node
    default:
      return node
  }
}

function foldJunction(node: FilterNode & { readonly kind: 'and' | 'or' }): FilterNode | boolean {
  // True decides an `or`, false an `and`; the other one changes nothing.
  const deciding = node.kind === 'or'
  const children: FilterNode[] = []
  for (const child of node.children) {
    const folded = foldConstants(child)
    if (folded === deciding) return deciding
    if (typeof folded !== 'boolean') children.push(folded)
  }
  const [only] = children
  if (only === undefined) return !deciding
  if (children.length === 1) return only
  const isSame = children.every((child, index) => child === node.children[index])
  return isSame && children.length === node.children.length ? node : { ...node, children }
}

function unaryConstant({ left }: UnaryCheckNode): Constant {
  return left.kind === 'field' && isRawTime(left.name) && left.argument === '' ? true : undefined
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
