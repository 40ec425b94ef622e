import fc from 'fast-check'
import { load } from 'js-yaml'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseFirstDocument } from '../../kubernetes/index.ts'
import { inlineYaml, stringYaml, yamlLines } from './yaml-lines.ts'

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({
      unit: fc.constantFrom('a', '1', ' ', ':', '-', '#', '가', '"', "'", '\n', '.', 'e', 'y', '~', '/', '_'),
      maxLength: 8,
    }),
    fc.constantFrom(
      'yes',
      'No',
      'NULL',
      '.5',
      '.inf',
      '0o7',
      '1_000',
      '12:30',
      '<<',
      '=',
      '2026-01-01',
      'app/v1',
      'a:b',
      'e1',
      '._5',
      '...',
    ),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z./]{1,6}$/), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value

test('what is written is read back as it was, by readers of YAML 1.1 and 1.2', () => {
  fc.assert(
    fc.property(value, (written) => {
      for (const text of [yamlLines(written).join('\n'), inlineYaml(written)]) {
        expect(parse(text)).toEqual(written)
        expect(parse(text, { version: '1.1' })).toEqual(written)
        expect(load(text)).toEqual(written)
        expect(readByKubernetes(text)).toEqual(written)
      }
    }),
    { numRuns: 1000 },
  )
})

test.each(['e1', 'E_1', '._5', '.e1', '_1', '...', '.', '.inf', '.NaN', 'y', 'No', 'null'])(
  '%s, which some reader takes for no string, is quoted',
  (text) => expect(stringYaml(text)).toBe(`"${text}"`),
)

test('plain words stay plain', () => {
  expect(yamlLines({ image: 'registry.example/app:1.2-rc_1', drop: ['ALL'], empty: {} })).toEqual([
    'image: registry.example/app:1.2-rc_1',
    'drop:',
    '  - ALL',
    'empty: {}',
  ])
})

function readByKubernetes(text: string): unknown {
  const read = parseFirstDocument(text)
  return 'value' in read ? read.value : read
}
