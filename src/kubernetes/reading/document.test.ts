import fc from 'fast-check'
import { dump } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import type { FieldPath } from '../objects/types.ts'
import { type ParsedText, parseDocument } from './document.ts'

function parse(text: string): ParsedText {
  return parseDocument('a.yaml', { text, line: 1, oversized: false })
}

function only(text: string) {
  const { documents, problems } = parse(text)
  expect(problems).toEqual([])
  expect(documents).toHaveLength(1)
  return documents[0] as ParsedText['documents'][number]
}

describe('what Kubernetes objects a document holds', () => {
  test('an empty document, or one of comments alone, is nothing', () => {
    expect(parse('')).toEqual({ documents: [], problems: [], others: 0 })
    expect(parse('---\n# nothing\n')).toEqual({ documents: [], problems: [], others: 0 })
    expect(parse('---\nnull\n')).toEqual({ documents: [], problems: [], others: 0 })
  })

  test('the items of a List stand for themselves, and keep their own positions', () => {
    const { documents } = parse(
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: b\n',
    )
    expect(documents.map((each) => each.object.metadata?.name)).toEqual(['a', 'b'])
    expect(documents[1]?.locate(['metadata', 'name'])).toEqual({ line: 10, column: 5 })
  })

  test('the items of a typed list take their type from it', () => {
    const { documents } = parse('apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n')
    expect(documents[0]?.object).toMatchObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } })
  })

  test.each([
    ['v1', 'pod', 'Pod'],
    ['apps/v1', 'deployment', 'Deployment'],
    ['batch/v1', 'Cronjob', 'CronJob'],
    ['apps/v1', 'DAEMONSET', 'DaemonSet'],
  ])('a workload kind of %s in other case, %s, is refused with its place', (apiVersion, kind, meant) => {
    const { documents, problems } = parse(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`)
    expect(documents).toEqual([])
    expect(problems).toMatchObject([
      { code: 'ERR_UNKNOWN_KIND', line: 2, message: { data: { kind, meant } } },
    ])
  })

  test('the kind of another group may be written as it likes', () => {
    expect(only('apiVersion: example.com/v1\nkind: pod\n').object.kind).toBe('pod')
    expect(only('apiVersion: v1\nkind: Pods\n').object.kind).toBe('Pods')
  })

  test('JSON is read too, tabs and all', () => {
    const document = only('{\n\t"apiVersion": "v1",\n\t"kind": "Pod",\n\t"metadata": {"name": "a\\/b"}\n}\n')
    expect(document.object.metadata?.name).toBe('a/b')
    expect(document.locate(['kind']).line).toBe(3)
  })

  test.each([
    ['just text', 'ERR_NOT_AN_OBJECT'],
    ['- a\n- b\n', 'ERR_NOT_AN_OBJECT'],
    ['kind: Pod\n', 'ERR_NOT_AN_OBJECT'],
    ['apiVersion: v1\n', 'ERR_NOT_AN_OBJECT'],
    ['apiVersion: v1\nkind: 7\n', 'ERR_NOT_AN_OBJECT'],
  ])('%j is no object', (text, code) => {
    const { documents, problems } = parse(text)
    expect(documents).toEqual([])
    expect(problems.map((problem) => problem.code)).toEqual([code])
  })
})

test('an apiVersion that is no text is shown; an item of which nothing is written stands where its list does', () => {
  const shown = parse('apiVersion: 1\nkind: Pod\n').problems
  expect(shown).toMatchObject([
    {
      line: 1,
      column: 1,
      message: { id: 'reading.type-no-text', data: { field: 'apiVersion', given: '1' } },
    },
  ])
  const list = parse('apiVersion: v1\nkind: List\nitems:\n-\n- 3\n').problems
  expect(list.map(({ line, column }) => [line, column])).toEqual([
    [3, 1],
    [5, 3],
  ])
})

describe('documents met in a folder', () => {
  const met = (text: string) => parseDocument('a.yaml', { text, line: 1, oversized: false }, 'met')

  test.each([
    'replicas: 3\nimage: nginx\n',
    '- a\n',
    'text\n',
    'apiVersion: v2\nname: chart\n',
    '{"name": "x"}',
  ])('%j is something else, and no problem', (text) =>
    expect(met(text)).toEqual({ documents: [], problems: [], others: 1 }),
  )

  test.each(['kind: Pod\nspec: {}\n', 'apiVersion: v1\nmetadata: {}\n'])('%j is a broken manifest', (text) =>
    expect(met(text)).toMatchObject({ documents: [], problems: [{ code: 'ERR_NOT_AN_OBJECT' }], others: 0 }),
  )
})

describe('the traps of YAML', () => {
  test('a duplicate key is named with its place; the last value counts', () => {
    const { documents, problems } = parse(
      'apiVersion: v1\nkind: Pod\nspec:\n  hostPID: false\n  hostPID: true\n',
    )
    expect(documents[0]?.object['spec']).toEqual({ hostPID: true })
    expect(problems).toMatchObject([{ code: 'ERR_YAML_DUPLICATE_KEY', line: 5, column: 3 }])
  })

  test('anchors, aliases and merge keys; what is written wins over what is merged', () => {
    const document = only(
      'apiVersion: v1\nkind: Pod\nspec:\n  a: &base\n    x: 1\n    z: 2\n  b:\n    <<: *base\n    z: 3\n  c: *base\n',
    )
    expect(document.object['spec']).toEqual({ a: { x: 1, z: 2 }, b: { x: 1, z: 3 }, c: { x: 1, z: 2 } })
    expect(document.locate(['spec', 'b', 'x'])).toEqual({ line: 5, column: 5 })
    expect(document.locate(['spec', 'c', 'z'])).toEqual({ line: 6, column: 5 })
  })

  test('an alias means the nearest anchor before it, and quoted or tagged infinity is text', () => {
    const document = only(
      'apiVersion: v1\nkind: Pod\nspec: &s\n  a: &s {x: 1}\n  b: *s\n  c: ".inf"\n  d: !!str .nan\n.inf: 1\n',
    )
    expect(document.object['spec']).toEqual({ a: { x: 1 }, b: { x: 1 }, c: '.inf', d: '.nan' })
    expect(document.object['.inf']).toBe(1)
  })

  test('nested aliases that explode are refused', () => {
    const levels = Array.from({ length: 9 }, (_, level) =>
      level === 0
        ? `a0: &a0 [x, x, x, x, x, x, x, x, x, x]`
        : `a${level}: &a${level} [${`*a${level - 1}, `.repeat(10)}]`,
    )
    const { documents, problems } = parse(`apiVersion: v1\nkind: Pod\n${levels.join('\n')}\n`)
    expect(documents).toEqual([])
    expect(problems).toMatchObject([{ code: 'ERR_YAML_REFUSED', message: { id: 'reading.alias-expansion' } }])
  })

  test('many small aliases are no bomb', () => {
    const uses = Array.from({ length: 500 }, (_, use) => `  u${use}: *base`).join('\n')
    const { object } = only(`apiVersion: v1\nkind: Pod\nspec:\n  a: &base {x: 1}\n${uses}\n`)
    expect(object).toMatchObject({ spec: { a: { x: 1 }, u499: { x: 1 } } })
  })

  test('CRLF line ends and a byte order mark', () => {
    const document = only('\uFEFFapiVersion: v1\r\nkind: Pod\r\nmetadata:\r\n  name: a\r\n')
    expect(document.object.metadata?.name).toBe('a')
    expect(document.locate(['metadata', 'name'])).toEqual({ line: 4, column: 3 })
    expect(document.lineAt(4)).toBe('  name: a')
  })

  test('__proto__ is a key like any other', () => {
    const document = only('apiVersion: v1\nkind: Pod\n__proto__: {polluted: true}\n')
    expect(Object.hasOwn(document.object, '__proto__')).toBe(true)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test.each([
    ['tab', 'a:\n\tb: 1\n', 'reading.tab', 2],
    ['indentation', 'a:\n   b: 1\n  c: 2\n', 'reading.bad-indentation', 3],
    ['quote', 'a: "b\nc: d\n', 'reading.unclosed', 2],
    ['flow', 'a: [1, 2\nb: 3\n', 'reading.unclosed', 2],
    ['quote at the end', 'a: "b', 'reading.unclosed-quote', 1],
    ['flow at the end', 'a: [1, 2', 'reading.unclosed-flow', 1],
    ['alias', 'apiVersion: *nowhere\n', 'reading.unknown-alias', 1],
    ['alias inside a list that it means', 'spec: &s\n- *s\n', 'reading.alias-of-itself', 2],
    ['alias inside a mapping that it means', 'spec: &s {containers: [*s]}\n', 'reading.alias-of-itself', 1],
    ['infinity', 'a: 1\nvalue: .inf\n', 'reading.not-json', 2],
    ['negative infinity', 'a:\n- -.Inf\n', 'reading.not-json', 2],
    ['number that is none', 'a: {b: .NaN}\n', 'reading.not-json', 1],
    ['tagged infinity', 'a: !!float +.INF\n', 'reading.not-json', 1],
    ['merge', 'a:\n  <<: 7\n', 'reading.merge-value', 2],
    ['complex key', '? [a, b]\n: c\n', 'reading.complex-key', 1],
    ['template', 'kind: Pod\n{{- if .Values.x }}\nspec: {}\n', 'reading.template', 2],
    ['template in a value', 'a: {{ .Values.x }}\n', 'reading.template', 1],
    ['control character', 'a: "\u0007"\n', 'reading.control-character', 1],
    ['invalid UTF-8', 'a: \uFFFD\n', 'reading.encoding', 1],
  ])('%s is reported with its line', (_, text, id, line) => {
    const { documents, problems } = parse(text)
    expect(documents).toEqual([])
    expect(problems).toMatchObject([{ message: { id }, line }])
  })

  test('nesting beyond any object is refused, not followed until the stack ends', () => {
    const { problems } = parse(`a: ${'['.repeat(5000)}${']'.repeat(5000)}\n`)
    expect(problems).toMatchObject([{ message: { id: 'reading.too-deep' } }])
  })
})

describe('properties', () => {
  const key = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(...'abcdefghij') })
  const tree = fc.letrec((tie) => ({
    node: fc.oneof({ maxDepth: 4 }, fc.string(), fc.integer(), fc.boolean(), tie('list'), tie('map')),
    list: fc.array(tie('node'), { maxLength: 4 }),
    map: fc.dictionary(key, tie('node'), { maxKeys: 4 }),
  }))

  test('reading what was written gives the same value, and every path is found at its own key', () => {
    fc.assert(
      fc.property(tree.map, (spec) => {
        const object = { apiVersion: 'v1', kind: 'Pod', spec }
        const text = dump(object, { noRefs: true })
        const document = only(text)
        expect(document.object).toEqual(object)
        for (const path of pathsOf(object)) {
          const last = path.at(-1)
          const { line, column } = document.locate(path)
          if (typeof last === 'string')
            expect(document.lineAt(line)?.slice(column - 1)).toMatch(new RegExp(`^['"]?${last}`))
        }
      }),
      { numRuns: 200 },
    )
  })

  test('no text at all makes the reader throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab:- \n\t#&*!|>{}[],"\'%@`<0?~') }), (text) => {
        const { documents, problems } = parse(text)
        for (const document of documents) document.locate(['spec', 'x', 0])
        for (const { line } of problems) expect(line).toBeGreaterThan(0)
      }),
      { numRuns: 2000 },
    )
  })
})

function pathsOf(value: unknown, base: FieldPath = []): FieldPath[] {
  if (typeof value !== 'object' || value === null) return [base]
  return Object.entries(value).flatMap(([name, child]) =>
    pathsOf(child, [...base, Array.isArray(value) ? Number(name) : name]).concat(
      Array.isArray(value) ? [] : [[...base, name]],
    ),
  )
}
