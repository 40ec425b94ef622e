import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRenderer } from '../../../messages/index.ts'
import { DEFAULT_CONFIGURATION, type PodSecurityConfiguration } from './configuration.ts'
import { configurationMessages, loadConfiguration } from './load.ts'
import { DEFAULT_SETTINGS, settingsOf } from './settings.ts'

const V1 = 'pod-security.admission.config.k8s.io/v1'
const HEAD = `apiVersion: ${V1}\nkind: PodSecurityConfiguration\n`

function errorOf(text: string): unknown {
  const loaded = loadConfiguration(text)
  return 'problem' in loaded ? loaded.problem.message.data['error'] : undefined
}

describe('loading', () => {
  test('the defaults are those of an empty file', () => {
    expect(loadConfiguration('')).toEqual({
      configuration: DEFAULT_CONFIGURATION,
      settings: DEFAULT_SETTINGS,
    })
    expect(loadConfiguration(HEAD)).toEqual(loadConfiguration(''))
  })

  test.each(['v1alpha1', 'v1beta1', 'v1'])('%s, as YAML and as JSON', (version) => {
    const apiVersion = `pod-security.admission.config.k8s.io/${version}`
    const yaml = `
apiVersion: ${apiVersion}
kind: PodSecurityConfiguration
defaults:
  enforce: baseline
  enforce-version: v1.7
  audit: null
exemptions:
  usernames: [alice, bob]
  namespaces:
  - kube-system
`
    const json = JSON.stringify({
      apiVersion,
      kind: 'PodSecurityConfiguration',
      defaults: { enforce: 'baseline', 'enforce-version': 'v1.7', audit: '' },
      exemptions: { usernames: ['alice', 'bob'], namespaces: ['kube-system'] },
    })
    const loaded = loadConfiguration(yaml)
    expect(loaded).toEqual(loadConfiguration(json))
    expect(loaded).toMatchObject({
      configuration: {
        defaults: { enforce: 'baseline', 'enforce-version': 'v1.7', audit: 'privileged' },
        exemptions: { usernames: ['alice', 'bob'], namespaces: ['kube-system'], runtimeClasses: [] },
      },
      settings: { defaults: { enforce: { level: 'baseline', version: 7 } } },
    })
  })

  test.each([
    [
      '{"kind":"PodSecurityConfiguration"}',
      `Object 'apiVersion' is missing in '{"kind":"PodSecurityConfiguration"}'`,
    ],
    [`{"apiVersion":"${V1}"}`, `Object 'Kind' is missing in '{"apiVersion":"${V1}"}'`],
    ['# nothing but a comment\n', `Object 'Kind' is missing in '# nothing but a comment\n'`],
    [
      '{"apiVersion":"apps/v1alpha1","kind":"PodSecurityConfiguration"}',
      'no kind "PodSecurityConfiguration" is registered for version "apps/v1alpha1" in scheme "k8s.io/pod-security-admission/admission/api/scheme/scheme.go:31"',
    ],
    [
      '{"apiVersion":"pod-security.admission.config.k8s.io/v99","kind":"PodSecurityConfiguration"}',
      'no kind "PodSecurityConfiguration" is registered for version "pod-security.admission.config.k8s.io/v99" in scheme "k8s.io/pod-security-admission/admission/api/scheme/scheme.go:31"',
    ],
    [`${HEAD}defaults: {enforced: baseline}\n`, 'strict decoding error: unknown field "defaults.enforced"'],
    [
      `${HEAD}Defaults: {}\nexemptions: {users: []}\n`,
      'strict decoding error: unknown field "Defaults", unknown field "exemptions.users"',
    ],
    [
      `${HEAD}defaults:\n  warn: baseline\n  warn: restricted\n`,
      'strict decoding error: yaml: unmarshal errors:\n  line 5: key "warn" already set in map',
    ],
    [
      `${HEAD}defaults: {enforce-version: 1.25}\n`,
      'json: cannot unmarshal number into Go struct field PodSecurityDefaults.defaults.enforce-version of type string',
    ],
    [
      `${HEAD}exemptions: {usernames: alice}\n`,
      'json: cannot unmarshal string into Go struct field PodSecurityExemptions.exemptions.usernames of type []string',
    ],
    [
      `${HEAD}defaults: [baseline]\n`,
      'json: cannot unmarshal array into Go struct field PodSecurityConfiguration.defaults of type v1.PodSecurityDefaults',
    ],
    [
      `${HEAD}defaults: {enforce: strict}\n`,
      'defaults.enforce: Invalid value: "strict": must be one of privileged, baseline, restricted',
    ],
  ])('refuses %j', (text, error) => {
    expect(errorOf(text)).toBe(error)
  })

  test('a text that is no YAML has a place', () => {
    const loaded = loadConfiguration(`${HEAD}defaults: {enforce: [\n`)
    expect(loaded).toMatchObject({ problem: { message: { id: expect.stringMatching(/^reading\./) } } })
    expect('problem' in loaded && loaded.problem.line).toBeGreaterThan(2)
  })

  test('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => HEAD + text),
        ),
        (text) => {
          const loaded = loadConfiguration(text)
          expect('problem' in loaded || 'settings' in loaded).toBe(true)
        },
      ),
    )
  })
})

