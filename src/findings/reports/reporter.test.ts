import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { haetae } from '../../../test/program.fixture.ts'
import { LANGUAGES } from '../../messages/index.ts'
import { createReporter, REPORT_FORMATS, type ReportFormat } from './create.ts'
import { NASTY, report } from './reporter.fixture.ts'
import { textSink } from './sink.ts'

const TABLE = REPORT_FORMATS.flatMap((format) => LANGUAGES.map((language) => ({ format, language })))

async function rendered(
  format: ReportFormat,
  language: 'en' | 'ko',
  options?: { readonly nasty?: boolean; readonly baseline?: boolean },
): Promise<string> {
  const sink = textSink()
  report(await createReporter(format, sink, { colour: false }), language, options)
  return sink.text()
}

test.each(TABLE)(
  '$format in $language tells every finding that counts, and the problem',
  async ({ format, language }) => {
    const text = await rendered(format, language)
    const message =
      language === 'en' ? /container .*app.* is not hardened/ : /컨테이너 .*app.*이 하드닝되지 않았습니다/
    expect(text).toMatch(message)
    for (const expected of [
      'allowPrivilegeEscalation',
      'unlisted',
      'web.yaml',
      'broken.yaml',
      'ERR_YAML_SYNTAX',
    ])
      expect(text).toContain(expected)
    expect(text).toContain(language === 'en' ? 'a mapping was expected' : '매핑이 와야 합니다')
  },
)

test.each(TABLE)('$format in $language lets no text of a manifest act', async ({ format, language }) => {
  const text = await rendered(format, language, { nasty: true })
  // Neither terminal nor browser nor reader is led astray by controls and reordering characters.
  if (!['json', 'jsonl', 'sarif'].includes(format)) expect(text).not.toContain('\u202e')
  expect(text.replaceAll('\n', '').replaceAll('\t', '')).not.toMatch(/\p{Cc}/u)
  if (format === 'html' || format === 'junit') expect(text).not.toContain('<b>"x"')
  if (format === 'markdown') expect(text).not.toMatch(/<\/script>|@someone|`/)
})

test.each(TABLE.filter(({ language }) => language === 'ko'))(
  '$format in Korean has no words of the English report',
  async ({ format }) => {
    const english =
      /\b(?:Failed|Passed|findings?|Summary|Severity|Resource|Message|Search|shown|until|Fix|see|excepted|known from|input problem|Haetae)\b/
    const text = await rendered(format, 'ko', { baseline: true })
    // What programs read is the same in every language: names of fields, and the page's own code.
    const words = ['json', 'jsonl', 'sarif'].includes(format)
      ? [...text.matchAll(/"(?:text|title)":"([^"]*)"/g)].map(([, value]) => value).join('\n')
      : text.replaceAll(/<style>[\s\S]*?<\/style>|<script>[\s\S]*?<\/script>|<[^>]*>/g, ' ')
    expect(words).not.toMatch(english)
  },
)

test('json holds findings, exceptions, problems and the numbers', async () => {
  const json = JSON.parse(await rendered('json', 'en', { nasty: true }))
  expect(json.format).toBe('haetae-report/1')
  expect(json.findings).toHaveLength(4)
  expect(json.findings[0]).toMatchObject({
    check: 'allowPrivilegeEscalation',
    severity: 'high',
    title: 'Privilege escalation is allowed',
    helpUrl: 'https://example.org/en/allowPrivilegeEscalation',
    resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: NASTY },
    location: {
      file: `a b/${NASTY}.yaml`,
      line: 3,
      column: 6,
      path: 'spec.template.spec.containers[0].securityContext',
    },
    message: { id: 'sample.plain', data: { container: NASTY }, text: `container "${NASTY}" is not hardened` },
    remediation: {
      safe: true,
      message: { text: 'Set it to false.' },
      patch: [
        {
          op: 'add',
          path: '/spec/template/spec/containers/0/securityContext',
          value: { allowPrivilegeEscalation: false },
        },
        { op: 'move', from: '/metadata/a~1b~0c', path: '/spec/a' },
        { op: 'remove', path: '/spec/hostPID' },
      ],
    },
  })
  expect(json.findings.map((each: { fingerprint: string }) => each.fingerprint)).toEqual([
    expect.stringMatching(/^[0-9a-f]{32}$/),
    // The same statement about another line is the same finding.
    json.findings[0].fingerprint,
    expect.not.stringContaining(json.findings[0].fingerprint),
    expect.not.stringContaining(json.findings[0].fingerprint),
  ])
  expect(json.exceptions).toMatchObject([
    { check: 'image-not-pinned', exception: { reason: NASTY.trim(), until: '2030-01-31' } },
  ])
  expect(json.problems).toMatchObject([{ code: 'ERR_YAML_SYNTAX', file: NASTY, line: 7, column: 2 }])
  expect(json.summary).toEqual({
    files: 2,
    objects: 1,
    findings: { critical: 1, high: 2, medium: 1, low: 0 },
    total: 4,
    failing: 4,
    failOn: 'medium',
    excepted: 1,
    known: 0,
    problems: 1,
    byCheck: { allowPrivilegeEscalation: 3, unlisted: 1 },
  })
})

test.each(['report-json.md', 'ko/report-json.md'])(
  'docs/%s names every field of the json report',
  async (page) => {
    const text = await readFile(new URL(`../../../docs/${page}`, import.meta.url), 'utf8')
    const fields = new Set<string>()
    const holdsData = new Set(['data', 'patch', 'byCheck'])
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      for (const [field, child] of Object.entries(value)) {
        if (!Array.isArray(value)) fields.add(field)
        if (!holdsData.has(field)) collect(child)
      }
    }
    collect(JSON.parse(await rendered('json', 'en', { baseline: true })))
    expect([...fields].filter((field) => !new RegExp(`["\`.]${field}["\`]`).test(text))).toEqual([])
  },
)

