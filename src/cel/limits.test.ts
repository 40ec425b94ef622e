import { describe, expect, test } from 'vitest'
import { compile } from './compile.ts'
import { baseEnvironment } from './kubernetes/base-environment.ts'
import { DYN } from './types/type.ts'

const environment = baseEnvironment.extend({ variables: { object: DYN, big: DYN } })

function outcomeOf(expression: string, bindings: Readonly<Record<string, unknown>> = {}) {
  const compiled = compile(expression, environment)
  if ('issues' in compiled) throw new Error(compiled.issues[0]?.message)
  return compiled.program.evaluate(bindings)
}

const CANCELLED = { error: 'operation cancelled: actual cost limit exceeded', cancelled: true }
const many = Array.from({ length: 1000 }, (_, index) => index)
const wide = Object.fromEntries(many.map((index) => [`k${index}`, { a: many }]))

describe("an evaluation ends, with the API server's words where it costs too much", () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['loops within loops', 'object.all(x, object.all(y, object.all(z, x + y + z >= 0)))', { object: many }],
    [
      'a cancelled part is not absorbed',
      'object.all(x, object.all(y, object.all(z, z >= 0))) || true',
      { object: many },
    ],
    [
      'comparisons of large objects',
      'object.all(x, big == big)',
      { object: many, big: structuredClone(wide) },
    ],
    [
      'comparisons of large texts',
      'object.map(x, big.a == big.b).size() > 0',
      { object: many, big: { a: `${'x'.repeat(9e6)}a`, b: `${'x'.repeat(9e6)}b` } },
    ],
    [
      'texts that multiply',
      `${"'%s%s%s%s%s%s%s%s%s%s'.format(lists.range(10).map(i, ".repeat(9)}'x'${'))'.repeat(9)}`,
      {},
    ],
    ['a range', 'lists.range(9000000000).size() > 0', {}],
    ['replacing nothing', `object.replace('', object).size() > 0`, { object: 'x'.repeat(100_000) }],
    [
      'matching',
      `object.map(x, big.matches('(a|aa|aaa)*b')).size() > 0`,
      { object: many, big: 'a'.repeat(10_000) },
    ],
    ['sorting', 'object.all(x, object.all(y, object.map(i, i).distinct().size() > 0))', { object: many }],
  ])('%s', (_, expression, bindings) => {
    expect(outcomeOf(expression, bindings)).toMatchObject(CANCELLED)
  })

  test('a limit of its own', () => {
    const compiled = compile('object.all(x, x >= 0)', environment)
    if ('issues' in compiled) throw new Error('not compiled')
    expect(compiled.program.evaluate({ object: many }, 100)).toMatchObject(CANCELLED)
    expect(compiled.program.evaluate({ object: [1] }, 100)).toMatchObject({ value: true })
  })
})

describe('an expression that is too much to compile is refused', () => {
  test.each([
    ['too long', 'x'.repeat(100_001), 'expression code point size exceeds limit: size: 100001, limit 100000'],
    ['too deep', `${'('.repeat(251)}1${')'.repeat(251)}`, 'expression recursion limit exceeded: 250'],
    ['too many in a row', `1${'+1'.repeat(40_000)}`, 'expression recursion limit exceeded: 250'],
  ])('%s', (_, expression, message) => {
    const compiled = compile(expression, environment)
    expect('issues' in compiled && compiled.issues[0]?.message).toBe(message)
  })

  test('a long one that is not deep is compiled', () => {
    expect(outcomeOf(`[${'1,'.repeat(5000)}1].size()`)).toMatchObject({ value: 5001n })
    expect(outcomeOf(`${'true && '.repeat(2000)}true`)).toMatchObject({ value: true })
  })
})
