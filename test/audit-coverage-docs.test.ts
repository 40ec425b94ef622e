import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { VERDICTS } from '../src/api-access/audit/coverage/index.ts'
import { haetae } from './program.fixture.ts'

const ROOT = join(import.meta.dirname, '..')

describe.each([
  ['docs/audit-coverage.md', 'C.UTF-8'],
  ['docs/ko/audit-coverage.md', 'ko_KR.UTF-8'],
])('%s', (page, lang) => {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const examples = [...text.matchAll(/^```sh\nhaetae (.+)\n```\n\n```\n([\s\S]+?)\n```$/gm)]

  test.each(examples.map(([, command = '', shown = '']) => [command, shown]))(
    'haetae %s prints what is shown',
    (command, shown) => {
      expect(haetae(command.split(' '), { cwd: ROOT, lang }).stdout.trim()).toBe(shown.trim())
    },
  )

  test('shows each command, and names every verdict', () => {
    expect(examples).toHaveLength(2)
    expect(VERDICTS.filter((verdict) => !text.includes(`\`${verdict}\``))).toEqual([])
  })
})
