import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FilterNode, parseFilter } from '../../parser/index.ts'
import { compileFilter } from '../filter-set.ts'
import { type SyscallEvent, syscallEvents } from '../sources/syscall-events.ts'
import { createUnionCompiler } from './index.ts'

function conditionOf(text: string): FilterNode {
  const parsed = parseFilter(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.ast
}

function testOf(condition: FilterNode): (event: SyscallEvent) => boolean {
  const compiled = compileFilter(condition, syscallEvents)
  if (!compiled.ok) throw new Error(compiled.error.message)
  return compiled.filter.test
}

const TEXT = fc.constantFrom('', 'a', 'ab', 'abc', 'b', '/a/b', '/é', 'ba', `a${'x'.repeat(63)}`)
const CHECK = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('proc.name', 'fd.name', 'proc.pname'),
      fc.constantFrom('=', '!=', 'startswith', 'endswith', 'contains', 'glob'),
      TEXT,
    )
    .map(([field, operator, text]) => `${field} ${operator} "${text}"`),
  fc
    .tuple(fc.constantFrom('proc.name', 'fd.name'), fc.array(TEXT, { minLength: 1, maxLength: 5 }))
    .map(([field, texts]) => `${field} in (${texts.map((text) => `"${text}"`).join(', ')})`),
  fc.constantFrom(
    'proc.name exists',
    'evt.is_open_read = true',
    'evt.is_open_read != true',
    'evt.is_open_write = false',
    'fd.num >= 0',
    'fd.num != 3',
    'fd.num in (1, 3)',
    'proc.aname in (a, b)',
    'proc.name = val(fd.name)',
    'fd.sip in (127.0.0.1)',
    'fd.snet != "10.0.0.0/8"',
    'toupper(proc.name) = AB',
  ),
)
const { condition: CONDITION } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    CHECK,
    fc
      .tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition'))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    tie('condition').map((inner) => `not (${inner})`),
  ),
}))
const VALUE = fc.option(TEXT, { nil: undefined })
const TRUTH = fc.constantFrom('true', 'false', true, undefined)
const EVENT: fc.Arbitrary<SyscallEvent> = fc
  .record({
    'proc.name': VALUE,
    'proc.pname': VALUE,
    'fd.name': VALUE,
    'proc.aname[1]': VALUE,
    'fd.num': fc.constantFrom('-1', '3', 3, 'x', undefined),
    'fd.sip': fc.constantFrom('127.0.0.1', '10.1.2.3', undefined),
    'evt.is_open_read': TRUTH,
    'evt.is_open_write': TRUTH,
  })
  .map((fields) => ({
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  }))

describe('a union of conditions', () => {
  test('holds where one of them does', () => {
    const texts = fc.array(CONDITION, { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(texts, fc.array(EVENT, { minLength: 1, maxLength: 10 }), (texts, events) => {
        const conditions = texts.map(conditionOf)
        const union = createUnionCompiler(syscallEvents)(conditions)
        const tests = conditions.map(testOf)
        for (const event of events) expect(union?.(event)).toBe(tests.some((test) => test(event)))
      }),
    )
  })

  test('parts that are rarely asked', () => {
    const names = Array.from({ length: 40 }, (_, index) => `not fd.name startswith "/etc/${index}/"`)
    const texts = ['a', 'b'].map(
      (name) => `proc.name = ${name}x and fd.name startswith "/etc/" and ${names.join(' and ')}`,
    )
    const union = createUnionCompiler(syscallEvents)(texts.map(conditionOf))
    const event = (name: string, file: string) => ({ fields: { 'proc.name': name, 'fd.name': file } })
    expect(union?.(event('bx', '/etc/passwd'))).toBe(true)
    expect(union?.(event('bx', '/etc/39/passwd'))).toBe(false)
    expect(union?.(event('c', '/etc/passwd'))).toBe(false)
  })

  test('of too many conditions there is none', () => {
    const texts = Array.from({ length: 5000 }, (_, index) => `proc.name contains p${index}`)
    expect(createUnionCompiler(syscallEvents)(texts.map(conditionOf))).toBeUndefined()
  })
})
