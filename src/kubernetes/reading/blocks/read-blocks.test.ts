import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import fc from 'fast-check'
import { dump, parseEvents } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import type { FieldPath } from '../../objects/types.ts'
import { composeDocument } from '../compose.ts'
import { FieldFinder, LineIndex } from '../position.ts'
import { DocumentSplitter } from '../split.ts'
import { readBlocks } from './read-blocks.ts'

/** What the general reader makes of a text. */
function readGenerally(text: string) {
  const events = parseEvents(text, {})
  const { value, duplicates, end } = composeDocument(text, events, 1)
  return { value, duplicates, isOnly: end === events.length, fields: new FieldFinder(text, events, 1) }
}

/** Every path of a value, and for each one that does not exist. */
function* pathsIn(value: unknown, path: FieldPath = []): Generator<FieldPath> {
  yield path
  yield [...path, 'none', 'at all']
  yield [...path, 999]
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value))
    yield* pathsIn(child, [...path, Array.isArray(value) ? Number(key) : key])
}

/** Holds the reader of blocks to the general one. @returns whether the text was one for it */
function compare(text: string): boolean {
  const blocks = readBlocks(text)
  if (blocks === undefined) return false
  const general = readGenerally(text)
  expect(general.isOnly).toBe(true)
  expect(general.duplicates).toEqual([])
  expect(blocks.value).toStrictEqual(general.value)
  // The order of fields as well.
  expect(JSON.stringify(blocks.value)).toBe(JSON.stringify(general.value))
  for (const path of pathsIn(general.value))
    expect([path, blocks.fields.offsetOf(path)]).toEqual([path, general.fields.offsetOf(path)])
  const lines = new LineIndex(text, 1)
  const known = new LineIndex(text, 1, 1, blocks.lineStarts)
  for (let offset = 0; offset <= text.length; offset++)
    expect(known.positionAt(offset)).toEqual(lines.positionAt(offset))
  for (let line = 0; line <= text.split('\n').length + 1; line++)
    expect(known.lineAt(line)).toBe(lines.lineAt(line))
  return true
}

describe('what is read', () => {
  test.each([
    ['a: 1\nb:\n  c: x\n', { a: 1, b: { c: 'x' } }],
    ['---\na:\n- x\n- v: 1\n  w: 2\nb:\n', { a: ['x', { v: 1, w: 2 }], b: null }],
    ['a:\n  -\n    x: 1\n  - # here\n    - 2\n', { a: [{ x: 1 }, [2]] }],
    ["a: \"x # y\"   # z\n# c\n\nb: 'it''s'\n", { a: 'x # y', b: "it's" }],
    ['a: |\n  x\n\n   y\nb: |-\n    z\n\nc: 3', { a: 'x\n\n y\n', b: 'z', c: 3 }],
    ['a: [x, "y z", -c, 12]\nb: [ ]\nc: {}\n', { a: ['x', 'y z', '-c', 12], b: [], c: {} }],
    ['a: one\n  two\n    three\n- x: 1\n'.slice(0, -7), { a: 'one two three' }],
    ['on: yes\n8080: 0644\nx: 1_000\n', { true: true, 8080: 420, x: 1000 }],
    ['# 한국어\nname: 해태 # 주석\n', { name: '해태' }],
    ['url: http://a:80/#x\n', { url: 'http://a:80/#x' }],
  ])('%j', (text, value) => {
    expect(readBlocks(text)?.value).toStrictEqual(value)
    expect(compare(text)).toBe(true)
  })
})

describe('what is left to the general reader', () => {
  test.each([
    '',
    '# nothing\n',
    'text\n',
    '"text"\n',
    'a: 1\na: 2\n',
    'a: 1\n__proto__: 2\n',
    'toString: 2\n',
    'a: &x 1\nb: *x\n',
    '<<: {}\n',
    'a: !!str 1\n',
    'a: >\n  x\n',
    'a: |2\n   x\n',
    'a: |+\n  x\n\n',
    'a: |\n  x',
    'a: {b: c}\n',
    'a: [b: c]\n',
    'a: [b\n, c]\n',
    'a: "x\\n"\n',
    'a: "x\n  y"\n',
    'a: b: c\n',
    'a: - b\n',
    'a: .inf\n',
    'a : 1\n',
    '"a": 1\n',
    '? a\n: b\n',
    '- - a\n',
    '-\n',
    'a: 1\r\n',
    'a:\t1\n',
    '\ta: 1\n',
    'a: 1\n...\n',
    'a: 1\n---\nb: 2\n',
    '%YAML 1.2\n---\na: 1\n',
    '\ufeffa: 1\n',
    'a: 1\n  b: 2\n',
    '  a: 1\nb: 2\n',
    'a: x\n\n  y\n',
    'a: \u0007\n',
    'a: \ud83d\ude00\n',
    `${Array.from({ length: 60 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')}\n`,
  ])('%j', (text) => {
    expect(readBlocks(text)).toBeUndefined()
  })
})

