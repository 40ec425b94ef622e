import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyEdits, EditSet, offsetsOf, splitDocuments } from './text.ts'

test.each([
  ['a: 1\n', ['a: 1\n']],
  ['a: 1\n---\nb: 1\n--- # c\nc: 1', ['a: 1\n', '---\nb: 1\n', '--- # c\nc: 1']],
  ['---\r\na: 1\r\n...\r\nb: 1\r\n', ['---\r\na: 1\r\n...\r\n', 'b: 1\r\n']],
  ['a: |\n  ---\n ---\n----\n', ['a: |\n  ---\n ---\n----\n']],
  ['\uFEFFa: 1\n---\n', ['a: 1\n', '---\n']],
  ['', []],
])('the documents of %j', (text, expected) => {
  expect(splitDocuments(text).map(({ start, end }) => text.slice(start, end))).toEqual(expected)
})

test('an offset is found by line and column, behind a byte order mark', () => {
  const offsetOf = offsetsOf('\uFEFFab\r\nc\n')
  expect([offsetOf(1, 2), offsetOf(2, 1), offsetOf(9, 1)]).toEqual([2, 5, 7])
})

test('edits are taken in only while they stay clear of one another, and all or none', () => {
  const edit = fc
    .record({ start: fc.integer({ min: 0, max: 60 }), length: fc.integer({ min: 0, max: 3 }) })
    .map(({ start, length }) => ({ start, end: start + length, text: '_' }))
  fc.assert(
    fc.property(fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { maxLength: 12 }), (groups) => {
      const set = new EditSet()
      const taken: { start: number; end: number }[] = []
      for (const group of groups) {
        const clear = group.every((each, index) =>
          [...taken, ...group.slice(0, index)].every(
            (other) => each.start > other.end || other.start > each.end,
          ),
        )
        expect(set.add(group)).toBe(clear)
        if (clear) taken.push(...group)
      }
      expect(set.edits).toEqual(taken.toSorted((left, right) => left.start - right.start))
    }),
  )
})

test('what lies outside the edits is not changed', () => {
  expect(
    applyEdits('abcdef', [
      { start: 4, end: 5, text: 'E!' },
      { start: 1, end: 1, text: '-' },
    ]),
  ).toBe('a-bcdE!f')
})
