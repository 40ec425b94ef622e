import { expect, test } from 'vitest'
import type { FilterNode } from '../parser/index.ts'
import { compileFilter, compileFilters } from './filter-set.ts'
import { generateTests } from './generate.ts'
import { createInterner } from './sharing.ts'
import { type SyscallEvent, syscallEvents } from './sources/syscall-events.ts'
import type { Value } from './value.ts'

const position = { index: 0, line: 1, column: 1 }

function check(name: string, value: string): FilterNode {
  return {
    kind: 'binary-check',
    left: { kind: 'field', name, argument: '', position },
    operator: '=',
    right: { kind: 'value', value, position },
    position,
  }
}

function testOf(condition: FilterNode): (event: SyscallEvent) => boolean {
  const compiled = compileFilter(condition, syscallEvents)
  if (!compiled.ok) throw new Error(compiled.error.message)
  return compiled.filter.test
}

test('what was found out about an event is not taken for that of one so many events later', () => {
  const interner = createInterner()
  const leaf = interner.add(check('proc.name', 'a'))
  interner.add(check('proc.name', 'a'))
  const { tests, begin } = generateTests<{ name: string }>(
    [leaf],
    () => ({
      left: { key: 'name', read: ({ name }) => name },
      test: (value: Value) => value === 'a',
    }),
    3,
  )
  const answers = ['a', 'b', 'a', 'b', 'b', 'a', 'a', 'b'].map((name, index) => {
    begin()
    // The second event is not asked about: when its number comes again, the answer of the first round must be gone.
    return index === 1 ? undefined : tests[0]?.({ name })
  })
  expect(answers).toEqual([true, undefined, true, false, false, true, true, false])
})

test('conditions of tens of thousands of checks', () => {
  const names = Array.from({ length: 30_000 }, (_, index) => check('proc.name', `program-${index}`))
  const any = testOf({ kind: 'or', children: names, position })
  expect(any({ fields: { 'proc.name': 'program-29999' } })).toBe(true)
  expect(any({ fields: { 'proc.name': 'program-30000' } })).toBe(false)
  const none = testOf({
    kind: 'and',
    children: names.map((child) => ({ kind: 'not', child, position })),
    position,
  })
  expect(none({ fields: { 'proc.name': 'program-29999' } })).toBe(false)
  expect(none({ fields: { 'proc.name': 'program-30000' } })).toBe(true)
})

test('a thousand negations, one in the other', () => {
  let condition = check('proc.name', 'a')
  for (let depth = 0; depth < 1000; depth++) condition = { kind: 'not', child: condition, position }
  expect(testOf(condition)({ fields: { 'proc.name': 'a' } })).toBe(true)
  expect(testOf(condition)({ fields: { 'proc.name': 'b' } })).toBe(false)
})

test('no text of a rule becomes code', () => {
  const hostile = ['"', "'", '*/ process.exit(1) /*', '\\', '\n', '\u2028', ')}']
  const set = compileFilters(
    hostile.flatMap((text) => [check('proc.name', text), check('proc.env', `${text}a`)]),
    syscallEvents,
  )
  set.begin()
  const found = set.results.map((result) => result.ok && result.filter.test({ fields: { 'proc.name': '"' } }))
  expect(found.filter((isFound) => isFound)).toHaveLength(1)
})
