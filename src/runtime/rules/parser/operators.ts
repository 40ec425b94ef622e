import type { BinaryOperator, Modifier, TransformerName, UnaryOperator } from './nodes.ts'

/** Takes nothing on its right. */
export const UNARY_OPERATORS: readonly UnaryOperator[] = ['exists']

/** Takes a number on its right. Longer ones first: the lexer takes the first that fits. */
export const NUMBER_OPERATORS: readonly BinaryOperator[] = ['<=', '<', '>=', '>']

/** Takes one string on its right, or a modifier and a list. Words must be followed by a blank. */
export const STRING_OPERATORS: readonly BinaryOperator[] = [
  '==',
  '=',
  '!=',
  'glob',
  'iglob',
  'contains',
  'icontains',
  'bcontains',
  'startswith',
  'bstartswith',
  'endswith',
  'regex',
]

/** Takes a list, or the name of one, on its right. */
export const LIST_OPERATORS: readonly BinaryOperator[] = ['intersects', 'in', 'pmatch']

export const MODIFIERS: readonly Modifier[] = ['oneof', 'anyof', 'allof']

/** Transformers that can stand on both sides of an operator. `val` can stand only on the right, around one field. */
export const TRANSFORMERS: readonly TransformerName[] = [
  'tolower',
  'toupper',
  'b64',
  'basename',
  'len',
  'join',
  'concat',
  'getopt',
]

/** All operators in Falco's order, as its messages list them. */
export const OPERATORS: readonly (UnaryOperator | BinaryOperator)[] = [
  ...UNARY_OPERATORS,
  ...NUMBER_OPERATORS,
  ...STRING_OPERATORS,
  ...LIST_OPERATORS,
]

export const VAL_AND_TRANSFORMERS: readonly TransformerName[] = ['val', ...TRANSFORMERS]
