import { EVENT_ID, type Event, SCALAR_STYLE } from 'js-yaml'
import type { FieldPath } from '../objects/types.ts'
import { offsetOf } from './compose.ts'
import { indicatorOf } from './indicator.ts'

/** 1-based line and column (in UTF-16 code units) of a file. */
export interface Position {
  readonly line: number
  readonly column: number
}

/**
 * For each collection's event the index of the event after its end, so that a walk can step over it.
 * Scalars and aliases end at the next event and need no entry.
 */
export function collectionEnds(events: readonly Event[]): Int32Array {
  const ends = new Int32Array(events.length)
  const open: number[] = []
  for (let index = 0; index < events.length; index++) {
    const type = (events[index] as Event).type
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE || type === EVENT_ID.DOCUMENT)
      open.push(index)
    else if (type === EVENT_ID.POP) ends[open.pop() as number] = index + 1
  }
  return ends
}

/** A child of a node: the events of its key (of the item itself, in a list) and of its value. */
interface Child {
  readonly key: number
  readonly value: number
}

/** Merge keys may merge what merges in turn; deeper chains are not followed when a position is asked for. */
const MAX_MERGE_DEPTH = 16

/**
 * Finds fields in one document's events. Aliases are followed to their anchor and merge keys to what they merge.
 * The way to the last field is kept, since the fields asked for are mostly neighbours.
 */
export class FieldFinder {
  readonly #source: string
  readonly #events: readonly Event[]
  readonly #root: number
  #ends: Int32Array | undefined
  #path: FieldPath = []
  /** The items of each list asked about: counting them anew for every question takes long in a long list. */
  readonly #items = new Map<number, readonly number[]>()
  /** For each part of `#path` that exists: the child that it leads to. */
  readonly #way: Child[] = []

  /** @param root - index of the event of the document's root node */
  constructor(source: string, events: readonly Event[], root: number) {
    this.#source = source
    this.#events = events
    this.#root = root
  }

  /** @returns the source offset of the field's key or list item, or of its nearest ancestor that exists */
  offsetOf(path: FieldPath): number {
    const way = this.#way
    let depth = 0
    while (depth < way.length && depth < path.length && path[depth] === this.#path[depth]) depth++
    way.length = depth
    this.#path = path
    let node = this.#followAlias(depth === 0 ? this.#root : (way[depth - 1] as Child).value)
    for (; depth < path.length; depth++) {
      const part = path[depth] as string | number
      const child = typeof part === 'number' ? this.#itemAt(node, part) : this.#pairAt(node, part)
      if (child === undefined) break
      way.push(child)
      node = this.#followAlias(child.value)
    }
    // An item of which nothing is written (`- ` alone) has no place of its own: its list has.
    const placed = way.findLast(({ key }) => offsetOf(this.#events[key] as Event) >= 0)
    const event = this.#events[placed?.key ?? this.#root]
    if (event === undefined) return 0
    // The text of a block scalar begins lines below its item.
    const isBlock =
      event.type === EVENT_ID.SCALAR &&
      (event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK)
    return isBlock ? indicatorOf(this.#source, event) : Math.max(0, offsetOf(event))
  }

  #itemAt(list: number, position: number): Child | undefined {
    const events = this.#events
    if (events[list]?.type !== EVENT_ID.SEQUENCE) return undefined
    let items = this.#items.get(list)
    if (items === undefined) {
      items = this.#itemsOf(list)
      this.#items.set(list, items)
    }
    const item = items[position]
    return item === undefined ? undefined : { key: item, value: item }
  }

  #pairAt(mapping: number, name: string, merged = 0): Child | undefined {
    const events = this.#events
    if (events[mapping]?.type !== EVENT_ID.MAPPING) return undefined
    let last: Child | undefined
    const merges: number[] = []
    for (let key = mapping + 1; events[key]?.type !== EVENT_ID.POP; ) {
      const value = this.#after(key)
      if (this.#keyIs(key, name)) last = { key, value }
      else if (this.#keyIs(key, '<<')) merges.push(value)
      key = this.#after(value)
    }
    if (last !== undefined || merged > MAX_MERGE_DEPTH) return last
    for (const merge of merges) {
      const target = this.#followAlias(merge)
      const mappings = events[target]?.type === EVENT_ID.SEQUENCE ? this.#itemsOf(target) : [target]
      for (const each of mappings) {
        const pair = this.#pairAt(this.#followAlias(each), name, merged + 1)
        if (pair !== undefined) return pair
      }
    }
    return undefined
  }

  #itemsOf(list: number): number[] {
    const items: number[] = []
    for (let item = list + 1; this.#events[item]?.type !== EVENT_ID.POP; item = this.#after(item))
      items.push(item)
    return items
  }

  #after(index: number): number {
    this.#ends ??= collectionEnds(this.#events)
    const end = this.#ends[index] as number
    return end === 0 ? index + 1 : end
  }

  #keyIs(index: number, name: string): boolean {
    const event = this.#events[index]
    if (event?.type !== EVENT_ID.SCALAR) return false
    return (
      event.valueEnd - event.valueStart === name.length && this.#source.startsWith(name, event.valueStart)
    )
  }

  /** The event of the node that an alias stands for: the last one before it that bears the anchor. */
  #followAlias(index: number): number {
    const event = this.#events[index]
    if (event?.type !== EVENT_ID.ALIAS) return index
    const name = this.#source.slice(event.anchorStart, event.anchorEnd)
    for (let earlier = index - 1; earlier >= 0; earlier--) {
      const candidate = this.#events[earlier] as Event
      if (candidate.type === EVENT_ID.ALIAS || !('anchorStart' in candidate) || candidate.anchorStart < 0)
        continue
      if (this.#source.slice(candidate.anchorStart, candidate.anchorEnd) === name) return earlier
    }
    return index
  }
}

/** Turns offsets of one text into positions; the line index is built at the first question. */
export class LineIndex {
  readonly #source: string
  readonly #firstLine: number
  readonly #firstColumn: number
  #starts: ArrayLike<number> | undefined

  /**
   * @param firstLine - 1-based line of the file on which the text begins
   * @param firstColumn - 1-based column of that line
   * @param starts - the offset of each line's beginning, where they are known
   */
  constructor(source: string, firstLine: number, firstColumn = 1, starts?: ArrayLike<number>) {
    this.#source = source
    this.#firstLine = firstLine
    this.#firstColumn = firstColumn
    this.#starts = starts
  }

  positionAt(offset: number): Position {
    const starts = this.#lineStarts()
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    const column = Math.max(0, offset) - (starts[low] as number) + (low === 0 ? this.#firstColumn : 1)
    return { line: this.#firstLine + low, column }
  }

  /** @param line - 1-based line of the file; @returns its text without the line break; undefined outside, or where the text has only a part of it */
  lineAt(line: number): string | undefined {
    const starts = this.#lineStarts()
    const start = starts[line - this.#firstLine]
    if (start === undefined || (start === 0 && this.#firstColumn > 1)) return undefined
    const next = starts[line - this.#firstLine + 1]
    return this.#source.slice(start, next === undefined ? undefined : next - 1).replace(/\r$/, '')
  }

  #lineStarts(): ArrayLike<number> {
    if (this.#starts !== undefined) return this.#starts
    const starts = [0]
    for (let at = this.#source.indexOf('\n'); at >= 0; at = this.#source.indexOf('\n', at + 1))
      starts.push(at + 1)
    this.#starts = starts
    return starts
  }
}
