import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { LANGUAGES, type Language } from '../../messages/index.ts'
import { NASTY, report } from './reporter.fixture.ts'
import { createSarifReporter } from './sarif.ts'
import { textSink } from './sink.ts'

/** The official schema; Microsoft's SARIF Multitool carries it beside its code. */
function schema(): object {
  const main = import.meta.resolve('@microsoft/sarif-multitool-ts')
  return JSON.parse(readFileSync(new URL('../assets/sarif-2.1.0.schema.json', main), 'utf8'))
}

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
const validate = ajv.compile(schema())

function log(language: Language, options: { readonly nasty?: boolean; readonly baseline?: boolean }) {
  const sink = textSink()
  report(createSarifReporter(sink), language, options)
  return JSON.parse(sink.text())
}

test.each(
  LANGUAGES.flatMap((language) =>
    [false, true].flatMap((nasty) => [false, true].map((baseline) => ({ language, nasty, baseline }))),
  ),
)(
  'is valid against the schema: $language, hostile $nasty, baseline $baseline',
  ({ language, ...options }) => {
    validate(log(language, options))
    expect(validate.errors ?? []).toEqual([])
  },
)

test('the schema finds a fault', () => {
  expect(validate({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false)
})

test('a result has rule, level, place, fingerprint and fate', () => {
  const [run] = log('en', { baseline: true }).runs
  expect(run?.results).toHaveLength(5)
  expect(run?.results?.[0]).toMatchObject({
    ruleId: 'allowPrivilegeEscalation',
    ruleIndex: 0,
    level: 'error',
    message: { text: 'container "app" is not hardened\nSet it to false.' },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'base/web.yaml', uriBaseId: 'SRCROOT' },
          region: { startLine: 3, startColumn: 6 },
        },
        logicalLocations: [
          { fullyQualifiedName: 'Deployment/shop/web:spec.template.spec.containers[0].securityContext' },
        ],
      },
    ],
    partialFingerprints: { 'haetae/v1': expect.stringMatching(/^[0-9a-f]{32}$/) },
    suppressions: [],
    baselineState: 'new',
  })
  expect(run?.results?.[2]).toMatchObject({
    ruleId: 'image-not-pinned',
    level: 'note',
    suppressions: [{ kind: 'inSource', status: 'accepted', justification: 'mirror of our own' }],
  })
  expect(run?.results?.[4]?.fixes?.[0]?.artifactChanges[0]?.replacements).toEqual([
    {
      deletedRegion: { startLine: 5, startColumn: 12, endLine: 5, endColumn: 16 },
      insertedContent: { text: 'false' },
    },
  ])
  expect(run?.originalUriBaseIds).toEqual({ SRCROOT: { uri: 'file:///home/me/my%20project/' } })
  expect(run?.tool.driver.rules?.[0]?.properties?.['security-severity']).toBe('8.0')
})

test('an input that could not be read is a notification, and the run not a success', () => {
  const [invocation] = log('ko', {}).runs[0]?.invocations ?? []
  expect(invocation?.executionSuccessful).toBe(false)
  expect(invocation?.toolExecutionNotifications?.[0]).toMatchObject({
    descriptor: { id: 'ERR_YAML_SYNTAX' },
    message: { text: '매핑이 와야 합니다' },
    locations: [{ physicalLocation: { artifactLocation: { uri: 'file:///elsewhere/broken.yaml' } } }],
  })
})

test('hostile file names are escaped in URIs', () => {
  const result = log('en', { nasty: true }).runs[0]?.results?.[0]
  const uri = result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? ''
  expect(uri).toMatch(/^[A-Za-z0-9%/_.~!*'()-]+$/)
  expect(decodeURIComponent(uri)).toBe(`a b/${NASTY}.yaml`)
})
