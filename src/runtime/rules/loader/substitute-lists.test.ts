import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fillFurther, placeBeforeLists, type SubstitutedList } from './substitute-lists.ts'

const list = (name: string, ...items: string[]) => ({ name, items })
const byName = (lists: readonly SubstitutedList[]) => new Map(lists.map((each) => [each.name, each]))

test.each([
  ['a in (l)', [list('l', 'x', 'y')], 'a in ( x, y )'],
  ['a in (l, z)', [list('l')], 'a in (  z)'],
  ['a in (z, l)', [list('l')], 'a in (z  )'],
  ['a in (ll, l)', [list('l', 'x')], 'a in (ll, x )'],
  ['a in (l)', [list('l', 'k'), list('k', 'x')], 'a in ( x )'],
  ['a in (k)', [list('l', 'x'), list('k', 'l')], 'a in ( l )'],
  ['a = l', [list('l', 'has blank')], 'a = "has blank" '],
  ['a in (l k)', [list('l k', 'x', 'y')], 'a in ( x, y )'],
  ['a in (m)', [list('m', 'l=k', 'z'), list('l=k', 'x')], 'a in ( x , z )'],
  ['a = "l b"', [list('l', 'x')], 'a = "l b"'],
])('%s', (text, lists, expected) => {
  const result = fillFurther(text, byName(lists)).text
  expect(result.replaceAll(/ +/g, ' ')).toBe(expected.replaceAll(/ +/g, ' '))
})

test('every letter outside of the lists is found where it stood', () => {
  const word = fc.constantFrom('l', 'k', 'xx', '(', ')', ', ', ' ', '=', 'and')
  fc.assert(
    fc.property(fc.array(word), fc.array(fc.constantFrom('A', 'B C')), (words, items) => {
      const text = words.join('')
      const lists = [list('l', ...items), list('k', 'D')]
      const result = fillFurther(text, byName(lists)).text
      for (let index = 0; index < result.length; index++) {
        const place = placeBeforeLists(text, lists, index)
        if (/[xand()=]/.test(result[index] ?? '')) expect(text[place]).toBe(result[index])
        else if (/[ABCD"]/.test(result[index] ?? '')) expect(text[place]).toMatch(/[lk]/)
      }
    }),
  )
})

test('lists that are added or changed later are filled in as if all had been there from the beginning', () => {
  const word = fc.constantFrom('l', 'k', 'm', 'x', '(', ')', ', ', ' ', '=', 'and')
  const items = fc.array(fc.constantFrom('A', 'k', 'm', 'B C'), { maxLength: 3 })
  fc.assert(
    fc.property(fc.array(word), items, items, items, items, (words, first, second, third, changed) => {
      const text = words.join('')
      const earlier = fillFurther(text, byName([list('l', ...first), list('k', ...second)]))
      const all = byName([list('l', ...changed), list('k', ...second), list('m', ...third)])
      expect(fillFurther(text, all, earlier)).toEqual(fillFurther(text, all))
      const further = byName([list('l', ...first), list('k', ...second), list('m', ...third)])
      expect(fillFurther(text, further, earlier)).toEqual(fillFurther(text, further))
    }),
  )
})
