import { LineIndex, type Position, readPositionedYaml, type YamlNode } from '../../../../kubernetes/index.ts'
import { layOutItem } from './item.ts'
import { createLines, indentOf, isBlank, isComment, type Lines, withSingleBlanks } from './lines.ts'
import { meanSame } from './same-meaning.ts'

/** A rule file in the canonical layout, or why it was left alone. */
export type FormattedRules =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: 'syntax' | 'meaning'; readonly place: Position }

/**
 * Lays out a rule file: items begin in column 0 with an empty line between them, their keys stand in one order and in column
 * 2, no blanks at the ends of lines, one line break at the end of the file. Comments stay with what they stand above.
 * Conditions, outputs and other values keep their own line breaks.
 *
 * @returns the text; a text that would mean something else than before is never returned
 */
export function formatRules(text: string): FormattedRules {
  const yaml = readPositionedYaml(text)
  if (!yaml.ok) {
    const place = new LineIndex(text, 1).positionAt(yaml.problem.offset)
    return { ok: false, reason: 'syntax', place }
  }
  let laidOut = text
  let { documents } = yaml
  // Blank lines that one round takes from around an item may stand beside others in the next: until nothing changes.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const formatted = layOut(createLines(laidOut, documents), documents)
    if (formatted === laidOut) break
    const again = readPositionedYaml(formatted)
    if (!again.ok || !meanSame(yaml.documents, again.documents))
      return { ok: false, reason: 'meaning', place: { line: 1, column: 1 } }
    laidOut = formatted
    documents = again.documents
  }
  return { ok: true, text: laidOut }
}

const MAX_ROUNDS = 4

/** An item with the line of its dash. */
interface ItemLines {
  readonly node: YamlNode
  readonly dash: number
}

function layOut(lines: Lines, documents: readonly YamlNode[]): string {
  const items = documents.flatMap((document) =>
    document.kind === 'sequence' ? document.items.map((node) => ({ node, dash: dashLine(lines, node) })) : [],
  )
  const [head] = items
  const end = lines.text.length
  if (head === undefined || items.some(({ dash }) => dash < 0)) return joined(trimmedLines(lines, 0, end))
  const output = [...withSingleBlanks(trimmedLines(lines, 0, leadOf(lines, head, 0)))]
  let previousEnd = leadOf(lines, head, 0)
  for (const [index, item] of items.entries()) {
    const next = items[index + 1]
    const until = next === undefined ? tailOf(lines, item, end) : leadOf(lines, next, item.dash + 1)
    const lead = withSingleBlanks(trimmedLines(lines, previousEnd, item.dash)).map((line) => line.trimStart())
    const isAttached = lead.length > 0 && !isBlank(lines.text[item.dash - 1] ?? '')
    if (output.length > 0) output.push('')
    output.push(...lead, ...(lead.length > 0 && !isAttached ? [''] : []), ...itemLines(lines, item, until))
    previousEnd = until
  }
  const tail = withSingleBlanks(trimmedLines(lines, previousEnd, end))
  return joined([...output, ...(tail.length > 0 ? ['', ...tail] : [])])
}

function itemLines(lines: Lines, { node, dash }: ItemLines, until: number): string[] {
  const laidOut = node.kind === 'mapping' ? layOutItem(node, lines, dash, until) : undefined
  if (laidOut !== undefined) return laidOut
  const as = trimmedLines(lines, dash, until)
  while (as.length > 0 && isBlank(as.at(-1) ?? '')) as.pop()
  return as
}

/** The line with the dash of an item; -1 for an item that has none on its own line (a flow sequence, an alias). */
function dashLine(lines: Lines, node: YamlNode): number {
  const line = lines.lineAt(node.start)
  const before = lines.text[line]?.slice(0, lines.columnAt(node.start)) ?? ''
  return /^ *- +(?:[&!]\S* +)*$/.test(before) ? line : -1
}

/** The first line of what belongs to an item: comments above it that are indented no more than its dash. */
function leadOf(lines: Lines, { dash }: ItemLines, first: number): number {
  const indent = indentOf(lines.text[dash] ?? '')
  let lead = dash
  for (let at = dash - 1; at >= first; at--) {
    const line = lines.text[at] ?? ''
    if (lines.isKept.has(at) || (lines.inBlock.has(at) && !isBlank(line))) break
    if (isBlank(line) || isSeparator(line)) lead = at
    else if (isComment(line) && indentOf(line) <= indent) lead = at
    else break
  }
  return lead
}

/** Where the last item ends: what follows are comments of nobody. */
function tailOf(lines: Lines, item: ItemLines, end: number): number {
  const beyond = { node: item.node, dash: end }
  const indent = indentOf(lines.text[item.dash] ?? '')
  let tail = leadOf({ ...lines, text: [...lines.text, `${' '.repeat(indent)}-`] }, beyond, item.dash + 1)
  while (tail < end && isBlank(lines.text[tail] ?? '')) tail++
  return tail
}

function isSeparator(line: string): boolean {
  return /^(?:---|\.\.\.)(?:\s|$)/.test(line)
}

function trimmedLines(lines: Lines, from: number, until: number): string[] {
  return lines.text
    .slice(from, until)
    .map((line, at) => (lines.inBlock.has(from + at) ? line : line.trimEnd()))
}

function joined(lines: readonly string[]): string {
  const kept = [...lines]
  while (kept.length > 0 && isBlank(kept.at(-1) ?? '')) kept.pop()
  return kept.length === 0 ? '' : `${kept.join('\n')}\n`
}
