import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyPatch, diff, isSame, PatchError } from './json-patch.ts'

const json = fc.jsonValue({ maxDepth: 4 })

describe('diff', () => {
  test('makes one value of another', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        const operations = JSON.parse(JSON.stringify(diff(before, after)))
        expect(isSame(applyPatch(before, operations), after)).toBe(true)
      }),
    )
  })

  test('leaves what it patches as it was', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        const text = JSON.stringify(before)
        applyPatch(before, diff(before, after))
        expect(JSON.stringify(before)).toBe(text)
      }),
    )
  })

  test.each([
    ['the same', { a: 1 }, { a: 1 }, []],
    ['a new field', {}, { a: { b: 1 } }, [{ op: 'add', path: '/a', value: { b: 1 } }]],
    ['a field that goes', { a: 1, b: 2 }, { b: 2 }, [{ op: 'remove', path: '/a' }]],
    ['an undefined field', { a: 1 }, { a: undefined }, [{ op: 'remove', path: '/a' }]],
    ['a key with / and ~', { 'a/b~c': 1 }, { 'a/b~c': 2 }, [{ op: 'replace', path: '/a~1b~0c', value: 2 }]],
    ['an appended item', [1], [1, 2], [{ op: 'add', path: '/-', value: 2 }]],
    [
      'a shorter list',
      [1, 2, 3],
      [1],
      [
        { op: 'remove', path: '/2' },
        { op: 'remove', path: '/1' },
      ],
    ],
  ])('tells %s', (_, before, after, operations) => {
    expect(diff(before, after)).toEqual(operations)
  })
})

describe('applyPatch', () => {
  // RFC 6902, Appendix A.
  test.each([
    ['A.1', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { baz: 'qux', foo: 'bar' }],
    [
      'A.2',
      { foo: ['bar', 'baz'] },
      [{ op: 'add', path: '/foo/1', value: 'qux' }],
      { foo: ['bar', 'qux', 'baz'] },
    ],
    ['A.3', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
    ['A.4', { foo: ['bar', 'qux', 'baz'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['bar', 'baz'] }],
    ['A.5', { baz: 'qux' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { baz: 'boo' }],
    [
      'A.6',
      { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
      [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
      { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
    ],
    [
      'A.7',
      { foo: ['all', 'grass', 'cows', 'eat'] },
      [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
      { foo: ['all', 'cows', 'eat', 'grass'] },
    ],
    ['A.8', { baz: 'qux' }, [{ op: 'test', path: '/baz', value: 'qux' }], { baz: 'qux' }],
    ['A.14', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
    ['A.16', { foo: ['bar'] }, [{ op: 'add', path: '/foo/-', value: ['abc'] }], { foo: ['bar', ['abc']] }],
    ['copy', { a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
    ['the whole', { a: 1 }, [{ op: 'replace', path: '', value: 2 }], 2],
  ])('%s', (_, value, operations, expected) => {
    expect(applyPatch(value, operations)).toEqual(expected)
  })

  test.each([
    ['no list', {}, {}],
    ['no object', {}, [null]],
    ['no path', {}, [{ op: 'add', value: 1 }]],
    ['an unknown operation', {}, [{ op: 'merge', path: '/a', value: 1 }]],
    ['a path without slash', {}, [{ op: 'add', path: 'a', value: 1 }]],
    ['a parent that is missing', {}, [{ op: 'add', path: '/a/b', value: 1 }]],
    ['a parent that is a scalar', { a: 1 }, [{ op: 'add', path: '/a/b', value: 1 }]],
    ['what cannot be replaced', {}, [{ op: 'replace', path: '/a', value: 1 }]],
    ['what cannot be removed', {}, [{ op: 'remove', path: '/a' }]],
    ['the root removed', {}, [{ op: 'remove', path: '' }]],
    ['an index beyond the end', { a: [] }, [{ op: 'add', path: '/a/1', value: 1 }]],
    ['an index that is none', { a: [1] }, [{ op: 'remove', path: '/a/01' }]],
    ['a test that fails', { a: 1 }, [{ op: 'test', path: '/a', value: '1' }]],
    ['a field of every object', {}, [{ op: 'test', path: '/constructor', value: 1 }]],
  ])('refuses %s', (_, value, operations) => {
    expect(() => applyPatch(value, operations)).toThrow(PatchError)
  })

  test('sets a field of any name without touching a prototype', () => {
    const patched = applyPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: 1 } }])
    expect(Object.keys(patched as object)).toEqual(['__proto__'])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })
})
