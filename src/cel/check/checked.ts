import type { CallNode, IdentifierNode, Node, SelectNode } from '../syntax/ast.ts'
import type { Type } from '../types/type.ts'
import type { TypeValue } from '../values/value.ts'
import type { FunctionDeclaration, Overload } from './declarations.ts'

/** What a name stands for. */
export type Reference =
  /** A variable of a macro, innermost first. */
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'type'; readonly value: TypeValue }

/** What a call means. */
export interface Resolution {
  readonly declaration: FunctionDeclaration
  /** Those that fit the types; several where one is `dyn`. */
  readonly overloads: readonly Overload[]
  /** Without the target where that was but the first part of the function's name: `ip.isCanonical(x)`. */
  readonly operands: readonly Node[]
}

/** An expression that was found sound, with what its names mean. */
export interface Checked {
  readonly root: Node
  readonly type: Type
  readonly references: ReadonlyMap<IdentifierNode | SelectNode, Reference>
  readonly resolutions: ReadonlyMap<CallNode, Resolution>
}
