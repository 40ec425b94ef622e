/** The line of a text that a diagnostic is about, and a caret under the place. */
export interface Excerpt {
  readonly line: string
  /** As many blanks (and tabs, where the line has them) as stand before the place, then `^`. */
  readonly caret: string
}

/** Longer lines are cut to what is around the place. */
const WIDTH = 160

/**
 * @param text - of the file
 * @param line, column - from 1; the column in UTF-16 units
 */
export function excerptAt(text: string, line: number, column: number): Excerpt | undefined {
  const whole = text.split('\n')[line - 1]?.replace(/\r$/, '')
  if (whole === undefined) return undefined
  const at = Math.min(column - 1, whole.length)
  const start = Math.max(0, at - WIDTH / 2)
  const end = Math.min(whole.length, start + WIDTH)
  const cut = `${start > 0 ? '…' : ''}${whole.slice(start, end)}${end < whole.length ? '…' : ''}`
  const before = `${start > 0 ? ' ' : ''}${whole.slice(start, at)}`
  return {
    line: cut,
    caret: `${before.replaceAll(/[^\t]/g, (character) => (isWide(character) ? '  ' : ' '))}^`,
  }
}

/** Hangul and other letters that terminals show two columns wide. */
function isWide(character: string): boolean {
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
    character,
  )
}
