import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pc from 'picocolors'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { haetae } from '../../../test/program.fixture.ts'
import { LANGUAGES } from '../../messages/index.ts'
import { EXIT, UsageError } from '../exit.ts'
import { checkJson, checkRules, checkText } from './check.ts'
import { describeNamed } from './describe.ts'
import { formatRuleFiles } from './format.ts'
import { listRules } from './list.ts'
import { loadRuleFiles, rulesRenderer } from './load.ts'
import { readRuleFiles } from './rule-files.ts'
import { testRules } from './test.ts'

const GOLDEN = fileURLToPath(new URL('golden', import.meta.url))
const WRONG = join(GOLDEN, 'wrong.yaml')
const RIGHT = join(GOLDEN, 'right.yaml')
const folder = mkdtempSync(join(tmpdir(), 'haetae-rules-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs a command, and catches what it writes. */
function run(command: () => number): { status: number; out: string; err: string } {
  const written = { out: '', err: '' }
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.out += text
    return true
  })
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.err += text
    return true
  })
  try {
    return { status: command(), ...written }
  } finally {
    out.mockRestore()
    err.mockRestore()
  }
}

/** Where the folder lies differs from machine to machine. */
function portable(text: string): string {
  return text.replaceAll(`${GOLDEN}/`, '')
}

const TEXT = { format: 'text', color: false }
const JSON_FORMAT = { format: 'json', color: false }

describe('rules check', () => {
  const wrong = loadRuleFiles([RIGHT, WRONG])

  test.each(LANGUAGES)('tells in %s what is wrong, where, and what was meant', async (language) => {
    const style = { language, render: rulesRenderer(language), colors: pc.createColors(false) }
    await expect(portable(checkText(wrong, style))).toMatchFileSnapshot(`golden/check.${language}.txt`)
  })

  test('as JSON', async () => {
    await expect(portable(checkJson(wrong, rulesRenderer('en')))).toMatchFileSnapshot('golden/check.json')
  })

  test.each([
    [[RIGHT], 'error', EXIT.done],
    [[RIGHT], 'warning', EXIT.findings],
    [[WRONG], 'error', EXIT.findings],
    [[WRONG], 'none', EXIT.done],
    [[RIGHT, join(folder, 'absent')], 'error', EXIT.incomplete],
  ])('of %j with --fail-on %s exits with %d', (files, failOn, status) => {
    expect(run(() => checkRules(files, { ...TEXT, failOn }, 'en')).status).toBe(status)
  })

  test('knows only the sources asked for', () => {
    const { out } = run(() => checkRules([RIGHT], { ...TEXT, failOn: 'none', source: ['syscall'] }, 'en'))
    expect(out).toContain('[LOAD_UNKNOWN_SOURCE]')
    expect(out).toContain('known sources: syscall')
  })
})

describe('rules list', () => {
  test('says which rules are on', async () => {
    const { out, status } = run(() => listRules([RIGHT], TEXT, 'en'))
    expect(status).toBe(EXIT.done)
    await expect(portable(out)).toMatchFileSnapshot('golden/list.en.txt')
  })

  test.each([
    [{ disable: ['Shell'] }, ['Secret read']],
    [{ enableTag: ['rare'] }, ['Rare']],
    [{ disableTag: ['secrets'] }, ['Shell in a container']],
    [{ priority: 'warning' }, ['Secret read']],
  ])('with %j', (options, on) => {
    const { out } = run(() => listRules([RIGHT], { ...JSON_FORMAT, ...options }, 'en'))
    const rules = JSON.parse(out) as { name: string; enabled: boolean }[]
    expect(rules.filter(({ enabled }) => enabled).map(({ name }) => name)).toEqual(on)
  })

  test('of files with errors says so, and lists the rest', () => {
    const { out, err, status } = run(() => listRules([WRONG], TEXT, 'en'))
    expect(status).toBe(EXIT.incomplete)
    expect(err).toMatch(/^haetae: ERR_RULES: .*haetae rules check/)
    expect(out).toContain('Fine')
  })

  test('refuses a priority that there is not', () => {
    expect(() => run(() => listRules([RIGHT], { ...TEXT, priority: 'loud' }, 'en'))).toThrow(UsageError)
  })
})

