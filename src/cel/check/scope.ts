import type { Type } from '../types/type.ts'

/** The variables of macros around a part of an expression; the inner hide the outer. */
export class Scope {
  readonly #outer: Scope | undefined
  readonly #types: ReadonlyMap<string, Type>

  constructor(outer: Scope | undefined, types: readonly (readonly [string, Type])[]) {
    this.#outer = outer
    this.#types = new Map(types)
  }

  find(name: string): Type | undefined {
    return this.#types.get(name) ?? this.#outer?.find(name)
  }
}
