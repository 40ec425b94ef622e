import { LineIndex, type YamlNode, type YamlScalar } from '../../../../kubernetes/index.ts'

/** The lines of a YAML text, and what may not be touched of them. */
export interface Lines {
  /** Without line breaks, `\r` included. */
  readonly text: readonly string[]
  /** Lines (from 0) that are the content of a block scalar: blanks at their ends mean something. */
  readonly inBlock: ReadonlySet<number>
  /** Lines of block scalars that keep the empty lines at their ends (`|+`, `>+`). */
  readonly isKept: ReadonlySet<number>
  /** @returns the line (from 0) on which an offset stands */
  lineAt(offset: number): number
  columnAt(offset: number): number
}

export function createLines(text: string, documents: readonly YamlNode[]): Lines {
  const index = new LineIndex(text, 1)
  const inBlock = new Set<number>()
  const isKept = new Set<number>()
  const seen = new Set<YamlNode>()
  const lineAt = (offset: number) => index.positionAt(offset).line - 1
  const visit = (node: YamlNode): void => {
    if (seen.has(node)) return
    seen.add(node)
    if (node.kind === 'sequence') node.items.forEach(visit)
    else if (node.kind === 'mapping')
      for (const { key, value } of node.entries) {
        visit(key)
        visit(value)
      }
    else if (isFilledBlock(node)) {
      const last = lineAt(Math.max(node.content.start, node.content.end - 1))
      const keeps = text.slice(node.start, node.start + 3).includes('+')
      for (let line = lineAt(node.content.start); line <= last; line++) {
        inBlock.add(line)
        if (keeps) isKept.add(line)
      }
    }
  }
  documents.forEach(visit)
  return {
    text: text.split('\n').map((line) => line.replace(/\r$/, '')),
    inBlock,
    isKept,
    lineAt,
    columnAt: (offset) => index.positionAt(offset).column - 1,
  }
}

function isFilledBlock({ content: { style, start, end } }: YamlScalar): boolean {
  return (style === 'literal' || style === 'folded') && end > start
}

export function isBlank(line: string): boolean {
  return line.trim() === ''
}

export function isComment(line: string): boolean {
  return line.trimStart().startsWith('#')
}

export function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

/** Lines moved to the left (negative) or right; nothing but blanks is ever cut off. */
export function shifted(line: string, by: number): string {
  if (isBlank(line)) return ''
  if (by >= 0) return `${' '.repeat(by)}${line}`
  return line.slice(Math.min(-by, indentOf(line)))
}

/** At most one empty line in a row, none at the ends. */
export function withSingleBlanks(lines: readonly string[]): string[] {
  const kept = lines.filter((line, at) => !isBlank(line) || !isBlank(lines[at - 1] ?? ''))
  while (kept.length > 0 && isBlank(kept[0] ?? '')) kept.shift()
  while (kept.length > 0 && isBlank(kept.at(-1) ?? '')) kept.pop()
  return kept
}
