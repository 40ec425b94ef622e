import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEEPEST, isTooDeep } from './depth.ts'

const JSON_TYPE = 'application/json'
const lists = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const fields = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

test.each<[string, string, string, boolean]>([
  ['lists at the limit', lists(DEEPEST), JSON_TYPE, false],
  ['lists beyond it', lists(DEEPEST + 1), JSON_TYPE, true],
  ['objects at the limit', fields(DEEPEST), JSON_TYPE, false],
  ['objects beyond it', fields(DEEPEST + 1), JSON_TYPE, true],
  ['what never closes', '['.repeat(1_000_000), 'application/merge-patch+json', true],
  ['a text of brackets', JSON.stringify({ art: '[{'.repeat(5000) }), JSON_TYPE, false],
  ['a text with quotes and brackets', JSON.stringify({ art: '"[\\'.repeat(5000) }), JSON_TYPE, false],
  ['many beside each other', `[${'[],'.repeat(5000)}1]`, JSON_TYPE, false],
  ['YAML in flow style', lists(5000), 'application/yaml', true],
  ['YAML by another case', lists(5000), 'Application/YAML ; charset=utf-8', true],
  ['YAML with a text of brackets', `art: |\n  ${'[{'.repeat(5000)}\n`, 'application/yaml', false],
  ['protobuf', '['.repeat(5000), 'application/vnd.kubernetes.protobuf', false],
])('%s', (_, text, contentType, expected) => {
  expect(isTooDeep(Buffer.from(text), contentType)).toBe(expected)
})

test('what JSON.stringify writes is never too deep for its brackets in texts', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('[', '{', '"', '\\', ']'), minLength: 9 }), {
        minLength: 150,
        maxLength: 200,
      }),
      (texts) => {
        expect(isTooDeep(Buffer.from(JSON.stringify(texts)), JSON_TYPE)).toBe(false)
      },
    ),
    { numRuns: 30 },
  )
})
