import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compileFilter,
  type FilterNode,
  parseFilter,
  printFilter,
  type SyscallEvent,
  syscallEvents,
} from '../../rules/index.ts'
import { syscallDetection } from '../source.ts'
import { createCandidateIndex } from './candidate-index.ts'
import { createCandidates } from './candidates.ts'
import { foldConstants } from './fold-constants.ts'

function conditionOf(text: string): FilterNode {
  const parsed = parseFilter(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.ast
}

function compiled(text: string) {
  const condition = conditionOf(text)
  const result = compileFilter(condition, syscallEvents)
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`)
  return { condition, ...result.filter }
}

/** Conditions over few fields and values, so that events often match. */
const CHECK = fc.oneof(
  fc
    .tuple(fc.constantFrom('=', '!='), fc.constantFrom('open', 'execve'))
    .map(([op, type]) => `evt.type ${op} ${type}`),
  fc.constantFrom('evt.type in (open, close)', 'evt.num = 0', 'evt.num >= 0', 'fd.num > 2'),
  fc
    .tuple(
      fc.constantFrom('proc.name', 'fd.name', 'user.name'),
      fc.constantFrom('=', '!=', 'startswith'),
      fc.constantFrom('a', 'b', 'c'),
    )
    .map((parts) => parts.join(' ')),
  fc.constantFrom(
    'proc.name exists',
    'proc.name in (a, b)',
    'proc.aname in (a, b)',
    'proc.aname[2] = a',
    'fd.name glob a*',
    'evt.is_io = true',
    'evt.is_io != false',
  ),
)
const { condition: CONDITION } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    CHECK,
    fc
      .tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('condition').map((inner) => `not (${inner})`),
  ),
}))
const VALUE = fc.option(fc.constantFrom('a', 'b', 'c', 'ab'), { nil: undefined })
const TRUTH = fc.constantFrom('true', 'false', true, '0', 'maybe', undefined)
const EVENT: fc.Arbitrary<SyscallEvent> = fc
  .tuple(fc.constantFrom('open', 'execve', 'close', undefined), VALUE, VALUE, VALUE, VALUE, TRUTH)
  .map(([type, name, file, user, ancestor, isIo]) => ({
    num: 1,
    ...(type !== undefined && { type }),
    fields: {
      ...(isIo !== undefined && { 'evt.is_io': isIo }),
      ...(name !== undefined && { 'proc.name': name }),
      ...(file !== undefined && { 'fd.name': file, 'fd.num': '3' }),
      ...(user !== undefined && { 'user.name': user }),
      ...(ancestor !== undefined && { 'proc.aname[1]': 'x', 'proc.aname[2]': ancestor }),
    },
  }))

describe('the index', () => {
  test('never leaves out a condition that matches, and keeps the order', () => {
    const texts = fc.array(CONDITION, { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(texts, fc.array(EVENT, { minLength: 1, maxLength: 10 }), (conditions, events) => {
        const entries = conditions.map((text, order) => ({ ...compiled(text), order }))
        const candidatesOf = createCandidateIndex(entries, syscallEvents)
        for (const event of events) {
          const candidates = candidatesOf(event)
          const orders = candidates.map(({ order }) => order)
          expect(orders).toEqual(orders.toSorted((a, b) => a - b))
          const matching = entries.filter(({ test }) => test(event)).map(({ order }) => order)
          expect(orders).toEqual(expect.arrayContaining(matching))
        }
      }),
    )
  })

  test('leaves out what the type of an event excludes', () => {
    const entries = ['open', 'close', 'execve', 'connect', 'dup', 'kill'].flatMap((type) =>
      ['a', 'b'].map((name) => compiled(`evt.type = ${type} and proc.name contains ${name}`)),
    )
    const candidatesOf = createCandidateIndex(entries, syscallEvents)
    expect(candidatesOf({ type: 'open', fields: { 'proc.name': 'sh' } })).toEqual(entries.slice(0, 2))
    // Without the name neither of them can hold.
    expect(candidatesOf({ type: 'open', fields: {} })).toEqual([])
    expect(candidatesOf({ type: 'write', fields: {} })).toEqual([])
    expect(candidatesOf({ fields: {} })).toEqual([])
  })

  test('does not grow with the rules that an event cannot match', () => {
    const entries = Array.from({ length: 2000 }, (_, index) =>
      compiled(`evt.type = open and proc.name = p${index}`),
    )
    const candidatesOf = createCandidateIndex(entries, syscallEvents)
    expect(candidatesOf({ type: 'open', fields: { 'proc.name': 'p77' } })).toEqual([entries[77]])
    expect(candidatesOf({ type: 'open', fields: { 'proc.name': 'other' } })).toEqual([])
  })
})

describe('conditions by kinds of events', () => {
  const TYPES = [undefined, 'open', 'execve', 'close']
  const kinds = {
    of: ({ type }: SyscallEvent) => TYPES.indexOf(type),
    facts: (kind: number) => new Map(TYPES[kind] === undefined ? [] : [['evt.type', [TYPES[kind]]]]),
  }

  test('none that matches is left out, and all are where none does', () => {
    const texts = fc.array(CONDITION, { minLength: 1, maxLength: 80 })
    fc.assert(
      fc.property(texts, fc.array(EVENT, { minLength: 1, maxLength: 10 }), (conditions, events) => {
        const entries = conditions.map((text, order) => ({ ...compiled(text), order }))
        const candidatesOf = createCandidates(entries, { ...syscallDetection, kinds })
        for (const event of events) {
          const orders = candidatesOf(event).map(({ order }) => order)
          expect(orders).toEqual(orders.toSorted((a, b) => a - b))
          const matching = entries.filter(({ test }) => test(event)).map(({ order }) => order)
          expect(orders).toEqual(expect.arrayContaining(matching))
          if (entries.length <= 60 && matching.length === 0) expect(orders).toEqual([])
        }
      }),
    )
  })
})

describe('constants', () => {
  test('folding does not change what a condition is', () => {
    fc.assert(
      fc.property(CONDITION, EVENT, (text, event) => {
        const folded = foldConstants(conditionOf(text))
        const expected = compiled(text).test(event)
        if (typeof folded === 'boolean') expect(folded).toBe(expected)
        else expect(compiled(printFilter(folded)).test(event)).toBe(expected)
      }),
    )
  })

  test.each<[string, string | boolean]>([
    ['evt.type = open and proc.name = a', 'proc.name = a'],
    ['evt.type in (close, open) and proc.name = a', 'proc.name = a'],
    ['evt.type = close or evt.type != open', false],
    ['evt.type exists and not evt.type in (close, execve)', true],
    ['evt.type startswith o', 'evt.type startswith o'],
  ])('what is known of events is one of them: %s', (text, expected) => {
    const folded = foldConstants(conditionOf(text), new Map([['evt.type', ['open']]]))
    expect(typeof folded === 'boolean' ? folded : printFilter(folded)).toBe(expected)
  })

  test.each<[string, string | boolean]>([
    ['evt.type = open', 'evt.type = open'],
    ['evt.type in (open, close, creat) and proc.name = a', 'proc.name = a'],
    ['evt.type = execve', false],
    ['evt.type != execve', true],
  ])('what is known of events is one of two: %s', (text, expected) => {
    const folded = foldConstants(conditionOf(text), new Map([['evt.type', ['open', 'creat']]]))
    expect(typeof folded === 'boolean' ? folded : printFilter(folded)).toBe(expected)
  })

  test.each<[string, string | boolean]>([
    ['evt.type = open and not evt.num = 0', 'evt.type = open'],
    ['evt.type = open and (evt.num = 0)', false],
    ['evt.type = open or evt.num >= 0', true],
    ['not jevt.rawtime exists', false],
    ['jevt.rawtime = 0 or evt.type = open or proc.name = a', '(evt.type = open or proc.name = a)'],
    ['evt.num > 5', 'evt.num > 5'],
    ['jevt.rawtime > 0', 'jevt.rawtime > 0'],
  ])('%s', (text, expected) => {
    const folded = foldConstants(conditionOf(text))
    expect(typeof folded === 'boolean' ? folded : printFilter(folded)).toBe(expected)
  })
})
