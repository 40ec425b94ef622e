import type { Value } from './value.ts'

/** A list of CEL. */
export abstract class List {
  abstract readonly size: number
  /** @param index - an integer from 0 to the size, exclusive */
  abstract at(index: number): Value

  *[Symbol.iterator](): Generator<Value> {
    const { size } = this
    for (let index = 0; index < size; index++) yield this.at(index)
  }
}

/** A list that an expression made. */
export class ValueList extends List {
  readonly values: readonly Value[]

  constructor(values: readonly Value[]) {
    super()
    this.values = values
  }

  get size(): number {
    return this.values.length
  }

  at(index: number): Value {
    return this.values[index] ?? null
  }
}
