import { expect, test } from 'vitest'
import { parseFilter } from '../../parser/index.ts'
import { countEventCodes } from './codes.ts'
import { matchedEventTypes } from './matched.ts'
import { EVENT_TYPES } from './names.ts'

function types(condition: string): string[] | 'all' {
  const parsed = parseFilter(condition)
  if (!parsed.ok) throw new Error(parsed.error.message)
  const found = matchedEventTypes(parsed.ast)
  return found.size === EVENT_TYPES.length ? 'all' : [...found].sort()
}

test.each([
  ['evt.type = open', ['open']],
  ['evt.type in (open, close) and proc.name = cat', ['close', 'open']],
  ['evt.type = open or evt.type = close', ['close', 'open']],
  ['evt.type = open and evt.type = close', []],
  ['evt.type = open or proc.name = cat', 'all'],
  ['not (evt.type != open)', ['open']],
  ['not (evt.type != open or evt.type = close)', ['open']],
  ['not not evt.type = open', ['open']],
  ['evt.type exists', 'all'],
  ['not evt.type exists', []],
  ['not proc.name exists', 'all'],
  ['evt.type startswith open', 'all'],
  ['evt.num = 0', []],
  ['not evt.num >= 0', []],
  ['evt.num >= 0 and evt.type = open', ['open']],
])('%s matches %j', (condition, expected) => expect(types(condition)).toEqual(expected))

test('what is negated is all the rest', () => {
  expect(types('evt.type != open')).toHaveLength(EVENT_TYPES.length - 1)
})

test('generic system calls count once together', () => {
  expect(countEventCodes(new Set(['open']))).toBe(2)
  expect(countEventCodes(new Set(['getpid', 'getppid', 'uname']))).toBe(2)
  expect(countEventCodes(new Set(['open', 'getpid', 'nobody']))).toBe(4)
  expect(countEventCodes(new Set(EVENT_TYPES))).toBeGreaterThan(100)
})