test('jsonl has a record a line', async () => {
  const lines = (await rendered('jsonl', 'ko', { nasty: true })).trimEnd().split('\n')
  const kinds = lines.map((line) => Object.keys(JSON.parse(line)).join())
  expect(kinds).toEqual(['finding', 'finding', 'finding', 'finding', 'finding', 'problem', 'summary'])
})

test('pretty shows the source with the caret under the column, whatever stands before it', async () => {
  const text = await rendered('pretty', 'ko')
  expect(text).toContain('      3 │ \t이름: web # 탭과 한글\n        │ \t      ^\n')
  const [, line = '', caret = ''] = /4 │ (.*)\n {8}│ (.*)\n/.exec(text) ?? []
  expect(line).toMatch(/^…x+: herey+…$/)
  expect(line.length).toBeLessThan(200)
  expect(line.slice(caret.indexOf('^'))).toMatch(/^herey/)
})

test('pretty says a remedy once for a resource, and colours only where asked', async () => {
  const plain = await rendered('pretty', 'en')
  expect(plain.match(/Set it to false/g)).toHaveLength(1)
  expect(plain).not.toContain('\u001b')
  const sink = textSink()
  report(await createReporter('pretty', sink, { colour: true }), 'en')
  expect(sink.text()).toContain('\u001b[31m')
})

test('markdown stays within its limit and counts what it leaves out', async () => {
  const { createMarkdownReporter } = await import('./markdown.ts')
  const sink = textSink()
  report(createMarkdownReporter(sink, { limit: 1500 }), 'en')
  expect(sink.text().length).toBeLessThanOrEqual(1500)
  expect(sink.text()).toMatch(/\d+ more findings? left out/)
  // The gravest stays.
  expect(sink.text()).toContain('critical |')
})

test('markdown ends a remedy of words alone with them', () => {
  const input = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'web', image: 'nginx' }] },
  })
  const { stdout } = haetae(['scan', '-', '--format', 'markdown', '--only', 'image-tag-latest'], { input })
  expect(stdout).toMatch(/<summary>Fix<\/summary>[^<]+<\/details>/i)
})

test('junit is well-formed and counts', async () => {
  const text = await rendered('junit', 'en', { nasty: true })
  expect(openTags(text)).toEqual([])
  expect(text).toMatch(/<testsuite name="[^"]*" tests="5" failures="4" errors="0" skipped="1">/)
  expect(text).toMatch(/tests="1" failures="0" errors="1" skipped="0"/)
})

test('html allows nothing but its own style and script, by hash', async () => {
  const { createHash } = await import('node:crypto')
  const text = await rendered('html', 'ko', { nasty: true })
  const digest = (code: string) => `sha256-${createHash('sha256').update(code).digest('base64')}`
  const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(text) ?? []
  const scripts = [...text.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code = '']) => code)
  expect(scripts).toHaveLength(1)
  expect(text).toContain(
    `content="default-src 'none'; style-src '${digest(style)}'; script-src '${digest(scripts[0] ?? '')}'; base-uri 'none'; form-action 'none'"`,
  )
  expect(text).toContain('<html lang="ko">')
  expect(text).not.toMatch(/\s(?:style|on\w+)=/)
  expect(text).not.toMatch(/<(?:img|link|iframe|object)\b|@import|url\(/)
})

/** Elements left open in an XML text; throws for a wrong nesting or a bare `<` or `&`. */
function openTags(xml: string): string[] {
  const open: string[] = []
  const body = xml.replace(/^<\?xml[^?]*\?>/, '')
  const rest = body.replaceAll(
    /<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g,
    (_, closing, name, __, empty) => {
      if (closing === '/') expect(open.pop()).toBe(name)
      else if (empty !== '/') open.push(name)
      return ''
    },
  )
  expect(rest).not.toMatch(/[<>]/)
  expect(body).not.toMatch(/&(?!(?:amp|lt|gt|quot|#\d+);)/)
  return open
}
