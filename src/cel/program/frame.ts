import { Cancelled } from '../values/meter.ts'
import { fromNative } from '../values/native.ts'
import { Failure, type Result } from '../values/value.ts'

/** Name → what JSON gave, or a value. */
export type Bindings = Readonly<Record<string, unknown>>

/** One evaluation under way. */
export class Frame {
  readonly #bindings: Bindings
  /** The variables of macros, by their places. */
  readonly locals: Result[] = []
  readonly #limit: number
  cost = 0

  constructor(bindings: Bindings, limit: number) {
    this.#bindings = bindings
    this.#limit = limit
  }

  /** @throws Cancelled where the limit is passed */
  charge(cost: number): void {
    this.cost += cost
    if (this.cost > this.#limit) throw new Cancelled()
  }

  variable(name: string): Result {
    const bound = Object.hasOwn(this.#bindings, name) ? this.#bindings[name] : undefined
    if (bound === undefined) return new Failure(`no such attribute(s): ${name}`)
    return fromNative(bound)
  }
}

/** A part of an expression made ready to run. */
export interface Step {
  readonly run: (frame: Frame) => Result
  /** What it always is. */
  readonly constant?: Result
  /** Where it is a name or what is reached from one: its value without the cost of asking for it. */
  readonly attribute?: Attribute
}

/** A name, or a value, and the fields and indices that are followed from it. */
export interface Attribute {
  /** What asking for it costs besides its fields and indices. */
  readonly cost: 0 | 1
  readonly resolve: (frame: Frame) => Result
  /** The same with one more field or index. */
  readonly qualify: (qualifier: Qualifier) => Attribute
}

/** One field or index. */
export interface Qualifier {
  readonly key: (frame: Frame) => Result
  readonly optional: boolean
}
