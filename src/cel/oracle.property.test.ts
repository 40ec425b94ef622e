import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from './compile.ts'
import { baseEnvironment } from './kubernetes/base-environment.ts'
import { BOOL, DYN, INT, listOf } from './types/type.ts'

const environment = baseEnvironment.extend({
  variables: { a: INT, b: INT, l: listOf(INT), t: BOOL, object: DYN },
})

/** An expression with what plain JavaScript makes of it; undefined for an error. */
interface Term<T> {
  readonly text: string
  readonly value: (variables: Variables) => T | undefined
}
interface Variables {
  readonly a: bigint
  readonly b: bigint
  readonly l: readonly bigint[]
  readonly t: boolean
}

const fitsInt = (value: bigint): bigint | undefined =>
  BigInt.asIntN(64, value) === value ? value : undefined

function both<T, R>(
  one: T | undefined,
  other: T | undefined,
  make: (a: T, b: T) => R | undefined,
): R | undefined {
  return one === undefined || other === undefined ? undefined : make(one, other)
}

const { int, bool } = fc.letrec<{ int: Term<bigint>; bool: Term<boolean> }>((tie) => ({
  int: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.bigInt({ min: 0n, max: 9n }).map((n) => ({ text: String(n), value: () => n })),
    fc
      .constantFrom('a' as const, 'b' as const)
      .map((name) => ({ text: name, value: (v: Variables) => v[name] })),
    fc
      .tuple(tie('int'), fc.constantFrom('+', '-', '*', '/', '%'), tie('int'))
      .map(([one, operator, other]) => ({
        text: `(${one.text} ${operator} ${other.text})`,
        value: (v: Variables) => both(one.value(v), other.value(v), (x, y) => arithmetic(x, operator, y)),
      })),
    fc.tuple(tie('bool'), tie('int'), tie('int')).map(([condition, yes, no]) => ({
      text: `(${condition.text} ? ${yes.text} : ${no.text})`,
      value: (v: Variables) => {
        const holds = condition.value(v)
        return holds === undefined ? undefined : holds ? yes.value(v) : no.value(v)
      },
    })),
    tie('int').map((term) => ({
      text: `l.map(x, x + ${term.text}).size()`,
      value: (v: Variables) => {
        const added = term.value(v)
        if (v.l.length === 0) return 0n
        if (added === undefined || v.l.some((x) => fitsInt(x + added) === undefined)) return undefined
        return BigInt(v.l.length)
      },
    })),
  ),
  bool: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant({ text: 't', value: (v: Variables) => v.t }),
    fc
      .tuple(tie('int'), fc.constantFrom('==', '!=', '<', '<=', '>', '>='), tie('int'))
      .map(([one, operator, other]) => ({
        text: `(${one.text} ${operator} ${other.text})`,
        value: (v: Variables) => both(one.value(v), other.value(v), (x, y) => comparison(x, operator, y)),
      })),
    fc.tuple(tie('bool'), fc.constantFrom('&&', '||'), tie('bool')).map(([one, operator, other]) => ({
      text: `(${one.text} ${operator} ${other.text})`,
      value: (v: Variables) => logic(one.value(v), operator === '||', other.value(v)),
    })),
    tie('bool').map((term) => ({
      text: `!(${term.text})`,
      value: (v: Variables) => {
        const holds = term.value(v)
        return holds === undefined ? undefined : !holds
      },
    })),
    fc.tuple(fc.constantFrom('all', 'exists'), tie('int')).map(([macro, limit]) => ({
      text: `l.${macro}(x, x < ${limit.text})`,
      value: (v: Variables) => {
        const bound = limit.value(v)
        const isAny = macro === 'exists'
        return v.l.reduce<boolean | undefined>(
          (found, x) => logic(found, isAny, bound === undefined ? undefined : x < bound),
          !isAny,
        )
      },
    })),
  ),
}))

function arithmetic(x: bigint, operator: string, y: bigint): bigint | undefined {
  switch (operator) {
    case '+':
      return fitsInt(x + y)
    case '-':
      return fitsInt(x - y)
    case '*':
      return fitsInt(x * y)
    case '/':
      return y === 0n ? undefined : fitsInt(x / y)
    default:
      return y === 0n ? undefined : x % y
  }
}

function comparison(x: bigint, operator: string, y: bigint): boolean {
  switch (operator) {
    case '==':
      return x === y
    case '!=':
      return x !== y
    case '<':
      return x < y
    case '<=':
      return x <= y
    case '>':
      return x > y
    default:
      return x >= y
  }
}

/** An error on one side is absorbed by what the other decides. */
function logic(one: boolean | undefined, decisive: boolean, other: boolean | undefined): boolean | undefined {
  if (one === decisive || other === decisive) return decisive
  return one === undefined || other === undefined ? undefined : !decisive
}

const variables = fc.record({
  a: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  b: fc.bigInt({ min: -5n, max: 5n }),
  l: fc.array(fc.bigInt({ min: -3n, max: 3n }), { maxLength: 4 }),
  t: fc.boolean(),
})

test.each([
  ['integers', int],
  ['truth values', bool],
] as const)('%s come out as JavaScript works them out', (_, terms) => {
  fc.assert(
    fc.property(terms as fc.Arbitrary<Term<bigint | boolean>>, variables, (term, bound) => {
      const compiled = compile(term.text, environment)
      if ('issues' in compiled) throw new Error(`${term.text}: ${compiled.issues[0]?.message}`)
      const outcome = compiled.program.evaluate(bound)
      expect('error' in outcome ? undefined : outcome.value, term.text).toEqual(term.value(bound))
    }),
    { numRuns: 400 },
  )
})

/** What expressions are written with, strung together at random. */
const fragments = fc.constantFrom(
  ...[
    'a',
    'l',
    'object',
    '.',
    '.?',
    '[',
    '[?',
    ']',
    '{',
    '{?',
    '}',
    '(',
    ')',
    ',',
    ':',
    '?',
    '+',
    '-',
    '!',
    '==',
    '&&',
  ],
  ...[
    '"x"',
    "'",
    '"""',
    'r"\\d"',
    '1',
    '1.5',
    '0x',
    '`b`',
    '// c\n',
    'has',
    'all',
    'x',
    ' in ',
    'true',
    'Object',
    '\n',
    '한',
  ],
)

test('any text is compiled or refused with a place in it, and what compiles ends', () => {
  fc.assert(
    fc.property(fc.array(fragments, { maxLength: 25 }), (parts) => {
      const source = parts.join('')
      const compiled = compile(source, environment)
      if ('issues' in compiled) {
        expect(compiled.issues.length).toBeGreaterThan(0)
        for (const { line, column, message } of compiled.issues) {
          expect(line).toBeLessThanOrEqual(source.split('\n').length)
          expect([column > 0, message !== '']).toEqual([true, true])
        }
        return
      }
      const outcome = compiled.program.evaluate({
        a: 1n,
        b: 2n,
        l: [1, 2],
        t: true,
        object: { a: [{ x: 1 }] },
      })
      expect('error' in outcome || 'value' in outcome).toBe(true)
    }),
    { numRuns: 1500 },
  )
})
