import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { everyCheck } from '../src/cli/scan/catalogue.ts'

const ROOT = join(import.meta.dirname, '..')

/** The project's own pages; what `npm ci` brings or a build makes is not ours. */
const PAGES = globSync('**/*.md', {
  cwd: ROOT,
  exclude: (path) => /(?:^|\/)(?:node_modules|dist|coverage|\.git)$/.test(path),
}).sort()

/** Where a page stands in the other language. */
const TRANSLATIONS: readonly [english: RegExp, korean: string][] = [
  [/^docs\/checks\/en\/(.+)$/, 'docs/checks/ko/$1'],
  [/^docs\/(?!checks\/|ko\/)(.+)$/, 'docs/ko/$1'],
  [/^README\.md$/, 'README.ko.md'],
]

/** Pages that speak both languages, or only to developers. */
const UNTRANSLATED = ['CONTRIBUTING.md', 'docs/checks/README.md', 'examples/README.md']

describe('pages', () => {
  test.each(PAGES)('%s: relative links lead somewhere', (page) => {
    const broken = linksOf(read(page)).filter(({ file, anchor }) => {
      const target = file === '' ? page : join(dirname(page), decodeURI(file))
      if (!existsSync(join(ROOT, target))) return true
      return anchor !== '' && target.endsWith('.md') && !anchorsOf(read(target)).has(decodeURI(anchor))
    })
    expect(broken).toEqual([])
  })

  test('stand in both languages', () => {
    const english = PAGES.filter((page) => !isKorean(page) && !UNTRANSLATED.includes(page))
    expect(english.filter((page) => translationOf(page) === undefined)).toEqual([])
    expect(PAGES.filter(isKorean)).toEqual(english.map((page) => translationOf(page)).sort())
  })

  test('lead to their other language below their title', () => {
    const pairs = PAGES.flatMap((english) => {
      const korean = isKorean(english) ? undefined : translationOf(english)
      return korean === undefined ? [] : [[english, korean] as const]
    })
    expect(pairs.length).toBeGreaterThan(60)
    const link = (word: string, from: string, to: string) => `*[${word}](${relative(dirname(from), to)})*`
    const lacking = pairs.flatMap(([english, korean]) => [
      ...(belowTitle(english) === link('한국어', english, korean) ? [] : [english]),
      ...(belowTitle(korean) === link('English', korean, english) ? [] : [korean]),
    ])
    expect(lacking).toEqual([])
  })

  test('docs/checks/README.md lists every check with its severity and titles', () => {
    const index = read('docs/checks/README.md')
    const rows = everyCheck().map(
      ({ id, severity, title }) =>
        `| \`${id}\` | ${severity} · ${SEVERITY_IN_KOREAN[severity]} | [${title.en}](en/${id}.md) | [${title.ko}](ko/${id}.md) |`,
    )
    expect(
      index
        .split('\n')
        .filter((line) => line.startsWith('| `'))
        .sort(),
    ).toEqual(rows.sort())
  })

  test('every page of docs is reached from the README', () => {
    for (const [start, among] of [
      ['README.md', (page: string) => !isKorean(page)],
      ['README.ko.md', isKorean],
    ] as const) {
      const reached = reachableFrom(start)
      const docs = PAGES.filter((page) => page.startsWith('docs/') && among(page))
      expect(docs.filter((page) => !reached.has(page))).toEqual([])
    }
  })

  test.each(['docs/dependencies.md', 'docs/ko/dependencies.md'])('%s names every dependency', (page) => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
    const packages = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.keys(manifest[kind] ?? {}),
    )
    const named = [...read(page).matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    )
    expect(named.sort()).toEqual(packages.sort())
  })
})

const SEVERITY_IN_KOREAN = { critical: '치명적', high: '높음', medium: '중간', low: '낮음' } as const

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8')
}

function belowTitle(page: string): string | undefined {
  return read(page).split('\n')[2]
}

function isKorean(page: string): boolean {
  return /\.ko\.md$|^docs\/ko\/|^docs\/checks\/ko\//.test(page)
}

function translationOf(page: string): string | undefined {
  const rule = TRANSLATIONS.find(([english]) => english.test(page))
  return rule && page.replace(...rule)
}

/** Links and images that do not lead out of the project. Code is not looked at. */
function linksOf(text: string): { file: string; anchor: string }[] {
  return [...withoutCode(text).matchAll(/\]\(<?([^)>\s]+)>?\)|(?:src|href)="([^"]+)"/g)]
    .map(([, link, attribute]) => link ?? attribute ?? '')
    .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link))
    .map((link) => {
      const [file = '', anchor = ''] = link.split('#')
      return { file, anchor }
    })
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): ReadonlySet<string> {
  return new Set(
    [...withoutCode(text, false).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

function withoutCode(text: string, spans = true): string {
  const prose = text.replaceAll(/^(`{3,}).*\n[\s\S]*?^\1$/gm, '')
  return spans ? prose.replaceAll(/`[^`\n]*`/g, '') : prose
}

function reachableFrom(start: string): ReadonlySet<string> {
  const reached = new Set<string>()
  const waiting = [start]
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    if (reached.has(page) || !existsSync(join(ROOT, page))) continue
    reached.add(page)
    for (const { file } of linksOf(read(page)))
      if (file.endsWith('.md')) waiting.push(join(dirname(page), file))
  }
  return reached
}
