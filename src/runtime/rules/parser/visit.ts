import type { AnyNode } from './nodes.ts'

type NodeOfKind<K extends AnyNode['kind']> = Extract<AnyNode, { kind: K }>

/** One function for every kind of node: a record that misses a kind does not compile. */
export type NodeVisitor<R> = { readonly [K in AnyNode['kind']]: (node: NodeOfKind<K>) => R }

/**
 * Hands a node to the function of its kind.
 *
 * @returns what that function returned; children are visited only if it does so itself
 */
export function visitNode<R>(node: AnyNode, visitor: NodeVisitor<R>): R {
  return (visitor[node.kind] as (node: AnyNode) => R)(node)
}

/** The nodes directly below one, in the order of the text. */
function childrenOf(node: AnyNode): readonly AnyNode[] {
  return visitNode(node, CHILDREN)
}

const NONE: readonly AnyNode[] = []

const CHILDREN: NodeVisitor<readonly AnyNode[]> = {
  and: (node) => node.children,
  or: (node) => node.children,
  not: (node) => [node.child],
  identifier: () => NONE,
  'unary-check': (node) => [node.left],
  'binary-check': (node) => [node.left, node.right],
  field: () => NONE,
  transformer: (node) => node.operands,
  'transformer-list': (node) => node.children,
  value: () => NONE,
  list: () => NONE,
}

/** Calls `see` with the node and everything below it, parents first. */
export function walkNodes(node: AnyNode, see: (node: AnyNode) => void): void {
  const pending: AnyNode[] = [node]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    see(next)
    const children = childrenOf(next)
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index]
      if (child !== undefined) pending.push(child)
    }
  }
}
