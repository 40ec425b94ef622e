import fc from 'fast-check'
import { dump, EVENT_ID, getScalarValue, load, parseEvents } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { readPositionedYaml, type YamlNode } from './positioned-yaml.ts'
import { offsetInSource } from './scalar-offsets.ts'

const rootOf = (text: string): YamlNode => {
  const yaml = readPositionedYaml(text)
  if (!yaml.ok || yaml.documents[0] === undefined) throw new Error('no document')
  return yaml.documents[0]
}

/** Every scalar under a node, in the order of the text. */
function scalarsOf(node: YamlNode): Extract<YamlNode, { kind: 'scalar' }>[] {
  if (node.kind === 'scalar') return [node]
  const children =
    node.kind === 'sequence' ? node.items : node.entries.flatMap(({ key, value }) => [key, value])
  return children.flatMap(scalarsOf)
}

describe('readPositionedYaml', () => {
  test('says where nodes begin: anchors, quotes and block indicators included', () => {
    const text = 'a: &x b\nc: "d"\ne: >-\n  f\n  g\nh: [i]\n'
    const starts = scalarsOf(rootOf(text)).map(({ value, start }) => [value, text.slice(start, start + 2)])
    expect(starts).toEqual([
      ['a', 'a:'],
      ['b', '&x'],
      ['c', 'c:'],
      ['d', '"d'],
      ['e', 'e:'],
      ['f g', '>-'],
      ['h', 'h:'],
      ['i', 'i]'],
    ])
  })

  test('follows aliases, and bounds what they may add', () => {
    expect(scalarsOf(rootOf('- &a b\n- *a\n')).map(({ value }) => value)).toEqual(['b', 'b'])
    const bomb = Array.from({ length: 12 }, (_, i) => `- &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`)
    expect(readPositionedYaml(`- &a0 x\n${bomb.join('\n')}\n`)).toMatchObject({ ok: false })
    expect(readPositionedYaml('- *nobody\n')).toMatchObject({ ok: false, problem: { offset: 2 } })
  })

  test('keeps empty documents and missing values as plain nothing', () => {
    expect(readPositionedYaml('---\n---\na:\n')).toMatchObject({
      ok: true,
      documents: [{ value: '', isPlain: true }, { entries: [{ value: { value: '', isPlain: true } }] }],
    })
  })

  test.each([
    ['- list: a\n  items: [\n    b, # ] c\n    "d\n     e"\n  ]\n', ['list', 'a', 'items', 'b', 'd e']],
    ['- list: a\n  items: [\n  b,\nc\n  ]\n- d\n', ['list', 'a', 'items', 'b', 'c', 'd']],
    [
      'a:\n- b: [\n c]\n  d: >\n    [e\n    # f\n  g: {h: [i,\n j]}\n',
      ['a', 'b', 'c', 'd', '[e # f\n', 'g', 'h', 'i', 'j'],
    ],
    ['a: it is [not\nb: "[x"\nc: [d,\ne]\n', undefined],
  ])('reads flow collections that are indented too little: %j', (text, expected) => {
    const yaml = readPositionedYaml(text)
    expect(yaml.ok ? yaml.documents.flatMap(scalarsOf).map(({ value }) => value) : undefined).toEqual(
      expected ?? ['a', 'it is [not', 'b', '[x', 'c', 'd', 'e'],
    )
  })

  test('agrees with the library about values, and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = dump([{ value }])
        expect(plain(rootOf(text))).toEqual(strings(load(text)))
      }),
    )
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readPositionedYaml(text)))
    fc.assert(
      fc.property(
        fc.stringMatching(/^[-:?&*!|>'"%@`{}[\],# \na-c]*$/),
        (text) => void readPositionedYaml(text),
      ),
    )
  })
})

test('reads collections with closing brackets on lines of their own as YAML has it, where YAML takes them', () => {
  const inside = fc.array(
    fc.constantFrom(
      'b',
      ' ',
      ', ',
      '\n    ',
      '\n',
      '"c\n    d"',
      "'e'",
      ' # f\n    ',
      '[',
      ']',
      '{',
      '}',
      ': ',
      '- ',
      '---',
    ),
    { maxLength: 12 },
  )
  const text = fc
    .tuple(fc.constantFrom('[', '{'), inside, fc.constantFrom('\n  ', '\n ', '\n', ' '))
    .map(([open, pieces, end]) => `a: ${open}${pieces.join('')}${end}${open === '[' ? ']' : '}'}\nz: y\n`)
  let taken = 0
  fc.assert(
    fc.property(text, (text) => {
      const expected = attempt(() =>
        parseEvents(text, {}).flatMap((event) =>
          event.type === EVENT_ID.SCALAR && event.valueStart >= 0
            ? [[getScalarValue(text, event), event.valueStart]]
            : [],
        ),
      )
      if (expected === undefined) return
      taken++
      const yaml = readPositionedYaml(text)
      const scalars = yaml.ok ? yaml.documents.flatMap(scalarsOf) : []
      const written = scalars.filter(({ value, content }) => value !== '' || content.start < content.end)
      expect(written.map(({ value, content }) => [value, content.start])).toEqual(expected)
    }),
    { numRuns: 3000 },
  )
  expect(taken).toBeGreaterThan(100)
})

test.each([
  ['[a,\n]: x\n', 'end of the stream or a document separator is expected'],
  ['- {a: b,\n  } : x\n', 'bad indentation of a sequence entry'],
  ['k: [ [a,\n  b,\n  ]: c ]\n', 'missed comma between flow collection entries'],
])('a collection on several lines is no key where YAML has none: %j', (text, reason) => {
  expect(readPositionedYaml(text)).toMatchObject({ ok: false, problem: { reason } })
})

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

test.each([
  ['plain', 'a: one two\n'],
  ['single-quoted', "a: 'one ''two'''\n"],
  ['double-quoted', 'a: "one\\t\\"two\\" \\u0041"\n'],
  ['literal', 'a: |\n    one\n    two\n'],
  ['folded', 'a: >\n    one\n    two\n\n    three\n'],
  ['folded plain', 'a: one\n  two\n  three\n'],
])('offsetInSource: each letter of a %s scalar is found again', (_, text) => {
  const scalar = scalarsOf(rootOf(text))[1]
  if (scalar === undefined) throw new Error('no scalar')
  for (const [index, letter] of [...scalar.value].entries()) {
    if (!/[a-z]/.test(letter)) continue
    expect(text[offsetInSource(text, scalar, index)]).toBe(letter)
  }
})

function plain(node: YamlNode): unknown {
  if (node.kind === 'scalar')
    return node.isPlain && ['null', '~', ''].includes(node.value) ? 'null' : node.value
  if (node.kind === 'sequence') return node.items.map(plain)
  return node.entries.map(({ key, value }) => [plain(key), plain(value)])
}

function strings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strings)
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([key, each]) => [key === '' ? '' : key, strings(each)])
  return value === null ? 'null' : typeof value === 'number' ? expect.anything() : String(value)
}
