import { List, ValueList } from '../values/list.ts'
import { Cancelled, spend } from '../values/meter.ts'
import type { Value } from '../values/value.ts'

/** No expression makes a list longer than this. */
export const MAX_LIST = 1_000_000

/** Small lists are joined at once; larger ones are left where they are. */
const COPIED = 64

/** Two lists one after the other. */
class ConcatList extends List {
  readonly #left: List
  readonly #right: List
  readonly size: number

  constructor(left: List, right: List) {
    super()
    this.#left = left
    this.#right = right
    this.size = left.size + right.size
  }

  at(index: number): Value {
    const { size } = this.#left
    return index < size ? this.#left.at(index) : this.#right.at(index - size)
  }

  override *[Symbol.iterator](): Generator<Value> {
    yield* this.#left
    yield* this.#right
  }
}

/** `[1, 2] + [3]` */
export function concatLists(left: List, right: List): List {
  if (left.size === 0) return right
  if (right.size === 0) return left
  const size = left.size + right.size
  if (size > MAX_LIST) throw new Cancelled()
  if (size > COPIED) return new ConcatList(left, right)
  spend(size / 16)
  return new ValueList([...left, ...right])
}
