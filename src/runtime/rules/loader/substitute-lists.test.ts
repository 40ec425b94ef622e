import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placeBeforeLists, substituteLists } from './substitute-lists.ts'

const list = (name: string, ...items: string[]) => ({ name, items })

test.each([
  ['a in (l)', [list('l', 'x', 'y')], 'a in ( x, y )'],
  ['a in (l, z)', [list('l')], 'a in (  z)'],
  ['a in (z, l)', [list('l')], 'a in (z  )'],
  ['a in (ll, l)', [list('l', 'x')], 'a in (ll, x )'],
  ['a in (l)', [list('l', 'k'), list('k', 'x')], 'a in ( x )'],
  ['a in (k)', [list('l', 'x'), list('k', 'l')], 'a in ( l )'],
  ['a = l', [list('l', 'has blank')], 'a = "has blank" '],
  ['a = "l b"', [list('l', 'x')], 'a = "l b"'],
])('%s', (text, lists, expected) => {
  const used: string[] = []
  const result = substituteLists(text, lists, (name) => used.push(name))
  expect(result.replaceAll(/ +/g, ' ')).toBe(expected.replaceAll(/ +/g, ' '))
})

test('every letter outside of the lists is found where it stood', () => {
  const word = fc.constantFrom('l', 'k', 'xx', '(', ')', ', ', ' ', '=', 'and')
  fc.assert(
    fc.property(fc.array(word), fc.array(fc.constantFrom('A', 'B C')), (words, items) => {
      const text = words.join('')
      const lists = [list('l', ...items), list('k', 'D')]
      const result = substituteLists(text, lists, () => undefined)
      for (let index = 0; index < result.length; index++) {
        const place = placeBeforeLists(text, lists, index)
        if (/[xand()=]/.test(result[index] ?? '')) expect(text[place]).toBe(result[index])
        else if (/[ABCD"]/.test(result[index] ?? '')) expect(text[place]).toMatch(/[lk]/)
      }
    }),
  )
})
