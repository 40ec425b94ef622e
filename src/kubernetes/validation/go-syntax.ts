/**
 * Text as Go's `fmt` prints it, for the messages that Kubernetes builds from values. People search for those
 * messages, so they are kept to the letter.
 */

/** A value already in Go syntax (`%#v`), e.g. `[]int64{999}`. */
export interface GoSyntax {
  readonly goSyntax: string
}

/** The escapes of the Go specification, "Rune literals", that have a letter of their own. */
const LETTER_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

/** What Go's `unicode.IsPrint` accepts: letters, marks, numbers, punctuation, symbols and the ASCII space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u

/**
 * A string as `%q` prints it (Go's `strconv.Quote`): quotes, backslashes and all that cannot be printed are escaped. A lone
 * surrogate counts as U+FFFD, as which Go's JSON decoder reads it.
 *
 * @returns e.g. `"unconfined"`, `"a\nb"`, `"\u200b"`
 */
export function goQuote(text: string): string {
  let quoted = '"'
  for (const character of text.toWellFormed())
    quoted += LETTER_ESCAPES[character] ?? escapeUnprintable(character)
  return `${quoted}"`
}

/**
 * A slice as `%#v` prints it.
 *
 * @param elementType - e.g. `int64`, `core.Capability`
 * @param elements - each already in Go syntax; undefined is the nil slice
 */
export function goSlice(elementType: string, elements: readonly string[] | undefined): GoSyntax {
  if (elements === undefined) return { goSyntax: `[]${elementType}(nil)` }
  return { goSyntax: `[]${elementType}{${elements.join(', ')}}` }
}

/** A string or a list of strings as Go's `encoding/json` writes it, which also escapes what HTML gives a meaning. */
export function goJson(value: string | readonly string[]): GoSyntax {
  const escaped = (character: string) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  return { goSyntax: JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escaped) }
}

function escapeUnprintable(character: string): string {
  if (PRINTABLE.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}
