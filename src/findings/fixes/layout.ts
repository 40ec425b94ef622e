import { isMap, isNode, isPair, isScalar, isSeq, type Node } from 'yaml'
import { type EditableDocument, EditRefused } from './document.ts'
import { lineStart } from './text.ts'

/** Start and end of a node's own text, without anchor, tag and comments. */
export function rangeOf(node: unknown): readonly [number, number] {
  const range = isNode(node) ? node.range : undefined
  if (range === undefined || range === null) throw new EditRefused('style')
  return [range[0], range[1]]
}

/** Where the text of a node, or pair, ends: after the last scalar in it, before comments that follow. */
export function contentEnd(node: unknown): number {
  if (isPair(node)) return isNode(node.value) ? contentEnd(node.value) : rangeOf(node.key)[1]
  if ((isMap(node) || isSeq(node)) && !node.flow) {
    const last: unknown = node.items.at(-1)
    if (last !== undefined) return contentEnd(last)
  }
  return rangeOf(node)[1]
}

/** By how many blanks the document indents a map's nested map; 2 where it shows none. */
export function indentStep({ root, text }: EditableDocument): number {
  return stepBelow(root, text) ?? 2
}

function stepBelow(node: Node, text: string): number | undefined {
  if (!isMap(node) || node.flow) return undefined
  for (const { key, value } of node.items) {
    if (!isNode(key) || !isMap(value) || value.flow) continue
    const inner = value.items[0]?.key
    if (!isNode(inner)) continue
    const step = column(text, rangeOf(inner)[0]) - column(text, rangeOf(key)[0])
    if (step > 0) return step
  }
  for (const { value } of node.items) {
    const step = isNode(value) && !isScalar(value) ? stepBelow(value, text) : undefined
    if (step !== undefined) return step
  }
  return undefined
}

function column(text: string, offset: number): number {
  return offset - lineStart(text, offset)
}
