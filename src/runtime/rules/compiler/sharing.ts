import { type FilterNode, printFilter } from '../parser/index.ts'

/** A part of conditions, with every other part that reads the same folded into it. */
export interface SharedNode {
  readonly node: FilterNode
  readonly children: readonly SharedNode[]
  /** From 0; no other part that the same interner made has it. */
  readonly number: number
  /** In how many places it stands, counting each part that it is folded from once. */
  uses: number
}

interface Interner {
  add(condition: FilterNode): SharedNode
}

/** Folds equal parts of conditions into one (hash-consing): a part is known by its kind and the parts below it. */
export function createInterner(): Interner {
  const byKey = new Map<string, SharedNode>()
  const byNode = new WeakMap<FilterNode, SharedNode>()
  let size = 0
  return { add }

  function add(node: FilterNode): SharedNode {
    const known = byNode.get(node)
    if (known !== undefined) {
      known.uses++
      return known
    }
    const children = childrenOf(node).map(add)
    const key = keyOf(node, children)
    const equal = byKey.get(key)
    if (equal !== undefined) {
      // What stands below an equal part is used by that part alone, however often the part itself is.
      for (const child of children) child.uses--
      equal.uses++
      byNode.set(node, equal)
      return equal
    }
    const shared: SharedNode = { node, children, number: size++, uses: 1 }
    byKey.set(key, shared)
    byNode.set(node, shared)
    return shared
  }

  function keyOf(node: FilterNode, children: readonly SharedNode[]): string {
    if (children.length === 0) return `check ${checkKey(node)}`
    return `${node.kind} ${children.map(({ number }) => number).join(' ')}`
  }
}

function childrenOf(node: FilterNode): readonly FilterNode[] {
  if (node.kind === 'and' || node.kind === 'or') return node.children
  return node.kind === 'not' ? [node.child] : []
}

/** Checks are equal where they print alike and their values are split alike: `(a, b)` is not `("a, b")`. */
function checkKey(node: FilterNode): string {
  if (node.kind !== 'binary-check') return printFilter(node)
  const { left, operator, modifier = '', right } = node
  const value =
    right.kind === 'transformer'
      ? `t${JSON.stringify(right, withoutPosition)}`
      : JSON.stringify(valuesOf(right))
  return `${JSON.stringify(left, withoutPosition)} ${operator === '==' ? '=' : operator} ${modifier} ${value}`
}

function valuesOf(right: { kind: 'value'; value: string } | { kind: 'list'; values: readonly string[] }) {
  return right.kind === 'value' ? [right.value] : right.values
}

function withoutPosition(key: string, value: unknown): unknown {
  return key === 'position' ? undefined : value
}
