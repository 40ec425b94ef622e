import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

/** The lines in docs/eval.md: under each engine's heading a request, then the answer to it. */
describe.each(['docs/eval.md', 'docs/ko/eval.md'])('%s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const sections = text.split(/^## /m).filter((section) => /^[a-z0-9-]+\n/.test(section))

  test('has every engine', () => {
    const help = spawnSync(process.execPath, ['src/cli/main.ts', 'eval', '--help'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    const engines = /Engines: (.+)/.exec(help.stdout)?.[1]?.split(', ').sort()
    expect(sections.map((section) => section.split('\n')[0]).sort()).toEqual(engines)
  })

  test.each(sections.map((section) => [section.split('\n')[0] ?? '', section] as const))(
    '%s answers as the page says',
    (engine, section) => {
      const [request = '', answer = ''] = [...section.matchAll(/^```json\n(.+)\n```$/gm)].map(
        ([, line = '']) => line,
      )
      const { stdout } = spawnSync(process.execPath, ['src/cli/main.ts', 'eval', engine], {
        cwd: ROOT,
        encoding: 'utf8',
        input: `${request}\n`,
      })
      expect(JSON.parse(stdout)).toEqual(JSON.parse(answer))
    },
  )
})
