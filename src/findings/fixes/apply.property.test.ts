import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { FieldPath } from '../../kubernetes/index.ts'
import type { Finding, PatchOperation } from '../finding.ts'
import { applyFixes } from './apply.ts'
import { carryOut, type Step } from './steps.ts'

const scalar = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    'yes',
    'null',
    '0x1',
    '한국어',
    'a: b',
    '# no',
    "it's",
    'a\nb\n',
    '- x',
    '',
    ' lead',
    '*x',
    '&y',
  ),
  fc.integer({ min: -5, max: 99_999 }),
  fc.boolean(),
)
const key = fc.oneof(
  fc.stringMatching(/^[a-z][A-Za-z]{0,8}$/),
  fc.constantFrom('haetae.io/skip', '이름', 'on', 'a b', '1'),
)
const { value: anyValue } = fc.letrec<{ value: unknown; map: unknown; list: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, scalar, tie('map'), tie('list')),
  map: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  list: fc.array(tie('value'), { maxLength: 3 }),
}))
const anyObject = fc.dictionary(key, anyValue, { minKeys: 1, maxKeys: 5, noNullPrototype: true })

/** How an object is written. */
interface Style {
  readonly indent: number
  readonly indentSeq: boolean
  readonly newline: string
  readonly json: boolean
  readonly comments: boolean
  readonly endsOpen: boolean
}

const anyStyle: fc.Arbitrary<Style> = fc.record({
  indent: fc.constantFrom(2, 4),
  indentSeq: fc.boolean(),
  newline: fc.constantFrom('\n', '\r\n'),
  json: fc.boolean(),
  comments: fc.boolean(),
  endsOpen: fc.boolean(),
})

function write(value: unknown, style: Style): string {
  if (style.json) return JSON.stringify(value, null, style.indent).replaceAll('\n', style.newline)
  // Block scalars and folded strings would make a line behind which no comment may stand.
  let text = stringify(value, { ...style, lineWidth: 0, blockQuote: false, defaultStringType: 'PLAIN' })
  if (style.comments)
    text = text
      .split('\n')
      .map((line, index) =>
        line === '' ? line : index % 2 === 0 ? `${line} # c${index}` : `${line}\n# d${index}`,
      )
      .join('\n')
  if (style.endsOpen) text = text.trimEnd()
  return text.replaceAll('\n', style.newline)
}

/** Every place of a value. */
function pathsOf(value: unknown, path: FieldPath = []): FieldPath[] {
  if (typeof value !== 'object' || value === null) return [path]
  const below = Array.isArray(value)
    ? value.map((child, index) => [index, child] as const)
    : Object.entries(value)
  return [path, ...below.flatMap(([part, child]) => pathsOf(child, [...path, part]))]
}

function fix(text: string, patch: readonly PatchOperation[]): ReturnType<typeof applyFixes> {
  const finding: Finding = {
    check: 'test',
    severity: 'low',
    resource: { apiVersion: 'v1', kind: 'Pod', name: 'p' },
    location: { file: 'pod.yaml', line: 1, column: 1, path: [] },
    message: { id: 'test', data: {} },
    remediation: { patch, safe: true },
    references: [],
  }
  return applyFixes(text, [finding])
}

/** Whether all that differs is one place, which holds at most one line of the text before. */
function keepsLines(before: string, after: string): boolean {
  const [old, now] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < old.length && old[head] === now[head]) head++
  let tail = 0
  while (tail < old.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++
  return old.length - head - tail <= 1
}

test('a new field is in the object afterwards, and every line is as it was but at most one', () => {
  fc.assert(
    fc.property(anyObject, anyStyle, fc.nat(), anyValue, (object, style, choice, value) => {
      const text = write(object, style)
      const before = parse(text)
      const maps = pathsOf(before).filter((path) => {
        const found = path.reduce((held: unknown, part) => (held as Record<string, unknown>)[part], before)
        return typeof found === 'object' && found !== null && !Array.isArray(found)
      })
      const path = [...(maps[choice % maps.length] ?? []), 'newField']
      const result = fix(text, [{ op: 'add', path, value }])
      expect(result.skipped).toEqual([])
      expect(parse(result.text)).toEqual(carryOut(before, [{ kind: 'set', path, value }]))
      expect(keepsLines(text, result.text)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('any change gives the object that the patch asks for, or leaves the text alone', () => {
  let done = 0
  let left = 0
  fc.assert(
    fc.property(
      anyObject,
      anyStyle,
      fc.nat(),
      fc.boolean(),
      anyValue,
      (object, style, choice, removes, value) => {
        const text = write(object, style)
        const before = parse(text)
        const paths = pathsOf(before).filter((path) => path.length > 0)
        const path = paths[choice % paths.length] ?? []
        const operation: PatchOperation = removes ? { op: 'remove', path } : { op: 'replace', path, value }
        const step: Step = removes ? { kind: 'remove', path } : { kind: 'set', path, value }
        const result = fix(text, [operation])
        if (result.skipped.length > 0) {
          left++
          expect(result.text).toBe(text)
          return
        }
        done++
        expect(parse(result.text)).toEqual(carryOut(before, [step]))
      },
    ),
    { numRuns: 500 },
  )
  // What cannot be written in place is the exception.
  expect(left).toBeLessThan(done / 20)
})
