import { expect, test } from 'vitest'
import { goQuote } from './go-syntax.ts'

test.each([
  ['unconfined', '"unconfined"'],
  ['a"b\\c', String.raw`"a\"b\\c"`],
  ['tab\t, bell\u0007, nul\0, del\u007f', String.raw`"tab\t, bell\a, nul\x00, del\x7f"`],
  ['한글 \u200b\u00a0', String.raw`"한글 \u200b\u00a0"`],
  ['\u{1F600}\u{E0001}', '"\u{1F600}\\U000e0001"'],
  ['\ud800', '"\ufffd"'],
])('%j as %%q', (text, quoted) => {
  expect(goQuote(text)).toBe(quoted)
})
