/**
 * Control characters (Cc) but the tab, the line separators, and those that reorder text (Unicode TR 36, 3.2:
 * bidirectional overrides and isolates). In a terminal the former move the cursor or rewrite what was
 * printed: a manifest must not write the report about itself.
 */
const INVISIBLE = /(?!\t)\p{Cc}|[\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu
const SUSPECT = /[^\t\x20-\x7e\u00a1-\u1fff\u3000-\ud7ff]/

/** The text on one line, with what would not be seen written as an escape such as `\u001b`. */
export function visible(text: string): string {
  // Nearly all text is plain; the test is several times faster than a replacement that finds nothing.
  if (!SUSPECT.test(text)) return text
  return text.replace(INVISIBLE, (character) =>
    character === '\n' ? '\\n' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Like `visible` for text of several lines: line breaks stay. */
export function visibleLines(text: string): string[] {
  return text.split(/\r?\n/).map(visible)
}

/**
 * Columns that a text takes on a terminal: East Asian wide and fullwidth characters (Unicode TR 11) take two,
 * combining marks none. A tab counts as one; callers that align keep tabs as they are.
 */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

/** Blanks as wide as the text, tabs kept, so that what follows stands under what followed the text. */
export function blanks(text: string): string {
  let blank = ''
  for (const character of text) blank += character === '\t' ? '\t' : ' '.repeat(characterWidth(character))
  return blank
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x300) return 1
  if (/\p{M}|\u200d|\ufe0f/u.test(character)) return 0
  return isWide(code) ? 2 : 1
}

/** Blocks of wide characters, from EastAsianWidth.txt (W and F), coarse where whole blocks are wide. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0xa4cf) ||
    (code >= 0xa960 && code <= 0xa97f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1f64f) ||
    (code >= 0x1f900 && code <= 0x1f9ff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  )
}
