import { describe, expect, test } from 'vitest'
import { hasNoJsonForm, resolvePlainScalar } from './scalar.ts'

describe('plain scalars as goyaml.v2/resolve.go resolves them', () => {
  test.each([
    ['yes', true],
    ['y', true],
    ['On', true],
    ['TRUE', true],
    ['no', false],
    ['N', false],
    ['off', false],
    ['', null],
    ['~', null],
    ['Null', null],
    ['0644', 420],
    ['0o644', 420],
    ['0x1F', 31],
    ['0b101', 5],
    ['-0b11', -3],
    ['1_000', 1000],
    ['-12', -12],
    ['+7', 7],
    ['08', 8],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1e3', 1000],
    ['12e03', 12000],
  ])('%s is %s', (text, value) => expect(resolvePlainScalar(text)).toBe(value))

  test.each([
    'yES',
    'tRue',
    '1.2.3',
    '10.0.0.1',
    '100m',
    '64Mi',
    '2001-12-14',
    '1:30',
    '.inf',
    '1e999',
    '0o8',
    '-',
    '+',
    '.',
    'nginx',
  ])('%s stays text', (text) => expect(resolvePlainScalar(text)).toBe(text))
})

describe('numbers that JSON does not have', () => {
  test.each([
    ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'],
    ...['.nan', '.NaN', '.NAN'],
  ])('%s', (text) => expect(hasNoJsonForm(text)).toBe(true))

  test.each(['.iNf', '.Nan', '+.nan', '-.NaN', 'inf', 'nan', '.info', ' .inf', '1e999', ''])(
    'not %s',
    (text) => expect(hasNoJsonForm(text)).toBe(false),
  )
})
