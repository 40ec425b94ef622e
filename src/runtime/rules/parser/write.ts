import { textToBytes } from '../../texts/index.ts'
import type { AnyNode, BinaryCheckNode, FilterNode } from './nodes.ts'
import { LIST_OPERATORS, MODIFIERS, NUMBER_OPERATORS } from './operators.ts'
import { type NodeVisitor, visitNode } from './visit.ts'

/**
 * The tree as text that reads as the same tree again: unlike printFilter it quotes every value that needs quotes, and
 * puts parentheses only where they tell something.
 */
export function writeFilter(node: AnyNode): string {
  return visitNode(node, WRITER)
}

const WRITER: NodeVisitor<string> = {
  and: (node) => node.children.map(writeChild).join(' and '),
  or: (node) => node.children.map(writeChild).join(' or '),
  not: (node) => `not ${node.child.kind === 'not' ? `(${writeFilter(node.child)})` : writeChild(node.child)}`,
  identifier: (node) => node.name,
  'unary-check': (node) => `${writeFilter(node.left)} ${node.operator}`,
  'binary-check': writeCheck,
  field: (node) => `${node.name}${node.argument === '' ? '' : bracketed(node.argument)}`,
  transformer: (node) => {
    const operands = node.operands.map(writeFilter).join(', ')
    return `${node.name}(${operands})${node.selector === undefined ? '' : bracketed(node.selector)}`
  },
  'transformer-list': (node) => `(${node.children.map(writeFilter).join(', ')})`,
  value: (node) => quote(node.value),
  list: (node) => `(${node.values.map(writeValue).join(', ')})`,
}

function writeChild(node: FilterNode): string {
  const text = writeFilter(node)
  return node.kind === 'and' || node.kind === 'or' ? `(${text})` : text
}

function writeCheck({ left, operator, modifier, right }: BinaryCheckNode): string {
  const named = modifier !== undefined || LIST_OPERATORS.includes(operator)
  const bare = named || NUMBER_OPERATORS.includes(operator)
  const value = right.kind !== 'value' ? writeFilter(right) : bare ? right.value : writeValue(right.value)
  return `${writeFilter(left)} ${operator} ${modifier === undefined ? '' : `${modifier} `}${value}`
}

function bracketed(argument: string): string {
  return /^[^\]["'\s]+$/.test(argument) && argument.isWellFormed() ? `[${argument}]` : `[${quote(argument)}]`
}

function writeValue(value: string): string {
  // The lexer takes some control characters for blanks.
  const bare = /^[^()"'\s=,\p{Cc}]+$/u.test(value) && value.isWellFormed()
  return bare && !MODIFIERS.some((modifier) => modifier === value) ? value : quote(value)
}

/** In double quotes. A backslash before the closing quote would keep it from closing, so it is written as its code. */
function quote(value: string): string {
  let escaped = ''
  for (const character of value)
    escaped += isLoneByte(character) ? hexEscape(character) : escapeCharacter(character)
  return `"${escaped.replace(/\\\\$/, '\\x5c')}"`
}

/** A lone surrogate that stands for a byte (see bytes.ts). */
function isLoneByte(character: string): boolean {
  return character.length === 1 && character >= '\udc80' && character <= '\udcff'
}

function hexEscape(character: string): string {
  return `\\x${textToBytes(character).toString('hex')}`
}

function escapeCharacter(character: string): string {
  return ESCAPES[character] ?? character
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\x00',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\x0b',
  '\\': '\\\\',
  '"': '\\"',
}
