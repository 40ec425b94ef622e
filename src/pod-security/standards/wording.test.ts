import { expect, test } from 'vitest'
import { containersNamed, joinQuoted, quoteAsGo, sortedSet } from './wording.ts'

test('names are quoted but not escaped', () => {
  expect(joinQuoted([])).toBe('')
  expect(joinQuoted(['a', 'b"c'])).toBe('"a", "b"c"')
  expect(containersNamed(['a'])).toBe('container "a"')
  expect(containersNamed(['a', 'a'])).toBe('containers "a", "a"')
})

test('sets are in the order of UTF-8, not of UTF-16', () => {
  expect(sortedSet(['b', 'a', 'B', 'b', 'aa'])).toEqual(['B', 'a', 'aa', 'b'])
  // U+FF5E comes before U+1F600, though the latter's surrogates are smaller.
  expect(sortedSet(['\u{1F600}', '\uFF5E', '\uD7FF'])).toEqual(['\uD7FF', '\uFF5E', '\u{1F600}'])
})

test.each([
  ['unconfined', '"unconfined"'],
  ['a"b\\c', String.raw`"a\"b\\c"`],
  ['tab\t, bell\u0007, nul\0, del\u007f', String.raw`"tab\t, bell\a, nul\x00, del\x7f"`],
  ['한글 \u200b\u00a0', String.raw`"한글 \u200b\u00a0"`],
  ['\u{1F600}\u{E0001}', '"\u{1F600}\\U000e0001"'],
  ['\ud800', '"\ufffd"'],
])('%j as %%q', (text, quoted) => {
  expect(quoteAsGo(text)).toBe(quoted)
})
