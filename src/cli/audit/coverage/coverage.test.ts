import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { haetae } from '../../../../test/program.fixture.ts'
import { loadPolicy } from '../../../api-access/audit/index.ts'

const CORPUS = join(
  process.env['HAETAE_CORPUS'] ?? '../shared/corpus',
  'falco-rules/rules/k8s_audit_rules.yaml',
)
if (!existsSync(CORPUS)) console.warn(`skipped: no rules of Falco at ${CORPUS} (set HAETAE_CORPUS)`)

const POLICY = 'examples/audit/policy.yaml'
const RULES = 'examples/audit/detections.yaml'

const folder = mkdtempSync(join(tmpdir(), 'haetae-coverage-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('haetae audit cover', () => {
  test.each([
    ['blind', 1],
    ['partial', 1],
    ['none', 0],
  ])('--fail-on %s: %i', (failOn, status) => {
    expect(haetae(['audit', 'cover', POLICY, '--rules', RULES, '--fail-on', failOn]).status).toBe(status)
  })

  test('a policy that records all feeds all', () => {
    const all = write(
      'all.yaml',
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: RequestResponse}]\n',
    )
    const { status, stdout } = haetae(['audit', 'cover', all, '--rules', RULES, '--fail-on', 'output'])
    expect(stdout).toBe(
      '5 detections: 0 blind, 0 partly blind, 0 firing too often, 0 with incomplete alerts, 5 fed, 0 that never fire\n',
    )
    expect(status).toBe(0)
  })

  test('json has every detection, with the lines of the policy', () => {
    const { stdout } = haetae(['audit', 'cover', POLICY, '--rules', RULES, '--format', 'json'])
    const report = JSON.parse(stdout)
    expect(report.summary).toEqual({ blind: 1, partial: 1, unselective: 0, output: 0, fed: 3, never: 0 })
    expect(report.detections).toHaveLength(5)
    expect(report.detections[1]).toMatchObject({
      rule: 'Password In A ConfigMap',
      verdict: 'blind',
      file: RULES,
      gaps: [{ cause: 'level', rule: { index: 2, line: 24 }, level: 'Metadata', needed: 'Request' }],
    })
  })

  test.each([
    [['audit', 'cover', 'nowhere.yaml', '--rules', RULES], 2],
    [['audit', 'cover', POLICY], 2],
    [['audit', 'cover', POLICY, '--rules', RULES, '--fail-on', 'sometimes'], 2],
    [['audit', 'cover', POLICY, '--rules', 'nowhere.yaml'], 3],
  ])('%j ends with %i, and no stack trace', (argv, status) => {
    const outcome = haetae(argv)
    expect(outcome.status).toBe(status)
    expect(outcome.stderr).not.toMatch(/^ {4}at /m)
    expect(outcome.stderr).not.toBe('')
  })

  test('a rule with an error leaves the others alone: 3', () => {
    const rules = write(
      'broken.yaml',
      '- rule: A\n  desc: d\n  condition: ka.verb =\n  output: o\n  priority: INFO\n  source: k8s_audit\n',
    )
    const { status, stdout, stderr } = haetae(['audit', 'cover', POLICY, '--rules', RULES, rules])
    expect(status).toBe(3)
    expect(stdout).toContain('5 detections')
    expect(stderr).toContain('haetae rules check')
  })

  test.each([
    [['-D', 'Password In'], 4],
    [['-t', 'no-such-tag'], 0],
    [['-T', 'no-such-tag'], 5],
  ])('%j leaves %i detections', (argv, count) => {
    const { stdout } = haetae([
      ...['audit', 'cover', POLICY, '--rules', RULES, '--format', 'json', '--fail-on', 'none'],
      ...argv,
    ])
    expect(JSON.parse(stdout).detections).toHaveLength(count)
  })

  test('says so where there is no rule about audit events', () => {
    const rules = write('none.yaml', '- list: l\n  items: [a]\n')
    const { status, stdout } = haetae(['audit', 'cover', POLICY, '--rules', rules])
    expect(status).toBe(0)
    expect(stdout).toContain('no rule of source k8s_audit')
  })
})

describe('haetae audit minimal', () => {
  const FILES = [RULES, 'rules/k8s_audit.yaml', ...(existsSync(CORPUS) ? [CORPUS] : [])]

  test.each(FILES)('%s: a policy that the API server takes and that feeds all', (rules) => {
    const { status, stdout } = haetae(['audit', 'minimal', '--rules', rules])
    expect(status).toBe(0)
    expect(loadPolicy(stdout)).toMatchObject({ warnings: [] })
    const policy = write('minimal.yaml', stdout)
    const cover = haetae(['audit', 'cover', policy, '--rules', rules, '--fail-on', 'output'])
    expect(cover.stdout).toMatch(/: 0 blind, 0 partly blind, 0 firing too often, 0 with incomplete alerts, /)
    expect(cover.status).toBe(0)
  })

  test('rules that are switched off need nothing', () => {
    const { stdout } = haetae(['audit', 'minimal', '--rules', RULES, '-D', 'Password In', '--format', 'json'])
    expect(JSON.parse(stdout).feeds.flat()).not.toContain('Password In A ConfigMap')
    const none = haetae(['audit', 'minimal', '--rules', RULES, '-t', 'no-such-tag', '--format', 'json'])
    expect(JSON.parse(none.stdout).feeds.flat()).toEqual([])
  })

  test('files that cannot be read make no policy, which would record nothing', () => {
    const { status, stdout, stderr } = haetae(['audit', 'minimal', '--rules', '/nowhere/rules.yaml'])
    expect([status, stdout]).toEqual([3, ''])
    expect(stderr).toContain('/nowhere/rules.yaml: LOAD_ERR_FILE_READ: cannot be read')
  })

  test('json has the same policy', () => {
    const yaml = loadPolicy(haetae(['audit', 'minimal', '--rules', RULES]).stdout)
    const report = JSON.parse(haetae(['audit', 'minimal', '--rules', RULES, '--format', 'json']).stdout)
    const json = loadPolicy(JSON.stringify(report.policy))
    if ('errors' in yaml || 'errors' in json) throw new Error('both are policies')
    expect(json.policy).toEqual(yaml.policy)
    expect(report.feeds[0]).toContain('Privileged Pod Created')
  })

  test('warns where the policy records secrets with their content', () => {
    expect(haetae(['audit', 'minimal', '--rules', RULES]).stderr).toMatch(
      /^line \d+ of the policy records secrets/,
    )
    const { stderr } = haetae(['audit', 'minimal', '--rules', RULES], { lang: 'ko_KR.UTF-8' })
    expect(stderr).toContain('시크릿, 컨피그맵, 토큰의 내용까지 기록합니다')
  })
})
