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
    if (marker[0] === '...') cut = lineEnd(text, marker.index)
    if (cut > start) parts.push({ start, end: cut })
    start = Math.max(start, cut)
  }
  if (start < text.length) parts.push({ start, end: text.length })
  return parts
}

/** The offset of a 1-based line and column; column in UTF-16 code units. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = text.startsWith('\uFEFF') ? 1 : 0
  for (let at = 1; at < line; at++) {
    const next = text.indexOf('\n', start)
    if (next < 0) return text.length
    start = next + 1
  }
  return Math.min(text.length, start + column - 1)
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

/** Whether two edits have nothing between them: their order or their sum would be unclear. */
export function touch(left: TextEdit, right: TextEdit): boolean {
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
