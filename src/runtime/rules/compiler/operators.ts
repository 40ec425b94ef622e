import type { FieldType } from '../fields/index.ts'
import type { BinaryOperator, UnaryOperator } from '../parser/index.ts'
import { CompileProblem } from './value.ts'

/** The operators as the compiler tells them apart; `==` is `=`. */
export type Operator = Exclude<BinaryOperator, '=='> | UnaryOperator

/** How values of a type can be compared. */
export type Comparison = 'text' | 'buffer' | 'number' | 'boolean' | 'address'

const OPERATORS: Readonly<Record<Comparison, ReadonlySet<Operator>>> = {
  text: new Set([
    '=',
    '!=',
    '<',
    '<=',
    '>',
    '>=',
    'contains',
    'icontains',
    'in',
    'intersects',
    'startswith',
    'endswith',
    'glob',
    'iglob',
    'pmatch',
    'regex',
  ]),
  buffer: new Set([
    '=',
    '!=',
    'contains',
    'in',
    'intersects',
    'startswith',
    'endswith',
    'bcontains',
    'bstartswith',
  ]),
  number: new Set(['=', '!=', '<', '<=', '>', '>=', 'in', 'intersects']),
  boolean: new Set(['=', '!=', 'in', 'intersects']),
  address: new Set(['=', '!=', 'in', 'intersects']),
}

const LIST_OPERATORS: ReadonlySet<Operator> = new Set(['in', 'intersects'])

/** Types that lists can be made of (libs, filter_compare.cpp, flt_is_comparable). */
const LIST_TYPES: ReadonlySet<FieldType> = new Set([
  'CHARBUF',
  'UINT64',
  'RELTIME',
  'ABSTIME',
  'BOOL',
  'IPADDR',
  'IPNET',
])

/** What Falco calls the filters of a kind in its messages. */
const NAMES: Readonly<Record<Comparison, string>> = {
  text: 'string',
  buffer: 'buffer',
  number: 'numeric',
  boolean: 'numeric',
  address: 'ip address and network',
}

export function comparisonOf(type: FieldType): Comparison {
  if (type === 'CHARBUF' || type === 'FSPATH' || type === 'FSRELPATH') return 'text'
  if (type === 'BYTEBUF') return 'buffer'
  if (type === 'BOOL') return 'boolean'
  if (type === 'IPADDR' || type === 'IPNET') return 'address'
  return 'number'
}

/** @throws CompileProblem where the operator does not fit the type */
export function checkOperator(operator: Operator, type: FieldType, list: boolean): void {
  if (operator === 'exists') return
  if (list) {
    if (!LIST_TYPES.has(type)) {
      throw new CompileProblem(`filter error: list filters are not supported for type '${type}'`)
    }
    if (!LIST_OPERATORS.has(operator)) {
      throw new CompileProblem(`filter error: '${operator}' operator not supported list filters`)
    }
    return
  }
  const comparison = comparisonOf(type)
  if (OPERATORS[comparison].has(operator)) return
  throw new CompileProblem(
    `filter error: '${operator}' operator not supported for ${NAMES[comparison]} filters`,
  )
}
