import { hasNoJsonForm, resolvePlainScalar } from '../scalar.ts'
import {
  APOSTROPHE,
  BACKSLASH,
  BLANK,
  beginsPlain,
  COLON,
  COMMA,
  DASH,
  HASH,
  isInKey,
  isInListItem,
  isOrdinary,
  LIST,
  LIST_END,
  LITERAL,
  MAPPING,
  MAPPING_END,
  NEWLINE,
  POINT,
  QUOTE,
} from './characters.ts'
import { keyNamed } from './key-names.ts'
import { ITEMS, PAIRS, SCALAR, TapeFinder, TapeWriter, type ValueKind } from './tape.ts'
import { unitsOf } from './text-units.ts'

/** A document as it was read. */
export interface Blocks {
  readonly value: unknown
  readonly fields: TapeFinder
  /** Offset of each line's beginning. */
  readonly lineStarts: ArrayLike<number>
}

/** Thrown where the text has something that this reader leaves to the general one. */
const BEYOND = new Error('beyond plain blocks')

const TAB = 0x09
const PLUS = 0x2b

/** Deeper nesting is left to the general reader, which limits it. */
const MAX_DEPTH = 50

/**
 * Reads a document of the plain YAML that nearly all manifests are: block mappings and lists, keys of common
 * characters, scalars on one line, literal blocks, comments, and lists of simple scalars in brackets. What it reads, it
 * reads as `parseEvents` and `composeDocument` do, many times as fast.
 *
 * @returns undefined for any other text, well-formed or not; then nothing is known of it
 */
export function readBlocks(text: string): Blocks | undefined {
  try {
    return reader.read(text)
  } catch (error) {
    if (error === BEYOND) return undefined
    throw error
  }
}

class BlockReader {
  #text = ''
  #units: Uint16Array = new Uint16Array()
  #end = 0
  /** Of the next content, past its indentation. */
  #at = 0
  /** Of the line that `#at` is on; -1 at the end of the text. */
  #indent = 0
  #kind: ValueKind = SCALAR
  #depth = 0
  readonly #tape = new TapeWriter()
  readonly #lines = new OffsetList()

  read(text: string): Blocks {
    const units = unitsOf(text)
    this.#text = text
    this.#units = units
    this.#end = text.length
    this.#depth = 0
    this.#tape.length = 0
    this.#lines.length = 0
    this.#toContent(this.#afterMarker())
    if (this.#indent < 0) throw BEYOND
    const root = this.#at
    const value = this.#collection()
    const kind = this.#kind
    if (this.#indent >= 0) throw BEYOND
    const fields = new TapeFinder(text, this.#tape.taken(), kind, root)
    this.#text = ''
    return { value, fields, lineStarts: this.#lines.taken() }
  }

  /** @returns the beginning of the line after the document's marker, where it has one */
  #afterMarker(): number {
    const units = this.#units
    if (units[0] !== DASH || units[1] !== DASH || units[2] !== DASH) return 0
    if (units[3] !== NEWLINE) throw BEYOND
    this.#lines.push(0)
    return 4
  }

  /** Goes on to the next line with content, from the beginning of a line. */
  #toContent(lineStart: number): void {
    const units = this.#units
    const end = this.#end
    for (let start = lineStart; ; ) {
      if (start > end) break
      this.#lines.push(start)
      if (start === end) break
      let at = start
      while (units[at] === BLANK) at++
      const unit = units[at] as number
      if (unit === NEWLINE) start = at + 1
      else if (unit === HASH) start = this.#lineEnd(at) + 1
      else {
        if (at === start && (unit === DASH || unit === POINT) && this.#isMarker(at)) throw BEYOND
        this.#at = at
        this.#indent = at - start
        return
      }
    }
    this.#indent = -1
  }

  #isMarker(at: number): boolean {
    const units = this.#units
    return units[at + 1] === units[at] && units[at + 2] === units[at]
  }

  /** The end of a comment's line. */
  #lineEnd(from: number): number {
    const units = this.#units
    let at = from
    for (let unit = units[at] as number; unit !== NEWLINE; unit = units[++at] as number)
      if (!isOrdinary(unit) && unit !== TAB) throw BEYOND
    return at
  }

  /** Past a value on its line: nothing more stands there but a comment. */
  #endLine(from: number): void {
    const units = this.#units
    let at = from
    while (units[at] === BLANK) at++
    if (units[at] === HASH && at > from) at = this.#lineEnd(at)
    if (units[at] !== NEWLINE) throw BEYOND
    this.#toContent(at + 1)
  }

