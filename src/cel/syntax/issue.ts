/** A fault of an expression, found before it runs. */
export interface Issue {
  /** From 1. */
  readonly line: number
  /** From 1, in characters. */
  readonly column: number
  /** In CEL's own words, e.g. `undeclared reference to 'x' (in container '')`. */
  readonly message: string
}

/** @param at - an offset in the source, in UTF-16 units */
export function issueAt(source: string, at: number, message: string): Issue {
  const before = source.slice(0, at)
  const lineStart = before.lastIndexOf('\n') + 1
  return {
    line: before.split('\n').length,
    column: [...before.slice(lineStart)].length + 1,
    message,
  }
}

/**
 * The issues as the API server prints them: `ERROR: <input>:1:3: …`, the line, and a caret under the place.
 */
export function formatIssues(source: string, issues: readonly Issue[]): string {
  const lines = source.split('\n')
  return issues
    .map(({ line, column, message }) => {
      const text = (lines[line - 1] ?? '').replaceAll('\t', ' ')
      const lead = [...text].slice(0, column - 1).map((character) => (isWide(character) ? '．' : '.'))
      const pointed = [...text][column - 1]
      const caret = pointed !== undefined && isWide(pointed) ? '＾' : '^'
      return `ERROR: <input>:${line}:${column}: ${message}\n | ${text}\n | ${lead.join('')}${caret}`
    })
    .join('\n')
}

/** Like CEL's own printer: whatever takes more than one byte is taken for wide. */
function isWide(character: string): boolean {
  return (character.codePointAt(0) ?? 0) > 0x7f
}
