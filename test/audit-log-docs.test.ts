import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { haetae } from './program.fixture.ts'

const ROOT = join(import.meta.dirname, '..')

describe.each([
  ['docs/audit-log.md', 'C'],
  ['docs/ko/audit-log.md', 'ko_KR.UTF-8'],
])('%s', (page, lang) => {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const examples = [...text.matchAll(/^```sh\nhaetae (.+)\n```\n\n```\n([\s\S]+?)\n```$/gm)]

  test.each(examples.map(([, command = '', shown = '']) => [command, shown]))(
    'haetae %s prints what is shown',
    (command, shown) => {
      expect(haetae(command.split(' '), { cwd: ROOT, lang }).stdout).toBe(`${shown}\n`)
    },
  )

  test('shows the commands', () => expect(examples).toHaveLength(4))

  test('names every filter', () => {
    const { stdout } = haetae(['audit', 'show', '--help'], { lang })
    const options = [...stdout.matchAll(/^ +(?:-\w, )?(--[\w-]+) </gm)].map(([, option = '']) => option)
    const filters = options.filter((option) => !['--store', '--top', '--format', '--lang'].includes(option))
    expect(filters).toHaveLength(11)
    expect(filters.filter((option) => option !== '--namespace' && !text.includes(`\`${option} `))).toEqual([])
  })

  test('names every code', () => {
    const source = readFileSync(join(ROOT, 'src/api-access/audit/readers/reader.ts'), 'utf8')
    const codes = [...source.matchAll(/'(ERR_\w+)'/g)].map(([, code = '']) => code)
    expect(codes).toHaveLength(8)
    expect(codes.filter((code) => !text.includes(`| \`${code}\` |`))).toEqual([])
  })
})
