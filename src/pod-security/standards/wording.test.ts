import { expect, test } from 'vitest'
import { containersNamed, joinQuoted, sortedSet } from './wording.ts'

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
