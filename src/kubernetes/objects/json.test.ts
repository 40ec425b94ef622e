import { expect, test } from 'vitest'
import { fieldsOf, isJson, isRecord, listOf, stringOf, stringsOf } from './json.ts'

const VALUES: readonly unknown[] = [undefined, null, true, 1, 'text', [], ['a', 1, null, 'b'], {}, { a: 1 }]

test('an object is neither a list nor null', () => {
  expect(VALUES.filter(isRecord)).toEqual([{}, { a: 1 }])
})

test('what has another type than it should have counts as empty', () => {
  expect(VALUES.map(fieldsOf)).toEqual([{}, {}, {}, {}, {}, {}, {}, {}, { a: 1 }])
  expect(VALUES.map(listOf)).toEqual([[], [], [], [], [], [], ['a', 1, null, 'b'], [], []])
  expect(VALUES.map(stringOf)).toEqual(['', '', '', '', 'text', '', '', '', ''])
  expect(VALUES.map(stringsOf)).toEqual([[], [], [], [], [], [], ['a', 'b'], [], []])
})

test.each([
  ['{"a":1}', true],
  ['[]', true],
  ['null', true],
  ['{"a":', false],
  ['{} {}', false],
  ['', false],
])('%s is whole JSON: %s', (text, isWhole) => {
  expect(isJson(text)).toBe(isWhole)
})
