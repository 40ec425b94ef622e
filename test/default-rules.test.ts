import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { loadRules } from '../src/runtime/rules/index.ts'

const ROOT = join(import.meta.dirname, '..')
const UPSTREAM = process.env['HAETAE_FALCO_RULES'] ?? '../shared/corpus/falco-rules/rules'

interface Item {
  readonly rule?: string
  readonly macro?: string
  readonly list?: string
  readonly desc?: string
  readonly desc_ko?: string
  readonly priority?: string
  readonly enabled?: boolean
  readonly threshold?: object
  readonly sequence?: object
  readonly suppress?: object
}

interface TestFile {
  readonly tests: readonly {
    readonly name: string
    readonly only?: readonly string[]
    readonly alerts: readonly { readonly rule: string }[]
  }[]
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

function haetae(...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(ROOT, 'src/cli/main.ts'), ...args], { encoding: 'utf8' })
}

describe.each(['k8s_audit', 'syscall'])('the default rules for %s', (source) => {
  const text = read(`rules/${source}.yaml`)
  const items = load(text) as readonly Item[]
  const rules = items.filter(({ rule }) => rule !== undefined)
  const { tests } = load(read(`rules/tests/${source}.yaml`)) as TestFile

  test('load without an error or a warning', () => {
    const { ok, files, rules: loaded } = loadRules([{ name: `${source}.yaml`, text }])
    expect(files.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([])
    expect(ok).toBe(true)
    expect(loaded.rules.map((rule) => rule.source)).toEqual(rules.map(() => source))
  })

  test('are in the canonical layout', () => {
    haetae('rules', 'format', '--check', join(ROOT, `rules/${source}.yaml`))
  })

  test('pass their tests', () => {
    const { summary } = JSON.parse(
      haetae('rules', 'test', '--format', 'json', join(ROOT, `rules/tests/${source}.yaml`)),
    )
    expect(summary).toEqual({ tests: tests.length, passed: tests.length, failed: 0 })
  })

  test.each(rules.map(({ rule = '' }) => rule))('%s is shown to alert, and not to', (rule) => {
    const about = tests.filter(({ only }) => only?.includes(rule))
    expect(about.some(({ alerts }) => alerts.some((alert) => alert.rule === rule))).toBe(true)
    const isQuiet = ({ events, alerts }: { events?: readonly unknown[]; alerts: readonly unknown[] }) =>
      alerts.length < (events?.length ?? 0)
    expect(about.some((each) => isQuiet(each as never))).toBe(true)
  })

  test('are described in both languages', () => {
    for (const { rule, desc = '', desc_ko: korean = '' } of rules) {
      expect(desc, rule).toMatch(/\.\s*$/)
      expect(korean, rule).toMatch(/[가-힣].*(?:니다|십시오)(?:\([^)]*\))?\.\s*$/)
    }
  })

  test.each(['docs/rules-default.md', 'docs/ko/rules-default.md'])('stand in %s as they are', (page) => {
    const isKorean = page.includes('/ko/')
    const listed = read(page)
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    const lines = rules.map((rule) => {
      const { priority = '', desc = '', desc_ko: korean = '', enabled } = rule
      const own = (['threshold', 'sequence', 'suppress'] as const).filter((key) => rule[key] !== undefined)
      const notes = [
        ...own.map((key) => `\`${key}\``),
        ...(enabled === false ? [isKorean ? '꺼짐' : 'off'] : []),
      ]
      const grave = priority.charAt(0) + priority.slice(1).toLowerCase()
      const description = (isKorean ? korean : desc).trim().replace(/\s+/g, ' ')
      return `| ${rule.rule} | ${grave} | ${description} | ${notes.join(', ')} |`
    })
    for (const line of lines)
      expect(
        listed.some((row) => row.startsWith(line)),
        line,
      ).toBe(true)
  })

  test.skipIf(!existsSync(UPSTREAM))("share no name with Falco's own", () => {
    const own = new Set(items.map(({ rule, macro, list }) => rule ?? macro ?? list))
    const files = readdirSync(UPSTREAM).filter((file) => file.endsWith('.yaml'))
    const upstream = files.map((name) => ({ name, text: readFileSync(join(UPSTREAM, name), 'utf8') }))
    const { rules: theirs, macros, lists } = loadRules(upstream, { afterFault: 'continue' }).rules
    const names = [...theirs, ...macros, ...lists].map(({ name }) => name)
    expect(names.length).toBeGreaterThan(100)
    expect(names.filter((name) => own.has(name))).toEqual([])
  })
})

test('the files ship in the package', () => {
  const { files } = JSON.parse(read('package.json')) as { files: readonly string[] }
  expect(files).toContain('rules')
})

test.each(['docs/rule-tests.md', 'docs/ko/rule-tests.md'])('the example of %s passes', (page) => {
  const [, example = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(read(page)) ?? []
  const folder = mkdtempSync(join(tmpdir(), 'haetae-rule-tests-'))
  try {
    writeFileSync(join(folder, 'secrets.yaml'), read('examples/rules/secrets.yaml'))
    writeFileSync(join(folder, 'secrets.test.yaml'), example)
    expect(haetae('rules', 'test', join(folder, 'secrets.test.yaml'))).toMatch(
      /3 passed, 0 failed|3개 통과, 0개 실패/,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})