  /** The mapping or list that begins at `#at`, whose indentation is that of its line. */
  #collection(): unknown {
    return this.#isItem(this.#at) ? this.#list(this.#indent) : this.#mapping(this.#indent)
  }

  #isItem(at: number): boolean {
    if (this.#units[at] !== DASH) return false
    const next = this.#units[at + 1]
    return next === BLANK || next === NEWLINE
  }

  #mapping(indent: number): Record<string, unknown> {
    if (++this.#depth > MAX_DEPTH) throw BEYOND
    const units = this.#units
    const tape = this.#tape
    const object: Record<string, unknown> = {}
    do {
      const start = this.#at
      let at = start
      let hash = 0
      if (units[at] === DASH) throw BEYOND
      for (let unit = units[at] as number; isInKey(unit); unit = units[++at] as number)
        hash = (Math.imul(hash, 31) + unit) | 0
      if (at === start || units[at] !== COLON) throw BEYOND
      const key = keyNamed(this.#text, units, start, at, hash)
      // A second value for a key, or the name of something that every object has.
      if (object[key] !== undefined) throw BEYOND
      const child = tape.begin(start, at - start)
      object[key] = this.#value(at + 1, indent, true)
      tape.end(child, this.#kind)
    } while (this.#indent === indent)
    if (this.#indent > indent) throw BEYOND
    this.#depth--
    this.#kind = PAIRS
    return object
  }

  #list(indent: number): unknown[] {
    if (++this.#depth > MAX_DEPTH) throw BEYOND
    const tape = this.#tape
    const list: unknown[] = []
    do {
      const dash = this.#at
      let at = dash + 1
      while (this.#units[at] === BLANK) at++
      const child = tape.begin(at, 0)
      list.push(this.#item(dash, at, indent, child))
      tape.end(child, this.#kind)
    } while (this.#indent === indent && this.#isItem(this.#at))
    if (this.#indent > indent) throw BEYOND
    this.#depth--
    this.#kind = ITEMS
    return list
  }

  /** @param at - where the item's content begins on the line of its dash, or the line's end */
  #item(dash: number, at: number, indent: number, child: number): unknown {
    const units = this.#units
    const unit = units[at] as number
    if (unit === NEWLINE || unit === HASH) return this.#itemBelow(at, indent, child)
    // A quoted item has its place behind the quote.
    if (unit === QUOTE || unit === APOSTROPHE) this.#tape.move(child, at + 1)
    let past = at
    while (isInKey(units[past] as number)) past++
    const isMapping = units[past] === COLON && (units[past + 1] === BLANK || units[past + 1] === NEWLINE)
    if (!isMapping) return this.#value(dash + 1, indent, false)
    this.#at = at
    return this.#mapping(indent + at - dash)
  }

  /** A collection that begins on the line below its dash. */
  #itemBelow(from: number, indent: number, child: number): unknown {
    this.#toContent((this.#units[from] === HASH ? this.#lineEnd(from) : from) + 1)
    if (this.#indent <= indent) throw BEYOND
    this.#tape.move(child, this.#at)
    return this.#collection()
  }

  /**
   * What stands behind a key's colon or an item's dash.
   *
   * @param from - behind the colon or dash
   * @param indent - of the mapping or list
   */
  #value(from: number, indent: number, isPair: boolean): unknown {
    const units = this.#units
    let at = from
    while (units[at] === BLANK) at++
    const unit = units[at] as number
    if (unit === NEWLINE) return this.#below(at + 1, indent, isPair)
    if (at === from) throw BEYOND
    this.#kind = SCALAR
    switch (unit) {
      case HASH:
        return this.#below(this.#lineEnd(at) + 1, indent, isPair)
      case QUOTE:
        return this.#quoted(at, QUOTE)
      case APOSTROPHE:
        return this.#quoted(at, APOSTROPHE)
      case LITERAL:
        return this.#literal(at, indent)
      case LIST:
        return this.#bracketed(at)
      case MAPPING:
        return this.#empty(at)
      default:
        return this.#plain(at, indent)
    }
  }

  /** A value on the lines below, from the beginning of a line. */
  #below(lineStart: number, indent: number, isPair: boolean): unknown {
    this.#toContent(lineStart)
    if (this.#indent > indent) return this.#collection()
    // YAML 1.2.2, 8.2.2: a list may stand at the indentation of the key that it belongs to.
    if (isPair && this.#indent === indent && this.#isItem(this.#at)) return this.#list(indent)
    this.#kind = SCALAR
    return null
  }

  #quoted(at: number, quote: number): string {
    const past = this.#quoteEnd(at, quote)
    const text = this.#unquoted(at + 1, past - 1, quote)
    this.#endLine(past)
    return text
  }

  /** @returns the offset behind the closing quote */
  #quoteEnd(quoteAt: number, quote: number): number {
    const units = this.#units
    for (let at = quoteAt + 1; ; at++) {
      const unit = units[at] as number
      if (unit === quote) {
        if (quote === QUOTE || units[at + 1] !== APOSTROPHE) return at + 1
        at++
      } else if (!isOrdinary(unit) || (unit === BACKSLASH && quote === QUOTE)) throw BEYOND
    }
  }

  #unquoted(start: number, end: number, quote: number): string {
    const text = this.#text.slice(start, end)
    return quote === APOSTROPHE && text.includes("''") ? text.replaceAll("''", "'") : text
  }

  #plain(start: number, indent: number): unknown {
    const units = this.#units
    const first = units[start] as number
    if (!beginsPlain(first) && !(first === DASH && isInKey(units[start + 1] as number))) throw BEYOND
    const past = this.#plainEnd(start)
    this.#endLine(past)
    return this.#indent > indent ? this.#continued(start, past, indent) : this.#resolved(start, past)
  }

  /** @returns the offset behind a plain scalar's text on a line */
  #plainEnd(start: number): number {
    const units = this.#units
    let at = start
    let past = start
    for (let unit = units[at] as number; unit !== NEWLINE; unit = units[++at] as number) {
      if (unit === BLANK) continue
      if (!isOrdinary(unit)) throw BEYOND
      if (unit === HASH && at > past) break
      if (unit === COLON && (units[at + 1] === BLANK || units[at + 1] === NEWLINE)) throw BEYOND
      past = at + 1
    }
    return past
  }

  /** A plain scalar that goes on on the lines directly below: YAML 1.2.2, 6.5, a line break folds into a blank. */
  #continued(start: number, end: number, indent: number): unknown {
    let text = this.#text.slice(start, end)
    for (let past = end; this.#indent > indent; ) {
      const at = this.#at
      // Between them neither a comment nor an empty line.
      if (this.#units[at] === HASH || !this.#isNextLine(past, at)) throw BEYOND
      past = this.#plainEnd(at)
      text += ` ${this.#text.slice(at, past)}`
      this.#endLine(past)
    }
    if (hasNoJsonForm(text)) throw BEYOND
    return resolvePlainScalar(text)
  }

  /** Whether between two offsets there are nothing but blanks and one line break. */
  #isNextLine(from: number, to: number): boolean {
    const units = this.#units
    let breaks = 0
    for (let at = from; at < to; at++) {
      if (units[at] === NEWLINE) breaks++
      else if (units[at] !== BLANK) return false
    }
    return breaks === 1
  }

  #resolved(start: number, end: number): unknown {
    const text = this.#text.slice(start, end)
    if (hasNoJsonForm(text)) throw BEYOND
    return resolvePlainScalar(text)
  }

  /** A list of words and quoted texts on one line. */
  #bracketed(start: number): unknown[] {
    const units = this.#units
    const list: unknown[] = []
    let at = start + 1
    while (units[at] === BLANK) at++
    if (units[at] !== LIST_END) {
      for (;;) {
        at = this.#bracketedItem(at, list)
        while (units[at] === BLANK) at++
        if (units[at] === LIST_END) break
        if (units[at++] !== COMMA) throw BEYOND
        while (units[at] === BLANK) at++
      }
    }
    this.#endLine(at + 1)
    this.#kind = ITEMS
    return list
  }

  /** @returns the offset behind the item */
  #bracketedItem(start: number, list: unknown[]): number {
    const units = this.#units
    const tape = this.#tape
    const first = units[start] as number
    let at = start
    if (first === QUOTE || first === APOSTROPHE) {
      at = this.#quoteEnd(start, first)
      tape.end(tape.begin(start + 1, 0), SCALAR)
      list.push(this.#unquoted(start + 1, at - 1, first))
      return at
    }
    if (!isInKey(first) || (first === DASH && !isInKey(units[start + 1] as number))) throw BEYOND
    while (isInListItem(units[at] as number)) at++
    tape.end(tape.begin(start, 0), SCALAR)
    list.push(this.#resolved(start, at))
    return at
  }

  #empty(start: number): Record<string, unknown> {
    let at = start + 1
    while (this.#units[at] === BLANK) at++
    if (this.#units[at] !== MAPPING_END) throw BEYOND
    this.#endLine(at + 1)
    this.#kind = PAIRS
    return {}
  }

  /** A text of several lines behind `|`, `|-` or `|+`. */
  #literal(at: number, indent: number): string {
    const units = this.#units
    const chomping = units[at + 1] as number
    let start = at + (chomping === DASH || chomping === PLUS ? 2 : 1)
    if (units[start++] !== NEWLINE) throw BEYOND
    let text = ''
    let own = 0
    for (let breaks = 0; ; ) {
      if (start >= this.#end) break
      let first = start
      while (units[first] === BLANK && (own === 0 || first < start + own)) first++
      if (units[first] === NEWLINE) {
        // YAML 1.2.2, 8.1.1.1: no line before the first with content may be indented further than that.
        if (own === 0 && first > start) throw BEYOND
        breaks++
        this.#lines.push(start)
        start = first + 1
        continue
      }
      if (own === 0) own = first - start
      if (own <= indent) throw BEYOND
      if (first < start + own) break
      const end = this.#textEnd(first)
      // A text that ends without a line break is left to the general reader.
      if (end >= this.#end) throw BEYOND
      this.#lines.push(start)
      text += '\n'.repeat(breaks) + this.#text.slice(start + own, end + 1)
      breaks = 0
      start = end + 1
    }
    if (own === 0 || chomping === PLUS) throw BEYOND
    this.#toContent(start)
    return chomping === DASH ? text.slice(0, -1) : text
  }

  #textEnd(from: number): number {
    const units = this.#units
    let at = from
    while (units[at] !== NEWLINE) if (!isOrdinary(units[at++] as number)) throw BEYOND
    return at
  }
}

/** Numbers in a list that is used again and again. */
class OffsetList {
  readonly #offsets: number[] = []
  length = 0

  push(offset: number): void {
    this.#offsets[this.length++] = offset
  }

  taken(): number[] {
    return this.#offsets.slice(0, this.length)
  }
}

const reader = new BlockReader()
