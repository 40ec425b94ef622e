/** A place in the text of a condition, as Falco counts: bytes of UTF-8 from 0, lines and columns from 1. */
export interface FilterPosition {
  readonly index: number
  readonly line: number
  readonly column: number
}

export type Modifier = 'oneof' | 'anyof' | 'allof'

export type UnaryOperator = 'exists'

export type BinaryOperator =
  | '<='
  | '<'
  | '>='
  | '>'
  | '=='
  | '='
  | '!='
  | 'glob'
  | 'iglob'
  | 'contains'
  | 'icontains'
  | 'bcontains'
  | 'startswith'
  | 'bstartswith'
  | 'endswith'
  | 'regex'
  | 'intersects'
  | 'in'
  | 'pmatch'

export type TransformerName =
  | 'val'
  | 'tolower'
  | 'toupper'
  | 'b64'
  | 'basename'
  | 'len'
  | 'join'
  | 'concat'
  | 'getopt'

/** `a and b and c`: two or more children. */
export interface AndNode {
  readonly kind: 'and'
  readonly children: readonly FilterNode[]
  readonly position: FilterPosition
}

/** `a or b or c`: two or more children. */
export interface OrNode {
  readonly kind: 'or'
  readonly children: readonly FilterNode[]
  readonly position: FilterPosition
}

export interface NotNode {
  readonly kind: 'not'
  readonly child: FilterNode
  readonly position: FilterPosition
}

/** A bare word where a check could stand: the name of a macro. */
export interface IdentifierNode {
  readonly kind: 'identifier'
  readonly name: string
  readonly position: FilterPosition
}

/** `left exists` */
export interface UnaryCheckNode {
  readonly kind: 'unary-check'
  readonly left: OperandNode
  readonly operator: UnaryOperator
  readonly position: FilterPosition
}

/** `left operator right`, or `left operator modifier (list)`. */
export interface BinaryCheckNode {
  readonly kind: 'binary-check'
  readonly left: OperandNode
  readonly operator: BinaryOperator
  readonly modifier?: Modifier
  readonly right: RightNode
  readonly position: FilterPosition
}

/** `name` or `name[argument]`; an empty argument is no argument. */
export interface FieldNode {
  readonly kind: 'field'
  readonly name: string
  readonly argument: string
  readonly position: FilterPosition
}

/** `transformer(argument, …)`, and `[selector]` behind it where the transformer takes one. */
export interface TransformerNode {
  readonly kind: 'transformer'
  readonly name: TransformerName
  readonly operands: readonly TransformerOperandNode[]
  readonly selector?: string
  readonly position: FilterPosition
}

/** A parenthesised list as argument of a transformer: `("a", fd.name)`. */
export interface TransformerListNode {
  readonly kind: 'transformer-list'
  readonly children: readonly TransformerOperandNode[]
  readonly position: FilterPosition
}

/** One constant; after `in`, `intersects` and `pmatch` a bare one is the name of a list. */
export interface ValueNode {
  readonly kind: 'value'
  readonly value: string
  readonly position: FilterPosition
}

/** `(a, b, c)` on the right of an operator. */
export interface ListNode {
  readonly kind: 'list'
  readonly values: readonly string[]
  readonly position: FilterPosition
}

/** What a whole condition, or a part joined by `and`, `or`, `not`, can be. */
export type FilterNode = AndNode | OrNode | NotNode | IdentifierNode | UnaryCheckNode | BinaryCheckNode

/** What can stand on the left of an operator, or in an output template. */
export type OperandNode = FieldNode | TransformerNode

/** What can stand on the right of an operator. */
export type RightNode = ValueNode | ListNode | TransformerNode

export type TransformerOperandNode = FieldNode | TransformerNode | TransformerListNode | ValueNode

export type AnyNode = FilterNode | OperandNode | RightNode | TransformerListNode
