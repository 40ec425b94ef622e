import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compileFilter,
  type FilterNode,
  loadRules,
  parseFilter,
  type SyscallEvent,
  syscallEvents,
} from '../../rules/index.ts'
import { type FileSieve, fileSieve, sieveOf, sieveText } from './file-sieve.ts'
import { sieved } from './sensor-sieve.fixture.ts'

function conditionOf(text: string): FilterNode {
  const parsed = parseFilter(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.ast
}

function testOf(condition: FilterNode) {
  const result = compileFilter(condition, syscallEvents)
  if (!result.ok) throw new Error(result.error.message)
  return result.filter.test
}

/** Few names, so that paths of events and of conditions often meet. */
const NAME = fc.constantFrom('a', 'b', 'ab', '.h', '..', '.', 'a..b', 'é', '')
const PATH = fc
  .tuple(fc.constantFrom('/', ''), fc.array(NAME, { minLength: 1, maxLength: 4 }))
  .map(([root, names]) => root + names.join('/'))
const FIELD = fc.constantFrom(
  'fd.name',
  'fd.nameraw',
  'fs.path.name',
  'fs.path.nameraw',
  'fd.directory',
  'fd.filename',
)
const OPERATOR = fc.constantFrom('=', '!=', 'startswith', 'endswith', 'contains')
const quoted = (text: string) => `"${text}"`
const PATTERN = fc
  .tuple(
    fc.constantFrom('/', ''),
    fc.array(fc.oneof(NAME, fc.constantFrom('*', '?', 'a*', '*b', '[ab]')), { minLength: 1, maxLength: 3 }),
  )
  .map(([root, names]) => root + names.join('/'))
const CHECK = fc.oneof(
  fc.tuple(FIELD, OPERATOR, PATH).map(([field, operator, path]) => `${field} ${operator} ${quoted(path)}`),
  fc
    .tuple(FIELD, fc.array(PATH, { minLength: 1, maxLength: 3 }))
    .map(([field, paths]) => `${field} in (${paths.map(quoted).join(',')})`),
  fc.tuple(FIELD, PATTERN).map(([field, pattern]) => `${field} glob ${quoted(pattern)}`),
  fc.tuple(FIELD, PATH).map(([field, path]) => `${field} pmatch (${quoted(path || '/')})`),
  fc.constantFrom(
    'evt.is_open_read = true',
    'evt.is_open_write = true',
    'evt.is_open_write != false',
    'evt.type = openat',
    'evt.type in (open, openat, openat2)',
    'evt.type = dup',
    'proc.name = sh',
    'fd.name exists',
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

/** By text alone, as fields have it. */
function normalised(path: string): string {
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') kept.pop()
    else if (part !== '' && part !== '.') kept.push(part)
  }
  return `/${kept.join('/')}`
}

function eventOf(type: string, path: string, folder: string, mode: number, program: string): SyscallEvent {
  const name = normalised(path.startsWith('/') ? path : `${folder}/${path}`)
  const slash = name.lastIndexOf('/')
  return {
    num: 1,
    type,
    fields: {
      'evt.is_open_read': mode === 0 || mode === 2,
      'evt.is_open_write': mode === 1 || mode === 2,
      'fd.name': name,
      'fd.nameraw': path.replace(/\/{2,}/g, '/'),
      'fs.path.name': name,
      'fs.path.nameraw': path,
      'fd.directory': slash === 0 ? '/' : name.slice(0, slash),
      'fd.filename': name.slice(slash + 1),
      'proc.name': program,
    },
  }
}

const OPENING = fc.record({
  type: fc.constantFrom('open', 'openat', 'openat2'),
  folder: PATH.map((path) => `/${path}`.replace('//', '/')),
  /** From the folder on, as a working folder is changed. */
  ways: fc.array(fc.oneof(PATH, fc.constant('.')), { maxLength: 2 }),
  path: PATH,
  mode: fc.integer({ min: 0, max: 3 }),
  program: fc.constantFrom('sh', 'cat'),
})

/** Whether the folder that the ways lead to is beside, and what it is called. */
function followed(sieve: FileSieve, folder: string, ways: readonly string[]) {
  let name = ''
  let isBeside = false
  for (const path of [folder, ...ways]) {
    isBeside = sieved(sieve, { path, mode: 0, isFromBeside: isBeside }).isFolderBeside
    name = path.startsWith('/') ? path : `${name}/${path}`
  }
  return { name, isBeside }
}

describe('the sieve of opened files', () => {
  test('never leaves out what a rule matches', () => {
    let leftOut = 0
    fc.assert(
      fc.property(
        fc.array(CONDITION, { minLength: 1, maxLength: 3 }),
        fc.array(OPENING, { minLength: 1, maxLength: 20 }),
        (texts, openings) => {
          const conditions = texts.map(conditionOf)
          const tests = conditions.map(testOf)
          const sieve = sieveOf(conditions)
          for (const { type, folder, ways, path, mode, program } of openings) {
            const { name, isBeside } = followed(sieve, folder, ways)
            const { isLeftOut } = sieved(sieve, { path, mode, isFromBeside: isBeside })
            if (!isLeftOut) continue
            leftOut++
            const event = eventOf(type, path, name, mode, program)
            expect(tests.some((matches) => matches(event))).toBe(false)
          }
        },
      ),
      { numRuns: 3000 },
    )
    expect(leftOut).toBeGreaterThan(100)
  })

  test.each([
    ['fd.name = /etc/shadow and evt.is_open_read = true', '0,^5:/etc/shadow,/0:/,/0:/etc'],
    ['evt.type = openat and fd.name startswith /home/ and proc.name = x', '0,^f:/home/,/0:/,/0:/home'],
    ['fd.name endswith "/.docker/config.json"', '0,$f:/config.json'],
    ['fd.filename in (id_rsa, "a b")', '0,$f:/id_rsa,$f:/a%20b'],
    [
      'fd.name endswith application_default_credentials.json',
      '0,$f:credentials.json'.replace('credentials', '_credentials'.slice(-11)),
    ],
    ['evt.is_open_write = true and not fd.name startswith /tmp', '6'],
    ['proc.name = sh', 'f'],
    ['evt.type = execve and proc.name = sh', '0'],
    ['evt.type = dup2 and not fd.name startswith /dev/pts', '0,^f:/dev/pts,/0:/,/0:/dev'],
    ['fd.nameraw contains "../"', '0'],
    [
      '(fd.name = /a and evt.is_open_read = true) or (fd.name startswith /a and evt.is_open_write = true)',
      '0,^7:/a,/0:/',
    ],
    [
      'fd.name in (/a, /a/b) or (evt.is_open_write = true and fd.name startswith /a/b/c)',
      '0,/f:/a,/f:/a/b,^f:/a/b/c,/0:/',
    ],
  ])('%s', (condition, expected) => {
    expect(sieveText(sieveOf([conditionOf(condition)]))).toBe(expected)
  })

  test('what counts all descriptors needs all of them', () => {
    const rule = (condition: string, output: string) =>
      loadRules([
        {
          name: 'rules.yaml',
          text: `- {rule: R, desc: d, priority: INFO, condition: '${condition}', output: '${output}'}`,
        },
      ]).rules.rules
    expect(fileSieve(rule('evt.type = open and fd.name = /a', 'x'))).toBeDefined()
    expect(fileSieve(rule('evt.type = open and fd.name = /a', '%proc.fdopencount'))).toBeUndefined()
    expect(fileSieve(rule('evt.type = open and fd.name = /a and proc.fdusage > 3', 'x'))).toBeUndefined()
  })
})