describe("the API server's AdmissionConfiguration", () => {
  const admission = (plugins: string) =>
    `apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins: ${plugins}\n`

  test('counts by its PodSecurity plugin', () => {
    const plugin = {
      name: 'PodSecurity',
      configuration: { apiVersion: V1, kind: 'PodSecurityConfiguration', defaults: { warn: 'baseline' } },
    }
    const loaded = loadConfiguration(
      admission(JSON.stringify([{ name: 'EventRateLimit', path: 'x' }, plugin])),
    )
    expect(loaded).toMatchObject({
      settings: { defaults: { warn: { level: 'baseline', version: 'latest' } } },
    })
  })

  test('has the defaults without one', () => {
    expect(loadConfiguration(admission('[]'))).toEqual(loadConfiguration(''))
  })

  test('may refer to another file', () => {
    const loaded = loadConfiguration(admission('[{name: PodSecurity, path: podsecurity.yaml}]'))
    expect(loaded).toMatchObject({ problem: { message: { data: { path: 'podsecurity.yaml' } } } })
    if (!('problem' in loaded)) return
    expect(createRenderer([configurationMessages], 'ko')(loaded.problem.message)).toContain(
      'podsecurity.yaml',
    )
  })
})

describe('validation', () => {
  test('of names', () => {
    const tooLong = 'test'.repeat(16)
    const configuration: PodSecurityConfiguration = {
      defaults: {
        enforce: 'privileged',
        'enforce-version': 'v1.22',
        audit: 'baseline',
        'audit-version': 'v1.25',
        warn: 'restricted',
        'warn-version': 'latest',
      },
      exemptions: {
        namespaces: ['', '_&$%#', 'TEST', tooLong, 'testing', 'testing', 'a.b'],
        runtimeClasses: ['', '_&$%#', 'TEST', 'testing', 'testing', 'a.b'],
        usernames: ['', 'testing', 'testing'],
      },
    }
    const result = settingsOf(configuration)
    const label =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
    const subdomain =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    expect('errors' in result && result.errors.map(({ message }) => message)).toEqual([
      `exemptions.namespaces[0]: Invalid value: "": ${label}`,
      `exemptions.namespaces[1]: Invalid value: "_&$%#": ${label}`,
      `exemptions.namespaces[2]: Invalid value: "TEST": ${label}`,
      `exemptions.namespaces[3]: Invalid value: "${tooLong}": must be no more than 63 bytes`,
      'exemptions.namespaces[5]: Duplicate value: "testing"',
      'exemptions.namespaces[6]: Invalid value: "a.b": must not contain dots',
      `exemptions.runtimeClasses[0]: Invalid value: "": ${subdomain}`,
      `exemptions.runtimeClasses[1]: Invalid value: "_&$%#": ${subdomain}`,
      `exemptions.runtimeClasses[2]: Invalid value: "TEST": ${subdomain}`,
      'exemptions.runtimeClasses[4]: Duplicate value: "testing"',
      'exemptions.usernames[0]: Invalid value: "": username must not be empty',
      'exemptions.usernames[2]: Duplicate value: "testing"',
    ])
  })

  test('of levels and versions', () => {
    const result = settingsOf({
      ...DEFAULT_CONFIGURATION,
      defaults: {
        enforce: 'baslein',
        'enforce-version': 'v.122',
        audit: 'lorum',
        'audit-version': 'ipsum',
        warn: '',
        'warn-version': '',
      },
    })
    const level = 'must be one of privileged, baseline, restricted'
    const version = 'must be "latest" or "v1.x"'
    expect('errors' in result && result.errors.map(({ type, message }) => [type, message])).toEqual([
      ['FieldValueInvalid', `defaults.enforce: Invalid value: "baslein": ${level}`],
      ['FieldValueInvalid', `defaults.enforce-version: Invalid value: "v.122": ${version}`],
      ['FieldValueInvalid', `defaults.warn: Invalid value: "": ${level}`],
      ['FieldValueInvalid', `defaults.warn-version: Invalid value: "": ${version}`],
      ['FieldValueInvalid', `defaults.audit: Invalid value: "lorum": ${level}`],
      ['FieldValueInvalid', `defaults.audit-version: Invalid value: "ipsum": ${version}`],
    ])
  })

  test('the defaults are valid', () => {
    expect(settingsOf(DEFAULT_CONFIGURATION)).toEqual({ settings: DEFAULT_SETTINGS })
  })
})
