/** A change of text: what stands from `start` up to `end` becomes `text`. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** One document of a stream, as a part of the file's text. */
export interface TextPart {
  readonly start: number
  readonly end: number
}

/**
 * The documents of a YAML stream. YAML 1.2, 9.1.2: a line that begins with `---` or `...` and a blank is a marker
 * wherever it stands, so that no parser is needed to find them.
 */
export function splitDocuments(text: string): TextPart[] {
  const parts: TextPart[] = []
  let start = text.startsWith('\uFEFF') ? 1 : 0
  for (const marker of text.matchAll(/^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm)) {
    let cut = marker.index
    if (marker[0] === '...') cut = lineEnd(text, marker.index + 3)
    if (cut > start) parts.push({ start, end: cut })
    start = Math.max(start, cut)
  }
  if (start < text.length) parts.push({ start, end: text.length })
  return parts
}

/** @returns a function from 1-based line and column (in UTF-16 code units) to the offset in a text */
export function offsetsOf(text: string): (line: number, column: number) => number {
  const starts = [text.startsWith('\uFEFF') ? 1 : 0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (line, column) => Math.min(text.length, (starts[line - 1] ?? text.length) + column - 1)
}

/** The offset after the line break of the line on which an offset lies; the text's length on the last line. */
export function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset
  const newline = text.indexOf('\n', offset)
  return newline < 0 ? text.length : newline + 1
}

/** The offset of the first character of the line on which an offset lies. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

/** Edits of one text that stay clear of one another. */
export class EditSet {
  /** In the order of the text. */
  readonly edits: TextEdit[] = []

  /**
   * Takes some edits in, all or none.
   *
   * @returns false where two have nothing between them: their order, or their sum, would be unclear
   */
  add(more: readonly TextEdit[]): boolean {
    const taken: TextEdit[] = []
    for (const edit of more) {
      const index = this.#indexOf(edit)
      const [before, after] = [this.edits[index - 1], this.edits[index]]
      if ((before !== undefined && touch(before, edit)) || (after !== undefined && touch(edit, after))) {
        for (const each of taken) this.edits.splice(this.edits.indexOf(each), 1)
        return false
      }
      this.edits.splice(index, 0, edit)
      taken.push(edit)
    }
    return true
  }

  /** The place of an edit among those that begin before and after it. */
  #indexOf(edit: TextEdit): number {
    let low = 0
    let high = this.edits.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.edits[middle]?.start ?? 0) < edit.start) low = middle + 1
      else high = middle
    }
    return low
  }
}

function touch(left: TextEdit, right: TextEdit): boolean {
  return left.start <= right.end && right.start <= left.end
}

/** @param edits - none of which touch one another */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = ''
  let at = 0
  for (const edit of edits.toSorted((left, right) => left.start - right.start)) {
    result += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return result + text.slice(at)
}
