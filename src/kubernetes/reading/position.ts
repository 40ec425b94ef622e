import { EVENT_ID, type Event } from 'js-yaml'
import type { FieldPath } from '../objects/types.ts'
import { offsetOf } from './compose.ts'

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

/** Where a field was found: offsets of its key (or list item) and of its value. */
export interface FieldOffsets {
  readonly key: number
  readonly value: number
  /** How many parts of the path exist; the offsets are those of the last one that does. */
  readonly depth: number
}

/**
 * Finds a field in a document's events. Aliases are followed to their anchor and merge keys to what they merge.
 *
 * @param root - index of the event of the document's root node
 * @returns the offsets of the field, or of its nearest ancestor that exists
 */
export function findField(
  source: string,
  events: readonly Event[],
  ends: Int32Array,
  root: number,
  path: FieldPath,
): FieldOffsets {
  let node = followAlias(source, events, root)
  let found: FieldOffsets = { key: offsetAt(events, root), value: offsetAt(events, root), depth: 0 }
  for (let depth = 0; depth < path.length; depth++) {
    const part = path[depth] as string | number
    const child = typeof part === 'number' ? itemAt(node, part) : pairAt(node, part)
    if (child === undefined) return found
    found = { key: offsetAt(events, child.key), value: offsetAt(events, child.value), depth: depth + 1 }
    node = followAlias(source, events, child.value)
  }
  return found

  function itemAt(list: number, position: number): { key: number; value: number } | undefined {
    if (events[list]?.type !== EVENT_ID.SEQUENCE) return undefined
    let item = list + 1
    for (let count = 0; events[item]?.type !== EVENT_ID.POP; count++, item = after(item))
      if (count === position) return { key: item, value: item }
    return undefined
  }

  function pairAt(mapping: number, name: string, merged = 0): { key: number; value: number } | undefined {
    if (events[mapping]?.type !== EVENT_ID.MAPPING) return undefined
    let last: { key: number; value: number } | undefined
    const merges: number[] = []
    for (let key = mapping + 1; events[key]?.type !== EVENT_ID.POP; ) {
      const value = after(key)
      if (keyIs(key, name)) last = { key, value }
      else if (keyIs(key, '<<')) merges.push(value)
      key = after(value)
    }
    if (last !== undefined || merged > 16) return last
    for (const merge of merges) {
      const target = followAlias(source, events, merge)
      const mappings = events[target]?.type === EVENT_ID.SEQUENCE ? itemsOf(target) : [target]
      for (const each of mappings) {
        const pair = pairAt(followAlias(source, events, each), name, merged + 1)
        if (pair !== undefined) return pair
      }
    }
    return undefined
  }

  function itemsOf(list: number): number[] {
    const items: number[] = []
    for (let item = list + 1; events[item]?.type !== EVENT_ID.POP; item = after(item)) items.push(item)
    return items
  }

  function after(index: number): number {
    const end = ends[index] as number
    return end === 0 ? index + 1 : end
  }

  function keyIs(index: number, name: string): boolean {
    const event = events[index]
    if (event?.type !== EVENT_ID.SCALAR) return false
    return event.valueEnd - event.valueStart === name.length && source.startsWith(name, event.valueStart)
  }
}

function offsetAt(events: readonly Event[], index: number): number {
  const event = events[index]
  return event === undefined ? -1 : offsetOf(event)
}

/** The event of the node that an alias stands for: the last one before it that bears the anchor. */
function followAlias(source: string, events: readonly Event[], index: number): number {
  const event = events[index]
  if (event?.type !== EVENT_ID.ALIAS) return index
  const name = source.slice(event.anchorStart, event.anchorEnd)
  for (let earlier = index - 1; earlier >= 0; earlier--) {
    const candidate = events[earlier] as Event
    if (candidate.type === EVENT_ID.ALIAS || !('anchorStart' in candidate) || candidate.anchorStart < 0)
      continue
    if (source.slice(candidate.anchorStart, candidate.anchorEnd) === name) return earlier
  }
  return index
}

/** Turns offsets of one text into positions; the line index is built at the first question. */
export class LineIndex {
  readonly #source: string
  readonly #firstLine: number
  #starts: number[] | undefined

  /** @param firstLine - 1-based line of the file on which the text begins */
  constructor(source: string, firstLine: number) {
    this.#source = source
    this.#firstLine = firstLine
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
    return { line: this.#firstLine + low, column: Math.max(0, offset) - (starts[low] as number) + 1 }
  }

  /** @param line - 1-based line of the file; @returns its text without the line break, undefined outside */
  lineAt(line: number): string | undefined {
    const starts = this.#lineStarts()
    const start = starts[line - this.#firstLine]
    if (start === undefined) return undefined
    const next = starts[line - this.#firstLine + 1]
    return this.#source.slice(start, next === undefined ? undefined : next - 1).replace(/\r$/, '')
  }

  #lineStarts(): number[] {
    if (this.#starts !== undefined) return this.#starts
    const starts = [0]
    for (let at = this.#source.indexOf('\n'); at >= 0; at = this.#source.indexOf('\n', at + 1))
      starts.push(at + 1)
    this.#starts = starts
    return starts
  }
}
