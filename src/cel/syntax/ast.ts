import type { Value } from '../values/value.ts'

/** What every node of an expression has: where it stands in the source, in UTF-16 units. */
interface At {
  readonly at: number
}

export type ConstantNode = At & { readonly kind: 'constant'; readonly value: Value }
export type IdentifierNode = At & { readonly kind: 'identifier'; readonly name: string }
/** `a.b`; `has(a.b)` where `test`; `a.?b` where `optional`. */
export type SelectNode = At & {
  readonly kind: 'select'
  readonly operand: Node
  readonly field: string
  readonly test: boolean
  readonly optional: boolean
}
/** Operators are calls too, with CEL's own names: `_+_`, `_[_]`, `@in`, `_?_:_`. */
export type CallNode = At & {
  readonly kind: 'call'
  readonly name: string
  readonly target?: Node
  readonly args: readonly Node[]
}
export type ListNode = At & {
  readonly kind: 'list'
  readonly elements: readonly Node[]
  /** Indices of elements written `?e`. */
  readonly optional: ReadonlySet<number>
}
export interface MapEntry extends At {
  readonly key: Node
  readonly value: Node
  readonly optional: boolean
}
export type MapNode = At & { readonly kind: 'map'; readonly entries: readonly MapEntry[] }
export interface FieldEntry extends At {
  readonly field: string
  readonly value: Node
  readonly optional: boolean
}
/** `Object.spec{replicas: 3}` */
export type StructNode = At & {
  readonly kind: 'struct'
  readonly type: string
  readonly fields: readonly FieldEntry[]
}
/** What macros such as `all` and `map` become. */
export type ComprehensionNode = At & {
  readonly kind: 'comprehension'
  readonly range: Node
  readonly variable: string
  /** The second variable of a comprehension with two; `''` for none. */
  readonly variable2: string
  readonly accumulator: string
  readonly init: Node
  readonly condition: Node
  readonly step: Node
  readonly result: Node
}

/** A CEL expression after macros were expanded (CEL language definition, "Macros"). */
export type Node =
  | ConstantNode
  | IdentifierNode
  | SelectNode
  | CallNode
  | ListNode
  | MapNode
  | StructNode
  | ComprehensionNode
