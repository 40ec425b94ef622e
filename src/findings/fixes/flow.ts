import { isNode, type YAMLMap, type YAMLSeq } from 'yaml'
import { type EditableDocument, EditRefused } from './document.ts'
import { inlineText, keyLike } from './inline.ts'
import { contentEnd, rangeOf } from './layout.ts'
import { lineStart, type TextEdit } from './text.ts'

/** A field for a map, or an item (no key) for a list. */
export interface FlowEntry {
  readonly key?: string
  readonly value: unknown
}

/**
 * A new entry at the end of a `{…}` or `[…]`: on a line of its own where the last one has one, else behind it.
 */
export function insertIntoFlow(
  document: EditableDocument,
  holder: YAMLMap | YAMLSeq,
  entry: FlowEntry,
): TextEdit {
  const { text } = document
  const [start, end] = rangeOf(holder)
  const last = holder.items.at(-1)
  if (last === undefined) {
    // Comments between the brackets would be lost.
    if (text.slice(start + 1, end - 1).trim() !== '') throw new EditRefused('style')
    const outer = leadingBlanks(text, start)
    if (!document.isJson || !isSpread(document)) {
      return { start: start + 1, end: end - 1, text: entryText(document, entry, undefined) }
    }
    const inner = outer + indentUnit(text)
    const { newline } = document
    return {
      start: start + 1,
      end: end - 1,
      text: `${newline}${inner}${entryText(document, entry, inner)}${newline}${outer}`,
    }
  }
  const at = contentEnd(last)
  const lastStart = startOf(last)
  const own = text.slice(lineStart(text, lastStart), lastStart)
  if (own.trim() !== '')
    return { start: at, end: at, text: `,${gap(document)}${entryText(document, entry, undefined)}` }
  return { start: at, end: at, text: `,${document.newline}${own}${entryText(document, entry, own)}` }
}

/** An entry and the comma that goes with it. */
export function removeFromFlow(holder: YAMLMap | YAMLSeq, index: number): TextEdit {
  const [start, end] = rangeOf(holder)
  const entry = holder.items[index]
  const next = holder.items[index + 1]
  const previous = holder.items[index - 1]
  if (previous !== undefined) return { start: contentEnd(previous), end: contentEnd(entry), text: '' }
  if (next !== undefined) return { start: startOf(entry), end: startOf(next), text: '' }
  return { start: start + 1, end: end - 1, text: '' }
}

/**
 * @param indent - what the entry's own line begins with; undefined where it shares a line, and stays on one
 */
function entryText(
  document: EditableDocument,
  { key, value }: FlowEntry,
  indent: string | undefined,
): string {
  const spread = document.isJson && indent !== undefined
  const written = spread
    ? JSON.stringify(value, null, indentUnit(document.text)).replaceAll('\n', `${document.newline}${indent}`)
    : document.isJson
      ? spaced(document, value)
      : inlineText(document, value)
  if (key === undefined) return written
  return `${keyLike(document.isJson ? '"' : '', key)}:${gap(document)}${written}`
}

/** JSON on one line, with blanks after colons and commas where the document has them. */
function spaced(document: EditableDocument, value: unknown): string {
  if (gap(document) === '') return inlineText(document, value)
  if (Array.isArray(value)) return `[${value.map((item) => spaced(document, item)).join(', ')}]`
  if (typeof value !== 'object' || value === null) return inlineText(document, value)
  const pairs = Object.entries(value).map(
    ([key, child]) => `${JSON.stringify(key)}: ${spaced(document, child)}`,
  )
  return `{${pairs.join(', ')}}`
}

function gap({ isJson, text }: EditableDocument): string {
  return isJson && /":\S/.test(text) ? '' : ' '
}

/** Whether a JSON document is written over several lines. */
function isSpread({ text }: EditableDocument): boolean {
  return text.trim().includes('\n')
}

/** What one level of a spread JSON document is indented by. */
function indentUnit(text: string): string {
  return /\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? '  '
}

function leadingBlanks(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? ''
}

function startOf(entry: unknown): number {
  if (isNode(entry)) return rangeOf(entry)[0]
  const key = typeof entry === 'object' && entry !== null && 'key' in entry ? entry.key : undefined
  return rangeOf(key)[0]
}