const scalar = fc.oneof(
  fc.constantFrom(
    '',
    'x',
    '- x',
    'a: b',
    '#x',
    'x #y',
    "it's",
    '"',
    'null',
    '~',
    'yes',
    '0644',
    '1e3',
    '-1',
    '.5',
  ),
  fc.string({ maxLength: 12 }),
  fc.stringMatching(/^[a-z -]{1,90}$/),
  fc.stringMatching(/^(?:[a-z #]{0,9}\n){1,4}$/),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)
const key = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('a', 'b', 'name', 'on', '1', 'app.kubernetes.io/name') },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
)
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    { weight: 2, arbitrary: scalar },
    { weight: 2, arbitrary: fc.dictionary(key, tie('value'), { maxKeys: 4 }) },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
  ),
}))

test('what js-yaml writes, however it is asked to', () => {
  let read = 0
  const options = fc.record(
    {
      indent: fc.integer({ min: 1, max: 4 }),
      noArrayIndent: fc.boolean(),
      lineWidth: fc.constantFrom(20, -1),
      forceQuotes: fc.boolean(),
      flowLevel: fc.constantFrom(-1, 1, 2),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 4 }), options, (object, how) => {
      if (compare(dump(object, how))) read++
    }),
    { numRuns: 500 },
  )
  // About one in ten is plain enough; far fewer would mean that the reader is hardly tried.
  expect(read).toBeGreaterThan(15)
})

/** Pieces of lines: of what the reader knows, and of what it must know that it does not. */
const piece = fc.constantFrom(
  ...[
    'a:',
    'b:',
    'c: x',
    'd: 1',
    'e: "q"',
    "f: 'q''s'",
    'g: [x, "y", 1]',
    'h: {}',
    'i: []',
    'j: |',
    'k: |-',
    'l: |+',
  ],
  ...[
    '- x',
    '-',
    '- a: 1',
    '- b:',
    '- |',
    '- "q"',
    '- [x]',
    '- {}',
    '- - x',
    '- # c',
    '- -c',
    '-a: b',
    '- a:b',
  ],
  ...[
    '# c',
    '#',
    '',
    '   ',
    'text',
    'more text',
    'm: n # c',
    'm: n#c',
    'm:n',
    'm: n: o',
    'm: - n',
    'on: off',
    '2: 3',
  ],
  ...[
    '---',
    '...',
    '? x',
    ': x',
    '&a',
    'o: &a 1',
    'p: *a',
    'q: !!str 1',
    'r: >',
    's: "x',
    "t: 'x",
    'u: [x',
    'v: {x: 1}',
  ],
  ...[
    'w : 1',
    '"x": 1',
    '\tx',
    'y: \tz',
    'y: z\t',
    'z: .inf',
    'ä: ö',
    'aa: 한 글',
    '<<: x',
    'bb: [x,]',
    'cc: [a b]',
    '%x',
  ],
  ...[
    'dd: --- x',
    'ee: ~',
    'ff: -',
    'gg: "a" b',
    'hh: "a"#',
    'ii: |x',
    'jj: [-, x]',
    'kk: []x',
    'll: [ x , y ]',
    '- ? x',
  ],
)
const line = fc
  .tuple(fc.constantFrom('', '', '  ', '  ', '    ', '      ', ' ', '   '), piece)
  .map(([blanks, text]) => blanks + text)

test('lines of all kinds in any order', () => {
  let read = 0
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('\n', '', '\r\n'),
      (lines, last) => {
        if (compare(lines.join('\n') + last)) read++
      },
    ),
    { numRuns: 20_000 },
  )
  expect(read).toBeGreaterThan(500)
})

const corpus = process.env['HAETAE_CORPUS'] ?? join(import.meta.dirname, '../../../../../shared/corpus')

test.skipIf(!existsSync(corpus))('every document of real manifests', () => {
  let read = 0
  let all = 0
  for (const name of readdirSync(corpus, { recursive: true, encoding: 'utf8' })) {
    if (!['.yaml', '.yml'].includes(extname(name))) continue
    const splitter = new DocumentSplitter()
    for (const { text } of [...splitter.push(readFileSync(join(corpus, name), 'utf8')), ...splitter.end()]) {
      // Large ones take long to compare at every offset.
      if (text.length > 20_000) continue
      all++
      if (compare(text)) read++
    }
  }
  expect(read / all).toBeGreaterThan(0.9)
})
