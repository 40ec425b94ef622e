import { resolvePlainScalar } from './scalar.ts'

/** Where a text stands in another, in UTF-16 code units. */
export interface TextSpan {
  readonly start: number
  readonly end: number
}

const NEWLINE = 0x0a
const BLANK = 0x20
const METADATA = 'metadata:\n'
const NAME = 'name: '
/** How deep people indent. */
const BEFORE_NAME = Array.from({ length: 9 }, (_, indent) => `\n${' '.repeat(indent)}${NAME}`)
const OBJECT_NAME = /^[a-z][-a-z0-9.]*$/

/**
 * Where in the text of a document the object's name seems to stand: a plain word that is all the value there is on its
 * line, under `metadata:`. Found without parsing, so it may be another field's; but where it is the object's, it is so in
 * every text that differs in nothing but this span, as long as such a word stands there.
 *
 * @returns undefined where nothing looks like it
 */
export function nameInText(text: string): TextSpan | undefined {
  const metadata = text.indexOf(METADATA)
  if (metadata < 0 || (metadata > 0 && text.charCodeAt(metadata - 1) !== NEWLINE)) return undefined
  const below = metadata + METADATA.length
  let indent = 0
  while (text.charCodeAt(below + indent) === BLANK) indent++
  const before = BEFORE_NAME[indent]
  if (before === undefined || indent === 0) return undefined
  const found = text.indexOf(before, below - 1)
  if (found < 0) return undefined
  const start = found + before.length
  const end = text.indexOf('\n', start)
  if (end < 0) return undefined
  const name = text.slice(start, end)
  return OBJECT_NAME.test(name) && resolvePlainScalar(name) === name ? { start, end } : undefined
}
