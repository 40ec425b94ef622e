import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createRenderer, LANGUAGES } from '../../../../messages/index.ts'
import { lintPolicy, POLICY_CHECKS } from './lint.ts'

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n'
const CATCH_ALL = '- level: Metadata\n'

/** The rules of a policy that is otherwise as it should be; they begin on line 5. */
function findingsOf(rules: string): string[] {
  return lintPolicy(HEAD + rules + CATCH_ALL).map(
    ({ check, severity, position }) => `${position.line}:${position.column} ${severity} ${check}`,
  )
}

test('a policy as it should be', () => {
  const rules = [
    '- level: None\n  nonResourceURLs: ["/healthz*", "/version"]\n',
    '- level: Metadata\n  resources:\n  - {group: "", resources: [secrets, configmaps, serviceaccounts/token]}\n',
    '  - {group: authentication.k8s.io, resources: [tokenreviews]}\n',
    '- level: RequestResponse\n  verbs: [create, update, patch, delete]\n',
  ]
  expect(findingsOf(rules.join(''))).toEqual([])
})

describe('rules that no request reaches', () => {
  test.each([
    ['after a rule for everything', '- level: Metadata\n- level: None\n  verbs: [get]\n'],
    [
      'after rules that only together take all',
      '- level: None\n  verbs: [get]\n- level: None\n  verbs: [list]\n- level: Metadata\n  verbs: [list, get]\n',
    ],
    [
      'after its group as a whole',
      '- level: None\n  resources: [{group: apps}]\n- level: Metadata\n  resources: [{group: apps, resources: ["*/scale"]}]\n',
    ],
    [
      'after a wider path',
      '- level: None\n  nonResourceURLs: ["/api*"]\n- level: Metadata\n  nonResourceURLs: ["/apis/*", "/api"]\n',
    ],
  ])('%s', (_, rules) => {
    const shadowed = findingsOf(rules).filter((finding) => finding.includes('audit-shadowed-rule'))
    expect(shadowed.length).toBeGreaterThan(0)
  })

  test('not where something is left', () => {
    const rules = [
      '- level: None\n  users: [a]\n  verbs: [get]\n',
      '- level: None\n  userGroups: [g]\n  verbs: [get]\n',
      '- level: Metadata\n  users: [a]\n  verbs: [get, list]\n',
      '- level: Metadata\n  userGroups: [g, h]\n  verbs: [get]\n',
    ]
    expect(findingsOf(rules.join(''))).toEqual([])
  })

  test('the rules above are named', () => {
    const [finding] = lintPolicy(`${HEAD}${CATCH_ALL}${CATCH_ALL}`)
    expect(finding?.message.data).toEqual({ rules: [{ index: 0, line: 5 }] })
  })
})

describe('secrets with their content', () => {
  test.each([
    ['secrets', '', 'Request', 'high'],
    ['configmaps', '', 'RequestResponse', 'medium'],
    ['serviceaccounts/token', '', 'RequestResponse', 'high'],
    ['tokenreviews', 'authentication.k8s.io', 'Request', 'high'],
    ['*', '', 'Request', 'high'],
  ])('%s of "%s" at %s: %s', (resource, group, level, severity) => {
    const rule = `- level: ${level}\n  verbs: [create]\n  resources: [{group: "${group}", resources: ["${resource}"]}]\n`
    expect(findingsOf(rule)).toContain(`5:3 ${severity} audit-secret-in-body`)
  })

  test.each([
    ['a request for a token carries none', 'Request', 'create', 'serviceaccounts/token'],
    ['a request to read has no body', 'Request', 'get', 'secrets'],
    ['what a watch brings is not recorded', 'RequestResponse', 'watch', 'secrets'],
    ['metadata only', 'Metadata', 'create', 'secrets'],
  ])('%s', (_, level, verb, resource) => {
    const rule = `- level: ${level}\n  verbs: [${verb}]\n  resources: [{group: "", resources: [${resource}]}]\n`
    expect(findingsOf(rule).filter((finding) => finding.includes('secret-in-body'))).toEqual([])
  })

  test('an earlier rule for all of them is enough, one for a namespace is not', () => {
    const secrets = 'resources: [{group: "", resources: [secrets, configmaps, serviceaccounts/token]}]'
    const wide = '- level: Request\n  verbs: [update]\n  resources: [{group: ""}]\n'
    expect(findingsOf(`- level: Metadata\n  ${secrets}\n${wide}`)).toEqual([])
    expect(findingsOf(`- level: Metadata\n  ${secrets}\n  namespaces: [a]\n${wide}`)).toEqual([
      '8:3 high audit-secret-in-body',
      '8:3 medium audit-secret-in-body',
    ])
  })
})

