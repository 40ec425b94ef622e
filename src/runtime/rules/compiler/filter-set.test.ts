import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conditionsOf, filterNode } from '../../../../test/runtime/arbitrary-filters.ts'
import { type FilterNode, parseFilter } from '../parser/index.ts'
import type { RawValue } from './event-source.ts'
import { compileFilter, compileFilters } from './filter-set.ts'
import { auditEvents } from './sources/audit-events.ts'
import { givenFields } from './sources/given-fields.ts'
import { type SyscallEvent, syscallEvents } from './sources/syscall-events.ts'

function parse(text: string): FilterNode {
  const parsed = parseFilter(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`)
  return parsed.ast
}

function compile(text: string) {
  const compiled = compileFilter(parse(text), syscallEvents)
  if (!compiled.ok) throw new Error(`${text}: ${compiled.error.message}`)
  return compiled.filter
}

function matches(text: string, fields: Readonly<Record<string, RawValue>>): boolean {
  return compile(text).test({ fields })
}

function problem(text: string): string | undefined {
  const compiled = compileFilter(parse(text), syscallEvents)
  return compiled.ok ? undefined : compiled.error.message
}

/** Checks whose meaning a few lines of other code can tell, and events for them. */
const NAMES = ['evt.type', 'proc.name', 'fd.name'] as const
const VALUES = ['open', 'cat', '/etc/passwd', '/etc', ''] as const
const position = { index: 0, line: 1, column: 1 }

const simpleCheck: fc.Arbitrary<FilterNode> = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.constantFrom(
      '=' as const,
      '!=' as const,
      'contains' as const,
      'startswith' as const,
      'in' as const,
      'pmatch' as const,
    ),
    fc.array(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 3 }),
  )
  .map(([name, operator, values]): FilterNode => {
    const left = { kind: 'field' as const, name, argument: '', position }
    const [value = ''] = values
    const right =
      operator === 'in' || operator === 'pmatch'
        ? { kind: 'list' as const, values, position }
        : { kind: 'value' as const, value, position }
    return { kind: 'binary-check', left, operator, right, position }
  })

const simpleEvent: fc.Arbitrary<SyscallEvent> = fc
  .record(
    {
      'evt.type': fc.constantFrom(...VALUES),
      'proc.name': fc.constantFrom(...VALUES),
      'fd.name': fc.constantFrom(...VALUES),
    },
    { requiredKeys: [] },
  )
  .map((fields) => ({ fields }))

/** What a condition means, said once more, with nothing compiled or shared. */
function interpret(node: FilterNode, event: SyscallEvent): boolean {
  switch (node.kind) {
    case 'and':
      return node.children.every((child) => interpret(child, event))
    case 'or':
      return node.children.some((child) => interpret(child, event))
    case 'not':
      return !interpret(node.child, event)
    case 'binary-check': {
      const value = node.left.kind === 'field' ? event.fields[node.left.name] : undefined
      const values =
        node.right.kind === 'list' ? node.right.values : node.right.kind === 'value' ? [node.right.value] : []
      if (typeof value !== 'string') return node.operator === '!='
      return interpretCheck(value, node.operator, values)
    }
    default:
      throw new Error(node.kind)
  }
}

function interpretCheck(value: string, operator: string, values: readonly string[]): boolean {
  const [first = ''] = values
  const parts = (path: string) => path.split('/').filter(Boolean)
  if (operator === '=') return value === first
  if (operator === '!=') return value !== first
  if (operator === 'contains') return value.includes(first)
  if (operator === 'startswith') return value.startsWith(first)
  if (operator === 'in') return values.includes(value)
  return values.some((path) => parts(path).every((part, index) => parts(value)[index] === part))
}

describe('compiled conditions', () => {
  test('mean what the interpreter says, alone and in sets', () => {
    const conditions = fc.array(conditionsOf(simpleCheck), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(conditions, fc.array(simpleEvent, { minLength: 1, maxLength: 5 }), (nodes, events) => {
        const set = compileFilters([...nodes, ...nodes], syscallEvents)
        for (const event of events) {
          set.begin()
          const expected = nodes.map((node) => interpret(node, event))
          expect(set.results.map((result) => result.ok && result.filter.test(event))).toEqual([
            ...expected,
            ...expected,
          ])
        }
      }),
      { numRuns: 1500 },
    )
  })

  test('match only values that they say to be possible', () => {
    fc.assert(
      fc.property(conditionsOf(simpleCheck), simpleEvent, (node, event) => {
        const compiled = compileFilter(node, syscallEvents)
        if (!compiled.ok || !compiled.filter.test(event)) return
        for (const name of NAMES) {
          const { kind, values, absent } = compiled.filter.possible(name)
          const value = event.fields[name]
          const allowed = typeof value === 'string' ? values.has(value) === (kind === 'only') : absent
          expect([name, value, allowed]).toEqual([name, value, true])
        }
      }),
      { numRuns: 1500 },
    )
  })

  test('any condition compiles or is refused with a message, and any event is answered', () => {
    const fields = fc.dictionary(
      fc.constantFrom(
        'proc.name',
        'fd.num',
        'fd.sip',
        'fd.types',
        'evt.is_io',
        'evt.buffer',
        'proc.aname[1]',
        'proc.fdusage',
      ),
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.integer(),
        fc.bigInt(),
        fc.boolean(),
        fc.constant(null),
        fc.array(fc.string()),
      ),
    )
    const leaf = fc
      .tuple(
        fc.constantFrom(
          'proc.name',
          'fd.num',
          'fd.sip',
          'fd.net',
          'fd.types',
          'evt.is_io',
          'evt.buffer',
          'proc.aname',
          'proc.fdusage',
        ),
        fc.constantFrom(
          '=',
          '!=',
          '<',
          'in',
          'contains',
          'bcontains',
          'glob',
          'regex',
          'pmatch',
          'icontains',
          'intersects',
        ),
        fc.constantFrom(
          'cat',
          '12',
          '::1',
          '10.0.0.0/8',
          'true',
          'ff',
          '0.5',
          '[a',
          'val(proc.exe)',
          'oneof (a, 1)',
        ),
      )
      .map(([name, operator, value]) => {
        const parenthesised = ['in', 'intersects', 'pmatch'].includes(operator) && !value.startsWith('val')
        return parseFilter(`${name} ${operator} ${parenthesised ? `("${value}")` : value}`)
      })
    fc.assert(
      fc.property(leaf, fields, (parsed, given) => {
        if (!parsed.ok) return
        const compiled = compileFilter(parsed.ast, givenFields('syscall', given))
        if (compiled.ok) expect(typeof compiled.filter.test({ fields: given })).toBe('boolean')
        else expect(compiled.error.message).not.toBe('')
      }),
      { numRuns: 3000 },
    )
    fc.assert(
      fc.property(filterNode, (node) => {
        expect(typeof compileFilter(node, auditEvents).ok).toBe('boolean')
      }),
    )
  })
})

describe('comparisons', () => {
  test('an absent field makes every comparison false but !=', () => {
    for (const check of ['= a', 'contains a', 'in (a)', 'exists', 'glob *', '< 1']) {
      expect(matches(`proc.name ${check}`, {})).toBe(false)
    }
    expect(matches('proc.name != a', {})).toBe(true)
    expect(matches('not proc.name = a', {})).toBe(true)
    const strict = compileFilter(parse('proc.name != a'), syscallEvents, { absentDiffers: false })
    expect(strict.ok && strict.filter.test({ fields: {} })).toBe(false)
  })

  test('lists: in needs all, intersects needs one', () => {
    expect(matches('fd.types in (file, ipv4)', { 'fd.types': ['file', 'ipv4'] })).toBe(true)
    expect(matches('fd.types in (file)', { 'fd.types': '(file,ipv4)' })).toBe(false)
    expect(matches('fd.types intersects (file)', { 'fd.types': '(file,ipv4)' })).toBe(true)
    expect(matches('fd.types in (file)', { 'fd.types': [] })).toBe(false)
  })

  test('either end of a connection', () => {
    const fields = { 'fd.cip': '10.1.2.3', 'fd.sip': '8.8.8.8', 'fd.cport': '40000', 'fd.sport': '443' }
    expect(matches('fd.ip = 8.8.8.8', fields)).toBe(true)
    expect(matches('fd.ip != 8.8.8.8', fields)).toBe(false)
    expect(matches('fd.ip != 9.9.9.9', fields)).toBe(true)
    expect(matches('fd.net in (10.0.0.0/8)', fields)).toBe(true)
    expect(matches('fd.snet in (10.0.0.0/8)', fields)).toBe(false)
    expect(matches('fd.port = https', fields)).toBe(true)
    expect(matches('fd.sport in (80, 443)', fields)).toBe(true)
  })

  test('any ancestor', () => {
    const fields = {
      'proc.name': 'cat',
      'proc.aname[1]': 'bash',
      'proc.aname[2]': 'sshd',
      'proc.aname': 'bash sshd systemd',
    }
    expect(matches('proc.aname = sshd', fields)).toBe(true)
    expect(matches('proc.aname in (systemd)', fields)).toBe(true)
    expect(matches('proc.aname[1] = sshd', fields)).toBe(false)
    expect(matches('proc.aname[0] = cat', fields)).toBe(true)
    expect(matches('proc.aname contains ssh and not proc.aname = cron', fields)).toBe(true)
  })

  test('numbers beyond what doubles are exact about', () => {
    const fields = { 'evt.rawtime': '1404996934793590565' }
    expect(matches('evt.rawtime > 1404996934793590564', fields)).toBe(true)
    expect(matches('evt.rawtime = 1404996934793590564', fields)).toBe(false)
    expect(matches('evt.rawtime in (1404996934793590565)', fields)).toBe(true)
    expect(matches('evt.around[1404996934793590000] = 1', fields)).toBe(true)
    expect(matches('evt.around[1404996934000000000] = 1', fields)).toBe(false)
  })

  test('modifiers', () => {
    const fields = { 'proc.name': 'myexe' }
    expect(matches('proc.name = oneof (myexe, myexe)', fields)).toBe(false)
    expect(matches('proc.name contains allof (my, exe)', fields)).toBe(true)
    expect(matches('proc.name != anyof (myexe, sh)', fields)).toBe(true)
    expect(matches('proc.name != allof ()', fields)).toBe(false)
  })

  test('text is compared as bytes', () => {
    expect(matches('len(proc.name) = 2', { 'proc.name': 'é' })).toBe(true)
    expect(matches('proc.name icontains "É"', { 'proc.name': 'é' })).toBe(false)
    expect(matches('proc.name contains "\\xc3"', { 'proc.name': 'é' })).toBe(true)
    expect(matches('b64(proc.name) = "aaa-bbb"', { 'proc.name': 'YWFhLWJiYg' })).toBe(true)
    expect(matches('b64(proc.name) exists', { 'proc.name': '!' })).toBe(false)
  })
})

describe('problems', () => {
  test.each([
    ['nope.nope = 1', 'filter_check called with nonexistent field nope.nope'],
    ['a_macro', "filter error: unexpected identifier 'a_macro'"],
    ['fd.num contains 1', "filter error: 'contains' operator not supported for numeric filters"],
    ['fd.num = cat', 'cat is not a valid number'],
    ['fd.types = file', "filter error: '=' operator not supported list filters"],
    ['evt.is_io = maybe', 'filter error: unrecognized boolean value maybe'],
    ['fd.sip = 1.2.3', 'unrecognized IPv4 address 1.2.3'],
    ['fd.net = 1.2.3.4', 'unrecognized IP network 1.2.3.4'],
    ['fd.sport = nosuch', 'unrecognized protocol nosuch'],
    ['proc.name = "\\x00"', 'filter error: filter value cannot contain a NUL byte (\\x00)'],
    ['proc.name pmatch val(fd.name)', "operator 'PMATCH' doesn't support right-hand side fields"],
    [
      'proc.name = val(fd.num)',
      "field 'proc.name' has type 'CHARBUF' while the right-hand side field 'fd.num' has incompatible type 'INT64'",
    ],
    ['proc.aname = val(proc.name)', "field 'proc.aname' doesn't support right-hand side fields"],
    ['proc.name = val(proc.aname)', "field 'proc.aname' can't be used as a right-hand side field"],
    ['tolower(proc.aname[1]) = a', "field 'proc.aname' does not support transformers"],
    ['join("-", (proc.name))[x] = a', "transformer 'join' does not support field arguments"],
  ])('%s', (text, message) => {
    expect(problem(text)).toBe(message)
  })

  test('one condition that does not compile leaves the others alone', () => {
    const { results } = compileFilters([parse('nope.nope = 1'), parse('proc.name = cat')], syscallEvents)
    expect(results.map(({ ok }) => ok)).toEqual([false, true])
  })

  test('the place is that of the check', () => {
    const compiled = compileFilter(parse('proc.name = cat and nope.nope = 1'), syscallEvents)
    expect(compiled.ok ? undefined : compiled.error.position.index).toBe(20)
  })
})

test('a part that several conditions share is evaluated once an event', () => {
  let reads = 0
  const counting = {
    ...syscallEvents,
    reader: () => () => {
      reads++
      return 'cat'
    },
  }
  const conditions = [
    'proc.name = cat and fd.name exists',
    'fd.name exists and proc.name = cat',
    'proc.name in (dog)',
  ]
  const set = compileFilters(conditions.map(parse), counting)
  for (const result of set.results) if (result.ok) result.filter.test({ fields: {} })
  expect(reads).toBe(2)
  set.begin()
  for (const result of set.results) if (result.ok) result.filter.test({ fields: {} })
  expect(reads).toBe(4)
})

test('a condition tells which fields it reads', () => {
  expect(compile('proc.name = val(proc.exe) or len(proc.env[HOME]) > 1 or proc.name = a').fields).toEqual([
    'proc.name',
    'proc.exe',
    'proc.env[HOME]',
  ])
})
