import type { FieldPath } from '../../objects/types.ts'

/** What a child's value is. */
export const SCALAR = 0
export const PAIRS = 1
export const ITEMS = 2
export type ValueKind = typeof SCALAR | typeof PAIRS | typeof ITEMS

/**
 * Where the keys and list items of a document stand: for each child, in order, its offset in the text, and then
 * `next * 4 + kind`, where `next` is the index in the tape of what follows the child's own children.
 */
export type Tape = Int32Array

/** Writes tapes. */
export class TapeWriter {
  #tape: Tape = new Int32Array(1024)
  length = 0

  /** Begins a child. @returns its index, for `end` */
  begin(offset: number): number {
    const index = this.length
    if (index + 2 > this.#tape.length) this.#grow()
    this.#tape[index] = offset
    this.length = index + 2
    return index
  }

  /** Gives a child another offset. */
  move(index: number, offset: number): void {
    this.#tape[index] = offset
  }

  /** Ends the child once its own children are written. */
  end(index: number, kind: ValueKind): void {
    this.#tape[index + 1] = this.length * 4 + kind
  }

  /** A copy of what was written. */
  taken(): Tape {
    return this.#tape.slice(0, this.length)
  }

  #grow(): void {
    const larger = new Int32Array(this.#tape.length * 2)
    larger.set(this.#tape)
    this.#tape = larger
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
    const own = parent === undefined ? this.#tape.length * 4 + this.#root : (this.#tape[parent + 1] as number)
    const first = parent === undefined ? 0 : parent + 2
    const end = own >> 2
    if (typeof part === 'string') return (own & 3) === PAIRS ? this.#pairNamed(part, first, end) : -1
    if ((own & 3) !== ITEMS) return -1
    return this.#itemsFrom(first, end)[part] ?? -1
  }

  #pairNamed(name: string, first: number, end: number): number {
    const text = this.#text
    for (let at = first; at < end; at = (this.#tape[at + 1] as number) >> 2) {
      const offset = this.#tape[at] as number
      // A key of these has no colon in it and one behind it.
      if (text[offset + name.length] === ':' && text.startsWith(name, offset)) return at
    }
    return -1
  }

  #itemsFrom(first: number, end: number): readonly number[] {
    const known = this.#items.get(first)
    if (known !== undefined) return known
    const items: number[] = []
    for (let at = first; at < end; at = (this.#tape[at + 1] as number) >> 2) items.push(at)
    this.#items.set(first, items)
    return items
  }
}
