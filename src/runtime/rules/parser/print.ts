import { escapeValue } from './escaping.ts'
import type { AnyNode } from './nodes.ts'
import { type NodeVisitor, visitNode } from './visit.ts'

/**
 * The tree as libs prints it (filter/ast.cpp, string_visitor): what rule descriptions show as the compiled condition. It
 * is for people and comparisons: not every value is quoted that would have to be to read it again (see writeFilter).
 */
export function printFilter(node: AnyNode): string {
  return visitNode(node, PRINTER)
}

const PRINTER: NodeVisitor<string> = {
  and: (node) => `(${node.children.map(printFilter).join(' and ')})`,
  or: (node) => `(${node.children.map(printFilter).join(' or ')})`,
  not: (node) => `not ${printFilter(node.child)}`,
  identifier: (node) => node.name,
  'unary-check': (node) => `${printFilter(node.left)} ${node.operator}`,
  'binary-check': (node) => {
    const modifier = node.modifier === undefined ? '' : `${node.modifier} `
    return `${printFilter(node.left)} ${node.operator} ${modifier}${printFilter(node.right)}`
  },
  field: (node) => (node.argument === '' ? node.name : `${node.name}[${escapeValue(node.argument)}]`),
  transformer: (node) => {
    const selector = node.selector === undefined ? '' : `[${escapeValue(node.selector)}]`
    return `${node.name}(${node.operands.map(printFilter).join(',')})${selector}`
  },
  'transformer-list': (node) => `(${node.children.map(printFilter).join(',')})`,
  value: (node) => escapeValue(node.value),
  list: (node) => `(${node.values.map(escapeValue).join(', ')})`,
}