describe('rules describe', () => {
  test.each(LANGUAGES)('in %s', async (language) => {
    const { out } = run(() => describeNamed([RIGHT], TEXT, language))
    await expect(portable(out)).toMatchFileSnapshot(`golden/describe.${language}.txt`)
  })

  test('tells desc_ko in Korean, until a later file changes desc', () => {
    const rule = `- rule: Read
  desc: somebody read it
  desc_ko: 누군가 읽었습니다
  condition: ka.verb = get
  output: read
  priority: NOTICE
  source: k8s_audit
`
    const first = join(folder, 'first.yaml')
    const later = join(folder, 'later.yaml')
    writeFileSync(first, rule)
    writeFileSync(later, '- rule: Read\n  desc: somebody else read it\n  override: {desc: replace}\n')
    expect(run(() => describeNamed([first], TEXT, 'ko')).out).toContain('  누군가 읽었습니다\n')
    expect(run(() => describeNamed([first], TEXT, 'en')).out).toContain('  somebody read it\n')
    expect(run(() => describeNamed([first, later], TEXT, 'ko')).out).toContain('  somebody else read it\n')
  })

  test('of one macro, with what is known from the whole file', () => {
    const { out } = run(() => describeNamed([RIGHT, 'spawned'], JSON_FORMAT, 'en'))
    expect(JSON.parse(out)).toMatchObject({
      rules: [],
      lists: [],
      macros: [{ info: { name: 'spawned' }, details: { used: true } }],
    })
  })

  test.each([[['nowhere.yaml']], [[RIGHT, 'spawnd']]])('refuses %j', (names) => {
    expect(() => run(() => describeNamed(names, TEXT, 'en'))).toThrow(UsageError)
  })
})

describe('rules format', () => {
  const untidy = '\n- priority: INFO\n  rule: a\n'
  const tidy = '- rule: a\n  priority: INFO\n'

  test('prints, checks, writes', () => {
    const file = join(folder, 'a.yaml')
    writeFileSync(file, untidy)
    expect(run(() => formatRuleFiles([file], {}, 'en'))).toMatchObject({ status: EXIT.done, out: tidy })
    expect(run(() => formatRuleFiles([file], { check: true }, 'en')).status).toBe(EXIT.findings)
    expect(readFileSync(file, 'utf8')).toBe(untidy)
    expect(run(() => formatRuleFiles([file], { write: true }, 'en')).status).toBe(EXIT.done)
    expect(readFileSync(file, 'utf8')).toBe(tidy)
    expect(run(() => formatRuleFiles([file], { check: true }, 'en')).status).toBe(EXIT.done)
  })

  test('leaves alone what is no YAML', () => {
    const file = join(folder, 'b.yaml')
    writeFileSync(file, 'a: b: c')
    const { status, err } = run(() => formatRuleFiles([file], { write: true }, 'ko'))
    expect(status).toBe(EXIT.incomplete)
    expect(err).toContain(`${file}:1:5: LOAD_ERR_YAML_PARSE: 올바른 YAML이 아니므로`)
    expect(readFileSync(file, 'utf8')).toBe('a: b: c')
  })

  test.each([
    [{ check: true, write: true }, ['a']],
    [{ write: true }, ['-']],
  ])('refuses %j of %j', (options, files) => {
    expect(() => formatRuleFiles(files, options, 'en')).toThrow(UsageError)
  })
})

