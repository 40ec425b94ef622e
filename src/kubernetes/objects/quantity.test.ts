import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addQuantities,
  formatQuantity,
  milliValueOf,
  parseQuantity,
  subtractQuantities,
  wholeValueOf,
} from './quantity.ts'

const canonical = (text: unknown) => {
  const quantity = parseQuantity(text)
  return quantity && formatQuantity(quantity)
}

describe('a quantity', () => {
  test.each([
    ['0', '0'],
    ['0Mi', '0'],
    ['-0', '0'],
    ['100m', '100m'],
    ['0.1', '100m'],
    ['.5', '500m'],
    ['1.', '1'],
    ['1500m', '1500m'],
    ['1000m', '1'],
    ['1000', '1k'],
    ['1024', '1024'],
    ['1Ki', '1Ki'],
    ['1024Ki', '1Mi'],
    ['1536Mi', '1536Mi'],
    ['0.5Gi', '512Mi'],
    ['1023Ki', '1023Ki'],
    ['1e3', '1e3'],
    ['12e6', '12e6'],
    ['1E3', '1e3'],
    ['1E', '1E'],
    ['1.1E-9', '2e-9'],
    ['0.1n', '1n'],
    ['-1.5', '-1500m'],
    ['+3', '3'],
    ['100Ki', '100Ki'],
    ['1000Ki', '1000Ki'],
    ['0.001Ki', '1024m'],
    ['9223372036854775807', '9223372036854775807'],
    ['10Ei', '9223372036854775807'],
    [1, '1'],
    [0.25, '250m'],
  ])('%s is written %s', (text, expected) => {
    expect(canonical(text)).toBe(expected)
  })

  test.each([
    '',
    '.',
    '+',
    '1.2.3',
    '1K',
    '1 ',
    ' 1',
    '1mi',
    '1e',
    '0x1',
    '1Kim',
    'Ki',
    null,
    true,
    {},
    '1'.repeat(101),
  ])('%j is none', (text) => {
    expect(parseQuantity(text)).toBeUndefined()
  })

  test('is rounded away from zero', () => {
    const [plus, minus] = [parseQuantity('1500u'), parseQuantity('-1500u')]
    expect(plus && [wholeValueOf(plus), milliValueOf(plus)]).toEqual([1n, 2n])
    expect(minus && [wholeValueOf(minus), milliValueOf(minus)]).toEqual([-1n, -2n])
  })

  test('keeps its value when written and read again', () => {
    const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-3')
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), suffix, (number, unit) => {
        const quantity = parseQuantity(`${number}${unit}`)
        expect(quantity).toBeDefined()
        if (quantity !== undefined)
          expect(parseQuantity(formatQuantity(quantity))?.nanos).toBe(quantity.nanos)
      }),
    )
  })

  test('a sum less one part is the other', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.bigInt({ min: 0n, max: 10n ** 20n }),
        (a, b) => {
          const [one, other] = [a, b].map((nanos) => ({ nanos, format: 'BinarySI' as const }))
          if (one === undefined || other === undefined) return
          expect(subtractQuantities(addQuantities(one, other), other).nanos).toBe(a)
        },
      ),
    )
  })
})
