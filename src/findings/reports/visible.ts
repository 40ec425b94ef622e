import { displayWidth } from '../../messages/index.ts'

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

/** Blanks as wide as the text, tabs kept, so that what follows stands under what followed the text. */
export function blanks(text: string): string {
  let blank = ''
  for (const character of text) blank += character === '\t' ? '\t' : ' '.repeat(displayWidth(character))
  return blank
}