describe('rules test', () => {
  test.each(LANGUAGES)('tells in %s what differs', async (language) => {
    const { out, status } = run(() => testRules([join(GOLDEN, 'rules.test.yaml')], TEXT, language))
    expect(status).toBe(EXIT.findings)
    await expect(portable(out)).toMatchFileSnapshot(`golden/test.${language}.txt`)
  })

  test('as JSON, with the alerts that were raised', () => {
    const { out } = run(() => testRules([join(GOLDEN, 'rules.test.yaml')], JSON_FORMAT, 'en'))
    expect(JSON.parse(out)).toMatchObject({
      tests: [
        { name: 'a shell', passed: true, alerts: [{ event: 2, rule: 'Shell in a container' }] },
        {},
        {},
        {},
      ],
      summary: { tests: 4, passed: 2, failed: 2 },
    })
  })

  test.each([
    ['rules: x.yaml\ntests: []\n', ':2:1: ERR_RULE_TEST: '],
    ['rules: x.yaml\ntests:\n  - name: a\n    events: [{at: soon}]\n    alerts: []\n', ':4:14:'],
    ['rules: x.yaml\ntests:\n  - name: a\n    events: [{fields: 3}]\n    alerts: []\n', ':4:14:'],
    ['rules: x.yaml\ntests:\n  - name: a\n    evens: []\n    events: [{}]\n    alerts: []\n', ':3:5:'],
    [
      'rules: absent.yaml\ntests:\n  - {name: a, events: [{}], alerts: []}\n',
      'absent.yaml: LOAD_ERR_FILE_READ: ',
    ],
    [`rules: ${JSON.stringify(WRONG)}\ntests:\n  - {name: a, events: [{}], alerts: []}\n`, ': ERR_RULES: '],
    ['a: [', ':1:'],
  ])('says of %j where it is wrong', (text, words) => {
    const file = join(folder, 'c.test.yaml')
    writeFileSync(file, text)
    const { status, err } = run(() => testRules([file], TEXT, 'en'))
    expect(status).toBe(EXIT.incomplete)
    expect(err).toContain(words)
  })
})

test('folders without rule files are told, where there are no others', () => {
  const empty = mkdtempSync(join(folder, 'empty-'))
  expect(readRuleFiles([empty])).toEqual({
    files: [],
    unreadable: [{ file: empty, reason: 'NO_RULE_FILES' }],
  })
  expect(readRuleFiles([empty, GOLDEN]).unreadable).toEqual([])
  for (const command of ['check', 'list', 'test', 'format']) {
    const { status, stderr } = haetae(['rules', command, empty])
    expect([command, status, stderr]).toEqual([
      command,
      3,
      `${empty}: ERR_NO_RULE_FILE: the folder has no .yaml or .yml file\n`,
    ])
  }
})

test.each(LANGUAGES)('every problem of rule files has a code on standard error, in %s', (language) => {
  const absent = join(folder, 'absent.yaml')
  const broken = join(folder, 'broken.yaml')
  writeFileSync(broken, 'a: [')
  const calls: readonly [code: string, args: readonly string[]][] = [
    ['LOAD_ERR_FILE_READ', ['rules', 'check', absent]],
    ['ERR_NO_RULE_FILE', ['rules', 'describe', absent]],
    ['LOAD_ERR_FILE_READ', ['audit', 'minimal', '--rules', absent]],
    ['LOAD_ERR_FILE_READ', ['detect', '-r', absent, '-e', '-']],
    ['ERR_RULES', ['rules', 'list', WRONG]],
    ['ERR_RULES', ['audit', 'minimal', '--rules', WRONG]],
    ['ERR_RULE_TEST', ['rules', 'test', WRONG]],
    ['LOAD_ERR_YAML_PARSE', ['rules', 'format', '--check', broken]],
  ]
  for (const [code, args] of calls) {
    const { stderr } = haetae([...args, '--lang', language])
    const lines = stderr.trimEnd().split('\n')
    expect([args, lines]).toEqual([args, lines.map(() => expect.stringMatching(/^\S+: [A-Z]+_[A-Z_]+: ./))])
    expect(lines[0]).toContain(`: ${code}: `)
  }
})

test('a folder is read in the order of names, and only its rule files', () => {
  const { files } = readRuleFiles([GOLDEN])
  expect(files.map(({ name }) => portable(name))).toEqual(['right.yaml', 'rules.test.yaml', 'wrong.yaml'])
})
