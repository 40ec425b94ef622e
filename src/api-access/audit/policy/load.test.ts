import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadPolicy, strictDecodingError } from './load.ts'

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n'
const SCHEME = 'in scheme "k8s.io/apiserver/pkg/audit/scheme.go:31"'

/** The texts are those of a kube-apiserver that was started with such a file. */
describe('a file that the API server refuses', () => {
  test.each([
    ['', 'unknown group version field audit.k8s.io/__internal, Kind=Policy in policy'],
    ['rules: []\n', 'unknown group version field audit.k8s.io/__internal, Kind=Policy in policy'],
    [
      'kind: Policy\nrules: []\n',
      'unknown group version field audit.k8s.io/__internal, Kind=Policy in policy',
    ],
    ['apiVersion: audit.k8s.io/v1\nrules: []\n', 'loaded illegal policy with 0 rules'],
    [
      'apiVersion: audit.k8s.io/v9\nkind: Policy\n',
      `failed decoding: no kind "Policy" is registered for version "audit.k8s.io/v9" ${SCHEME}`,
    ],
    [
      'apiVersion: audit.k8s.io/v1\nkind: Foo\n',
      `failed decoding: no kind "Foo" is registered for version "audit.k8s.io/v1" ${SCHEME}`,
    ],
    [
      'kind: Foo\n',
      `failed decoding: no kind "Foo" is registered for the internal version of group "audit.k8s.io" ${SCHEME}`,
    ],
    [
      'apiVersion: audit.k8s.io/v1\nkind: Event\n',
      'failed decoding: converting (v1.Event) to (audit.Policy): unknown conversion',
    ],
    ['apiVersion: a/b/c\n', 'failed decoding: unexpected GroupVersion string: a/b/c'],
    [
      '[1]',
      `failed decoding: couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    ],
    [
      'kind: 3\n',
      "failed decoding: couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string",
    ],
    [
      `${HEAD}rules: x\n`,
      'failed decoding: json: cannot unmarshal string into Go struct field Policy.rules of type []v1.PolicyRule',
    ],
    [
      `${HEAD}rules: [{users: [1]}]\n`,
      'failed decoding: json: cannot unmarshal number into Go struct field PolicyRule.rules.users of type string',
    ],
    [
      `${HEAD}rules: [{resources: [pods]}]\n`,
      'failed decoding: json: cannot unmarshal string into Go struct field PolicyRule.rules.resources of type v1.GroupResources',
    ],
    [
      `${HEAD}rules: [{omitManagedFields: "true"}]\n`,
      'failed decoding: json: cannot unmarshal string into Go struct field PolicyRule.rules.omitManagedFields of type bool',
    ],
    [`${HEAD}rules: []\n---\n${HEAD}rules: [{level: None}]\n`, 'loaded illegal policy with 0 rules'],
  ])('%j', (text, message) => {
    const loaded = loadPolicy(text)
    expect('errors' in loaded && loaded.errors.map((error) => error.message)).toEqual([message])
  })

  test('every invalid field with its place', () => {
    const loaded = loadPolicy(`${HEAD}omitStages: [x]\nrules:\n- level: Foo\n- nonResourceURLs: [/a, b]\n`)
    expect('errors' in loaded && loaded.errors).toMatchObject([
      { field: 'omitStages[0]', type: 'FieldValueInvalid', position: { line: 3, column: 14 } },
      { field: 'rules[0].level', type: 'FieldValueNotSupported', position: { line: 5, column: 3 } },
      { field: 'rules[1].level', type: 'FieldValueRequired', position: { line: 6, column: 3 } },
      { field: 'rules[1].nonResourceURLs[1]', type: 'FieldValueInvalid', position: { line: 6, column: 25 } },
    ])
  })

  test('text that is no YAML has its line', () => {
    const loaded = loadPolicy(`${HEAD}rules: [\n`)
    expect('errors' in loaded && loaded.errors[0]).toMatchObject({
      field: '',
      message: expect.stringMatching(/^failed decoding: yaml: line \d: /),
    })
  })

  test('an explosion of aliases is refused', () => {
    const lists = Array.from({ length: 12 }, (_, n) => `x${n + 1}: &x${n + 1} [${`*x${n},`.repeat(9)}*x${n}]`)
    const loaded = loadPolicy(`${HEAD}x0: &x0 [a]\n${lists.join('\n')}\n`)
    expect('errors' in loaded).toBe(true)
  })
})

describe('a file that the API server only warns of', () => {
  test('unknown fields and keys that stand twice', () => {
    const loaded = loadPolicy(
      `${HEAD}rules:\n- level: None\n  level: Metadata\n  resources:\n  - group: ""\n    verbs: [get]\nmetadata: {labels: {a: b}, foo: 1}\n`,
    )
    if ('errors' in loaded) throw new Error(loaded.errors[0].message)
    expect(loaded.policy.rules).toMatchObject([{ level: 'Metadata', verbs: [], resources: [{ group: '' }] }])
    expect(loaded.warnings).toMatchObject([
      { kind: 'duplicate-key', key: 'level', position: { line: 5, column: 3 } },
      {
        kind: 'unknown-field',
        path: ['rules', 0, 'resources', 0, 'verbs'],
        position: { line: 8, column: 5 },
      },
      { kind: 'unknown-field', path: ['metadata', 'foo'], position: { line: 9, column: 28 } },
    ])
    expect(strictDecodingError(loaded.warnings)).toBe(
      'strict decoding error: yaml: unmarshal errors:\n  line 5: key "level" already set in map, unknown field "rules[0].resources[0].verbs", unknown field "metadata.foo"',
    )
  })

  test.each(['v1alpha1', 'v1beta1'])('%s', (version) => {
    const loaded = loadPolicy(`kind: Policy\napiVersion: audit.k8s.io/${version}\nrules: [{level: None}]\n`)
    expect('warnings' in loaded && loaded.warnings).toEqual([
      { kind: 'deprecated-version', version, position: { line: 2, column: 1 } },
    ])
  })

  test('a second document', () => {
    const loaded = loadPolicy(`${HEAD}rules: [{level: None}]\n---\nkind: Policy\n`)
    expect('warnings' in loaded && loaded.warnings).toMatchObject([{ kind: 'further-documents' }])
  })
})

test('a field of null is absent', () => {
  const loaded = loadPolicy(`${HEAD}omitStages: null\nrules: [{level: None, users: [null], verbs: null}]\n`)
  expect('policy' in loaded && loaded.policy).toMatchObject({
    omitStages: [],
    rules: [{ level: 'None', users: [''], verbs: [] }],
  })
})

test('never throws, whatever the text', () => {
  const value = fc.jsonValue().map((json) => JSON.stringify({ apiVersion: 'audit.k8s.io/v1', rules: json }))
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => HEAD + text),
        fc.string().map((text) => `${HEAD}rules:\n- ${text}`),
        value,
      ),
      (text) => {
        const loaded = loadPolicy(text)
        expect('errors' in loaded || 'policy' in loaded).toBe(true)
      },
    ),
  )
})
