import { displayWidth } from '../../messages/index.ts'

/** Blanks between two columns. */
const GAP = 2

/** A cell's text, and how it is to be painted once it has its place. */
export interface Cell {
  readonly text: string
  readonly paint?: (text: string) => string
}

/**
 * One row of a table as lines of text: each cell wrapped to its column and padded to the column's width.
 *
 * @param widths - of each column, as `displayWidth` counts (a Hangul syllable takes two)
 */
export function rowLines(cells: readonly Cell[], widths: readonly number[]): readonly string[] {
  const wrapped = cells.map(({ text }, index) => wrap(text, widths[index] ?? 0))
  const height = Math.max(...wrapped.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) => {
    const parts = cells.map(({ paint }, index) => {
      const text = wrapped[index]?.[line] ?? ''
      const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - displayWidth(text)))
      return (text === '' || paint === undefined ? text : paint(text)) + padding
    })
    return parts.join(' '.repeat(GAP)).trimEnd()
  })
}

/**
 * Widths for three columns: the first and the last as wide as their widest cell up to a limit, the middle one
 * all the rest.
 */
export function columnWidths(rows: readonly (readonly Cell[])[], total: number): readonly number[] {
  const widest = (index: number, limit: number) =>
    Math.min(limit, Math.max(0, ...rows.map((row) => displayWidth(row[index]?.text ?? ''))))
  const first = widest(0, Math.floor(total * 0.35))
  const last = widest(2, Math.floor(total * 0.35))
  return [first, Math.max(10, total - first - last - 2 * GAP), last]
}

/** Lines no wider than `width`, broken at blanks, and inside a word only where it does not fit on a line alone. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((piece) => pieces(piece, width))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (displayWidth(longer) <= width) line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

function pieces(word: string, width: number): readonly string[] {
  if (displayWidth(word) <= width) return [word]
  const parts: string[] = []
  let part = ''
  for (const character of word) {
    if (part !== '' && displayWidth(part + character) > width) {
      parts.push(part)
      part = ''
    }
    part += character
  }
  return [...parts, part]
}
