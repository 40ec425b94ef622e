import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseExactly } from './exact-integers.ts'

describe('integers that no number holds are texts', () => {
  test.each([
    ['{"ts":1700000000000000123}', { ts: '1700000000000000123' }],
    [
      '{"a":[-9223372036854775808, 18446744073709551615 ]}',
      { a: ['-9223372036854775808', '18446744073709551615'] },
    ],
    ['9007199254740993', 9007199254740992],
  ])('%s', (json, value) => {
    expect(parseExactly(json)).toEqual(value)
  })
})

describe('all else is as it is', () => {
  test.each([
    '{"ts":9007199254740991}',
    '{"x":1234567890123456789.5,"y":12345678901234567890e3,"z":0.12345678901234567890}',
    String.raw`{"a":",1234567890123456789,","b":"\\","c":"x\":1234567890123456789}"}`,
  ])('%s', (json) => {
    expect(parseExactly(json)).toEqual(JSON.parse(json))
  })
})

test('what is no JSON is refused', () => {
  expect(() => parseExactly('{"a":1700000000000000123')).toThrow(SyntaxError)
  expect(() => parseExactly('{"a":[1,00000000000000001]}')).toThrow(SyntaxError)
})

test('any JSON: no text is changed, and what was written with all its digits comes back with them', () => {
  const scalar = fc.oneof(
    fc.bigInt(-(2n ** 64n), 2n ** 64n),
    fc.string(),
    fc.constant('":1234567890123456789,'),
  )
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.array(scalar)), (given) => {
      const json = JSON.stringify(given, (_, value) =>
        typeof value === 'bigint' ? JSON.rawJSON(String(value)) : value,
      )
      const expected = Object.entries(given).map(([name, values]) => [
        name,
        values.map((value) =>
          typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : String(value),
        ),
      ])
      expect(Object.entries(parseExactly(json) as object)).toEqual(expected)
    }),
  )
})

test('it takes no longer for many of them than their length', () => {
  const json = `[${Array.from({ length: 200_000 }, () => '1700000000000000123').join(',')}]`
  expect((parseExactly(json) as string[]).length).toBe(200_000)
})
