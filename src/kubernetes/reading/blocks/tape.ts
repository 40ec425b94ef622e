import type { FieldPath } from '../../objects/types.ts'

/** What a child's value is. */
export const SCALAR = 0
export const PAIRS = 1
export const ITEMS = 2
export type ValueKind = typeof SCALAR | typeof PAIRS | typeof ITEMS

/**
 * Where the keys and list items of a document stand: for each child, in order, its offset in the text, the length of its
 * key (0 for an item), and `next * 4 + kind`, where `next` is the index in the tape of what follows the child's own
 * children.
 */
export type Tape = readonly number[]

/** Writes tapes. */
export class TapeWriter {
  readonly #tape: number[] = []
  length = 0

  /** Begins a child. @returns its index, for `end` */
  begin(offset: number, keyLength: number): number {
    const index = this.length
    this.#tape[index] = offset
    this.#tape[index + 1] = keyLength
    this.#tape[index + 2] = 0
    this.length = index + 3
    return index
  }

  /** Gives a child another offset. */
  move(index: number, offset: number): void {
    this.#tape[index] = offset
  }

  /** Ends the child once its own children are written. */
  end(index: number, kind: ValueKind): void {
    this.#tape[index + 2] = this.length * 4 + kind
  }

  /** A copy of what was written. */
  taken(): Tape {
    return this.#tape.slice(0, this.length)
  }
}

/** Finds fields by a tape, as `FieldFinder` does by events. */
export class TapeFinder {
  readonly #text: string
  readonly #tape: Tape
  readonly #root: ValueKind
  readonly #rootOffset: number
  #path: FieldPath = []
  /** For each part of `#path` that exists: the index of the child that it leads to. */
  readonly #way: number[] = []
  /** The items of each list asked about: counting them anew for every question takes long in a long list. */
  readonly #items = new Map<number, readonly number[]>()

  constructor(text: string, tape: Tape, root: ValueKind, rootOffset: number) {
    this.#text = text
    this.#tape = tape
    this.#root = root
    this.#rootOffset = rootOffset
  }

  /** @returns the source offset of the field's key or list item, or of its nearest ancestor that exists */
  offsetOf(path: FieldPath): number {
    const way = this.#way
    const known = this.#path
    let depth = 0
    while (depth < way.length && depth < path.length && path[depth] === known[depth]) depth++
    way.length = depth
    this.#path = path
    for (; depth < path.length; depth++) {
      const child = this.#childOf(way[depth - 1], path[depth] as string | number)
      if (child < 0) break
      way.push(child)
    }
    const found = way.at(-1)
    return found === undefined ? this.#rootOffset : (this.#tape[found] as number)
  }

  /** @param parent - undefined for the root; @returns -1 where there is none */
  #childOf(parent: number | undefined, part: string | number): number {
    const own = parent === undefined ? this.#tape.length * 4 + this.#root : (this.#tape[parent + 2] as number)
    const first = parent === undefined ? 0 : parent + 3
    const end = own >> 2
    if (typeof part === 'string') return (own & 3) === PAIRS ? this.#pairNamed(part, first, end) : -1
    if ((own & 3) !== ITEMS) return -1
    return this.#itemsFrom(first, end)[part] ?? -1
  }

  #pairNamed(name: string, first: number, end: number): number {
    const tape = this.#tape
    const { length } = name
    for (let at = first; at < end; at = (tape[at + 2] as number) >> 2)
      if (tape[at + 1] === length && this.#text.startsWith(name, tape[at])) return at
    return -1
  }

  #itemsFrom(first: number, end: number): readonly number[] {
    const known = this.#items.get(first)
    if (known !== undefined) return known
    const items: number[] = []
    for (let at = first; at < end; at = (this.#tape[at + 2] as number) >> 2) items.push(at)
    this.#items.set(first, items)
    return items
  }
}
