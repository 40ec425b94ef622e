import { describe, expect, test } from 'vitest'
import { createRenderer, LANGUAGES } from '../../messages/index.ts'
import { required } from '../validation/field-error.ts'
import { readStrictConfiguration, strictConfigurationMessages } from './strict-configuration.ts'
import { type Objection, StrictFields } from './strict-fields.ts'

const KIND = {
  kind: 'GateConfiguration',
  decode(value: unknown) {
    const objections: Objection[] = []
    const fields = new StrictFields(value, [], objections).only('apiVersion', 'kind', 'name')
    return { configuration: { name: fields.text('name') }, objections }
  },
  validate: ({ name }: { name: string }) => (name === '' ? [required(['name'], '')] : []),
}
const HEAD = 'apiVersion: apiserver.config.k8s.io/v1\nkind: GateConfiguration\n'

const [en, ko] = LANGUAGES.map((language) => createRenderer([strictConfigurationMessages], language))

/** What is said of a text that is refused, in both languages. */
function refusal(text: string): { readonly english: string; readonly korean: string } {
  const read = readStrictConfiguration(text, 'gate.yaml', KIND)
  if (!('refusal' in read)) throw new Error('it was read')
  return { english: en?.(read.refusal) ?? '', korean: ko?.(read.refusal) ?? '' }
}

test('a file in any of the versions is read', () => {
  for (const version of ['v1', 'v1beta1', 'v1alpha1'])
    expect(readStrictConfiguration(`${HEAD.replace('v1', version)}name: a\n`, 'gate.yaml', KIND)).toEqual({
      configuration: { name: 'a' },
    })
})

describe('a file is refused', () => {
  test('that is no YAML, with its line and in the reader’s language', () => {
    const { english, korean } = refusal(`${HEAD}name: [a\n`)
    expect(english).toMatch(/^gate\.yaml:4: a quote or bracket opened above is not closed/)
    expect(korean).toMatch(/^gate\.yaml:\d+: .*[가-힣]/)
    expect(korean).not.toContain('is not closed')
  })

  test.each([
    '',
    'kind: GateConfiguration\n',
    `${HEAD.replace('v1', 'v2')}`,
    `${HEAD.replace('Gate', 'Gait')}`,
  ])('that is of another kind or version: %j', (text) => {
    const { english, korean } = refusal(text)
    expect(english).toMatch(/^gate\.yaml is no GateConfiguration of apiserver\.config\.k8s\.io \(v1, /)
    expect(korean).toMatch(/^gate\.yaml 파일은 .*GateConfiguration 오브젝트가 아니라/)
  })

  test('for each key that stands twice and each field that is unknown, with the line', () => {
    const { english } = refusal(`${HEAD}name: a\nname: b\nnmae: c\n`)
    expect(english).toMatch(/^ {2}4: key "name" already set in map$/m)
    expect(english).toMatch(/^ {2}5: .*nmae/m)
  })

  test('that is invalid, once it could be read', () => {
    expect(refusal(HEAD).english).toMatch(/^ {2}\d+: name: Required value$/m)
  })
})
