import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CODE_TEXT } from '../src/cli/rules/code-text.ts'

const ROOT = join(import.meta.dirname, '..')

/** A code that Falco knows, and that no rule file makes. */
const UNUSED_CODES = ['LOAD_WARNING_EXTENSION']

describe.each([
  ['docs/rules.md', 'en'],
  ['docs/ko/rules.md', 'ko'],
])('%s', (page, language) => {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const examples = [...text.matchAll(/^```sh\nhaetae (.+)\n```\n\n```\n([\s\S]+?)\n```$/gm)]

  test.each(examples.map(([, command = '', shown = '']) => [command, shown]))(
    'haetae %s prints what is shown; … stands for what is left out',
    (command, shown) => {
      const { stdout } = spawnSync(process.execPath, ['src/cli/main.ts', ...command.split(' ')], {
        cwd: ROOT,
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: language === 'ko' ? 'ko_KR.UTF-8' : 'C.UTF-8' },
      })
      let rest = stdout
      for (const part of shown.split(/^…$/m)) {
        expect(rest).toContain(part.trim())
        rest = rest.slice(rest.indexOf(part.trim()) + part.trim().length)
      }
      if (!shown.includes('…')) expect(stdout.trim()).toBe(shown.trim())
    },
  )

  test('shows the commands, and names every code', () => {
    expect(examples).toHaveLength(4)
    const codes = Object.keys(CODE_TEXT).filter((code) => !UNUSED_CODES.includes(code))
    expect(codes.filter((code) => !text.includes(`\`${code}\``))).toEqual([])
  })
})