describe('one thing a rule', () => {
  test.each([
    ['- level: Request\n  verbs: [get, watch]\n', ['5:3 low audit-read-noise']],
    [
      '- level: RequestResponse\n  verbs: [list]\n  resources: [{group: apps}]\n',
      ['5:3 medium audit-read-noise'],
    ],
    ['- level: Metadata\n  verbs: ["*"]\n', ['6:12 high audit-unmatchable-value']],
    ['- level: Metadata\n  verbs: [get, impersonate]\n', ['6:16 medium audit-unmatchable-value']],
    ['- level: Metadata\n  users: ["system:*", jane]\n', ['6:12 medium audit-unmatchable-value']],
    [
      '- level: Metadata\n  resources: [{group: "", resources: [pods], resourceNames: ["web-*"]}]\n',
      ['6:63 medium audit-unmatchable-value'],
    ],
    ['- level: Metadata\n  verbs: [watch]\n  nonResourceURLs: [/a]\n', ['6:11 high audit-unmatchable-value']],
    [
      '- level: None\n  resources: [{group: "", resources: ["pods/*"]}]\n',
      ['6:40 low audit-resource-pattern'],
    ],
    [
      '- level: None\n  resources: [{group: "", resources: ["*/*", "/log", "pods/log/x", "po*"]}]\n',
      ['6:40 medium', '6:47 medium', '6:55 medium', '6:69 medium'].map(
        (at) => `${at} audit-resource-pattern`,
      ),
    ],
    [
      '- level: None\n  resources: [{group: "", resources: [deployments, secret, pods/logs]}]\n',
      ['6:39 medium', '6:52 medium', '6:60 medium'].map((at) => `${at} audit-resource-pattern`),
    ],
    [
      '- level: None\n  resources: [{group: core, resources: [pods]}]\n',
      ['6:16 high audit-resource-pattern'],
    ],
    ['- level: None\n  resources: [{group: example.com, resources: [widgets/parts]}]\n', []],
    [
      '- level: Metadata\n  verbs: [get]\n  omitStages: [ResponseStarted, ResponseComplete, Panic]\n',
      ['7:3 high audit-omitted-stages'],
    ],
    [
      '- level: Metadata\n  verbs: [get]\n  omitStages: [ResponseComplete]\n',
      ['7:3 medium audit-omitted-stages'],
    ],
    ['- level: None\n  resources:\n  - group: apps\n    verbs: [get]\n', ['8:5 high audit-policy-form']],
    ['- level: None\n  level: None\n  verbs: [get]\n', ['6:3 high audit-policy-form']],
  ])('%j', (rules, expected) => {
    expect(findingsOf(rules)).toEqual(expected)
  })
})

describe('the policy as a whole', () => {
  test('without a rule for the rest', () => {
    const [finding, ...others] = lintPolicy(`${HEAD}- level: Metadata\n  verbs: [get, list]\n`)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ check: 'audit-missing-catch-all', position: { line: 4, column: 1 } })
  })

  test('rules for every path and for a group are none for the rest', () => {
    const rules = '- level: Metadata\n  nonResourceURLs: ["*"]\n- level: None\n  namespaces: [""]\n'
    const rest = '- level: Metadata\n  resources: [{group: "", resources: ["*"]}]\n'
    const some = lintPolicy(HEAD + rules + rest)
    expect(some.map(({ check }) => check)).toEqual(['audit-missing-catch-all'])
  })

  test('every stage recorded', () => {
    const text = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n'
    expect(lintPolicy(text)).toMatchObject([{ check: 'audit-omitted-stages', severity: 'low' }])
  })

  test('one that is no YAML is told in the reader’s language', () => {
    const [finding, ...others] = lintPolicy(`${HEAD}- level: [Metadata\n`)
    if (finding === undefined) throw new Error('nothing was found')
    expect(others).toEqual([])
    const [english, korean] = LANGUAGES.map((language) =>
      createRenderer(
        POLICY_CHECKS.map(({ messages }) => messages),
        language,
      )(finding.message),
    )
    expect(english).toMatch(/policy: a quote or bracket opened above is not closed/)
    expect(korean).toMatch(/^이 정책으로는 API 서버가 시작되지 않습니다: [^a-z]*$/)
  })

  test('one that the API server refuses has no other finding', () => {
    expect(lintPolicy(`${HEAD}- level: Metadata\n- level: Foo\n`)).toMatchObject([
      { check: 'audit-refused-policy', position: { line: 6, column: 3 } },
    ])
  })
})

test('every message can be said in every language', () => {
  const bad = [
    `${HEAD}- level: Foo\n`,
    'apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules:\n- level: RequestResponse\n  x: 1\n  level: Request\n---\na: 1\n',
    `${HEAD}${CATCH_ALL}- level: RequestResponse\n  verbs: ["*", GET, get]\n  omitStages: [ResponseComplete]\n`,
    `${HEAD}- level: None\n  resources: [{group: "", resources: ["*/*", "pods/*", deployments, secret]}, {group: core}]\n`,
    `${HEAD}- level: Request\n  verbs: [get]\n- level: RequestResponse\n  omitStages: [ResponseStarted, ResponseComplete, Panic]\n`,
  ]
  const said = bad.flatMap(lintPolicy)
  for (const language of LANGUAGES) {
    const render = createRenderer(
      POLICY_CHECKS.map(({ messages }) => messages),
      language,
    )
    for (const { message } of said)
      expect(render(message)).toMatch(language === 'ko' ? /[가-힣]/ : /^[^가-힣]+$/)
  }
  expect(new Set(said.map(({ check }) => check)).size).toBe(POLICY_CHECKS.length)
})

test("GCE's policy leaves service account tokens in the log", (context) => {
  const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'audit/policies')
  const file = join(folder, 'gce-master-1.20.2.yaml')
  if (!existsSync(file)) context.skip(`no audit policies in ${folder}`)
  const findings = lintPolicy(readFileSync(file, 'utf8'))
  expect(findings).toMatchObject([
    { check: 'audit-read-noise', severity: 'low' },
    { check: 'audit-secret-in-body', message: { data: { what: 'serviceaccounts/token' } } },
  ])
})
