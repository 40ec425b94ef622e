import { isMap, isNode, isPair, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml'
import { inlineYaml, itemLines, pairLines, yamlLines } from '../reports/yaml-lines.ts'
import { assertOwn, type EditableDocument, EditRefused, findTarget, type Target } from './document.ts'
import { insertIntoFlow, removeFromFlow } from './flow.ts'
import { inlineText, keyLike, scalarLike } from './inline.ts'
import { contentEnd, indentStep, rangeOf } from './layout.ts'
import type { Step } from './steps.ts'
import { lineEnd, lineStart, type TextEdit } from './text.ts'

/**
 * How a step is written into the text: the smallest change that leaves comments, order, indentation and quotes
 * around it as they are.
 *
 * @throws EditRefused where the text leaves no room for it
 */
export function editFor(document: EditableDocument, step: Step): TextEdit {
  const target = findTarget(document, step.path)
  const last = step.path.at(-1) ?? ''
  switch (step.kind) {
    case 'set':
      return target.kind === 'absent'
        ? insertPair(document, target.holder, String(last), step.value)
        : replaceValue(document, target, step.value)
    case 'insert':
      return insertItem(document, target, step.value)
    case 'remove':
      return target.kind === 'absent' ? refuse('missing') : removeTarget(document, target)
    case 'rename': {
      if (target.kind !== 'pair' || !isScalar(target.pair.key)) return refuse('missing')
      const [start, end] = rangeOf(target.pair.key)
      return { start, end, text: keyLike(document.text.slice(start, end), step.name) }
    }
  }
}

function refuse(reason: EditRefused['reason']): never {
  throw new EditRefused(reason)
}

/** A new field of a map, after its last one. */
function insertPair(
  document: EditableDocument,
  holder: YAMLMap | YAMLSeq,
  key: string,
  value: unknown,
): TextEdit {
  if (!isMap(holder)) return refuse('missing')
  if (holder.flow) return insertIntoFlow(document, holder, { key, value })
  const first = holder.items[0]?.key
  if (!isNode(first)) return refuse('style')
  const [keyStart] = rangeOf(first)
  const indent = columnBlanks(document.text, keyStart)
  return insertLines(document, contentEnd(holder), indent, pairLines(key, value, indentStep(document)))
}

function insertItem(document: EditableDocument, target: Target, value: unknown): TextEdit {
  const list = target.kind === 'item' ? target.list : target.kind === 'absent' ? target.holder : undefined
  if (list === undefined || !isSeq(list)) return refuse('missing')
  if (list.flow) return insertIntoFlow(document, list, { value })
  const { text } = document
  const [dash] = rangeOf(list)
  if (text[dash] !== '-') return refuse('style')
  const indent = columnBlanks(text, dash)
  const lines = itemLines(value, indentStep(document))
  if (target.kind !== 'item') return insertLines(document, contentEnd(list), indent, lines)
  const item = list.items[target.index]
  const start = isNode(item) ? lineStart(text, rangeOf(item)[0]) : refuse('style')
  return { start, end: start, text: lines.map((line) => indent + line + document.newline).join('') }
}

/** Whole lines after the line on which some content ends; the text's last line may lack its line break. */
function insertLines(
  { text, newline }: EditableDocument,
  after: number,
  indent: string,
  lines: readonly string[],
): TextEdit {
  const at = lineEnd(text, after)
  const block = lines.map((line) => indent + line).join(newline)
  const open = at > 0 && text[at - 1] !== '\n'
  return { start: at, end: at, text: open ? newline + block : block + newline }
}

function replaceValue(
  document: EditableDocument,
  target: Exclude<Target, { kind: 'absent' }>,
  value: unknown,
): TextEdit {
  const { text, newline } = document
  const holder = target.kind === 'pair' ? target.map : target.list
  const old = target.kind === 'pair' ? target.pair.value : target.list.items[target.index]
  if (!isNode(old)) return refuse('style')
  assertOwn(document, old)
  const [start, end] = rangeOf(old)
  const inFlow = holder.flow === true
  const isBlock = (isMap(old) || isSeq(old)) && !old.flow
  const isEmpty = start === end
  const nests = typeof value === 'object' && value !== null && Object.keys(value).length > 0

  if (isScalar(old) && isEmpty) {
    // `key:` without a value: a nested one goes under the key's line, a scalar behind the colon.
    if (nests && !inFlow && target.kind === 'pair') return fillEmpty(document, target, value)
    const gap = /\s/.test(text[start - 1] ?? ' ') ? '' : ' '
    return { start, end, text: gap + inlineText(document, value) }
  }
  if (nests && !inFlow && target.kind === 'pair' && isScalar(old) && old.value === null) {
    const filled = fillEmpty(document, target, value)
    // The `null` itself goes; a comment behind it stays.
    const between = text.slice(end, filled.start)
    return { start: start - 1, end: filled.end, text: between + filled.text }
  }
  if (isBlock) {
    if (hasProperties(old)) return refuse('style')
    if (target.kind === 'item') return replaceBlockItem(document, old, value)
    const [keyStart] = rangeOf(target.pair.key)
    const from = keyStart + keyLength(text, keyStart, start)
    const to = contentEnd(old)
    if (!nests)
      return { start: from, end: to, text: ` ${inlineYaml(value)}${text[to - 1] === '\n' ? newline : ''}` }
    const indent = columnBlanks(text, keyStart)
    const [, ...lines] = pairLines('x', value, indentStep(document))
    const block = lines.map((line) => indent + line).join(newline)
    return { start: from, end: to, text: newline + block + (text[to - 1] === '\n' ? newline : '') }
  }
  const source = text.slice(start, end)
  const written =
    isScalar(old) && typeof value === 'string'
      ? scalarLike(document, source, value)
      : inlineText(document, value)
  return { start, end, text: written + (source.endsWith('\n') ? newline : '') }
}

/** A list's item of several lines, behind its dash. */
function replaceBlockItem(document: EditableDocument, old: Node, value: unknown): TextEdit {
  const { text, newline } = document
  const [start] = rangeOf(old)
  const end = contentEnd(old)
  const indent = newline + columnBlanks(text, start)
  const lines = yamlLines(value, indentStep(document))
  return { start, end, text: lines.join(indent) + (text[end - 1] === '\n' ? newline : '') }
}

/** Lines of a nested value under a key that had none. */
function fillEmpty(
  document: EditableDocument,
  target: Extract<Target, { kind: 'pair' }>,
  value: unknown,
): TextEdit {
  const [keyStart] = rangeOf(target.pair.key)
  const indent = columnBlanks(document.text, keyStart)
  const [, ...lines] = pairLines('x', value, indentStep(document))
  return insertLines(document, rangeOf(target.pair.value)[1], indent, lines)
}

function removeTarget(document: EditableDocument, target: Exclude<Target, { kind: 'absent' }>): TextEdit {
  const { text } = document
  const holder = target.kind === 'pair' ? target.map : target.list
  assertOwn(document, holder)
  if (holder.flow) return removeFromFlow(holder, target.index)
  const child = holder.items[target.index]
  const first = target.kind === 'pair' ? target.pair.key : child
  if (!isNode(first)) return refuse('style')
  if (holder.items.length === 1) return emptyHolder(document, holder)

  const start = target.kind === 'pair' ? rangeOf(first)[0] : dashOf(text, rangeOf(first)[0])
  const end = lineEnd(text, contentEnd(target.kind === 'pair' ? target.pair : (first as Node)))
  const line = lineStart(text, start)
  if (text.slice(line, start).trim() === '') return { start: line, end, text: '' }
  // The first field of a list's item shares its line with the dash, which stays.
  const next = holder.items[target.index + 1]
  const nextStart = isPair(next) ? rangeOf(next.key)[0] : refuse('style')
  return { start, end: nextStart, text: '' }
}

/** The last field or item gone, `{}` or `[]` stays: no value at all would be another thing. */
function emptyHolder({ text, newline }: EditableDocument, holder: YAMLMap | YAMLSeq): TextEdit {
  if (hasProperties(holder)) return refuse('style')
  const [start] = rangeOf(holder)
  const end = contentEnd(holder)
  const empty = isMap(holder) ? '{}' : '[]'
  const colon = text.slice(0, start).search(/:[ \t]*(?:#[^\n]*)?\r?\n[ \t]*$/)
  const tail = text[end - 1] === '\n' ? newline : ''
  if (colon < 0) return { start, end, text: empty + tail }
  return { start: colon + 1, end, text: ` ${empty}${tail}` }
}

function dashOf(text: string, itemStart: number): number {
  const dash = text.lastIndexOf('-', itemStart - 1)
  return /^-\s*$/.test(text.slice(dash, itemStart)) ? dash : refuse('style')
}

/** Anchors and tags stand before a node, outside its range. */
function hasProperties(node: Node): boolean {
  return ('anchor' in node && node.anchor !== undefined) || ('tag' in node && node.tag !== undefined)
}

/** From a key's start past its colon. */
function keyLength(text: string, keyStart: number, valueStart: number): number {
  const colon = text.slice(keyStart, valueStart).search(/:(?=\s)/)
  return colon < 0 ? refuse('style') : colon + 1
}

/** As many blanks as stand, or would stand, before a column; what a dash takes counts as blank. */
function columnBlanks(text: string, offset: number): string {
  return ' '.repeat(offset - lineStart(text, offset))
}
