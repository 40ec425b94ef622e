import { afterEach, describe, expect, test, vi } from 'vitest'
import { displayWidth } from '../../messages/index.ts'
import { everyCheck } from '../scan/catalogue.ts'
import { describeCheck, listChecks } from './command.ts'

afterEach(() => vi.restoreAllMocks())

describe('checks list', () => {
  test.each([
    ['en', ['critical', 'high', 'medium', 'low']],
    ['ko', ['치명적', '높음', '중간', '낮음']],
  ] as const)('in %s names severities as the reports do, in columns', (language, severities) => {
    const lines = listed({ format: 'table', color: false }, language)
    expect(lines).toHaveLength(everyCheck().length)
    const found = lines.map((line) => line.split(/ {2,}/)[1] ?? '')
    expect(new Set(found)).toEqual(new Set(severities))
    const titles = everyCheck().map(({ title }) => title[language])
    const columns = lines.map((line, row) => displayWidth(line.slice(0, line.lastIndexOf(titles[row] ?? ''))))
    expect(new Set(columns).size).toBe(1)
  })

  test('as JSON keeps the stable names of severities in Korean', () => {
    const records = JSON.parse(listed({ format: 'json', color: false }, 'ko').join('\n'))
    expect(new Set(records.map(({ severity }: { severity: string }) => severity))).toEqual(
      new Set(['critical', 'high', 'medium', 'low']),
    )
  })
})

function listed(...call: Parameters<typeof listChecks>): string[] {
  let written = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text)
    return true
  })
  listChecks(...call)
  return written.trimEnd().split('\n')
}

test.each(['en', 'ko'] as const)(
  'checks describe shows the page in %s, without its link to the other',
  (language) => {
    let shown = ''
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      shown += text
      return true
    })
    expect(describeCheck('image-not-pinned', language)).toBe(0)
    const [title, blank, first] = shown.split('\n')
    expect([title, blank]).toEqual(['# image-not-pinned', ''])
    expect(first).toMatch(/^\*\*/)
  },
)
