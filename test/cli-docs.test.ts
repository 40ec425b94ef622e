import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { COMMAND_LINE_PAGES, commandsOf, withOptions } from '../scripts/options-reference.ts'
import { createProgram } from '../src/cli/program.ts'

describe.each(['en', 'ko'] as const)('the page of the command line in %s', (language) => {
  const page = readFileSync(join(import.meta.dirname, '..', COMMAND_LINE_PAGES[language]), 'utf8')

  test('names every option of every command', () => {
    const flags = commandsOf(createProgram(language, () => undefined)).flatMap((command) =>
      command.options.flatMap(({ short, long }) => [short, long].filter((flag) => flag !== undefined)),
    )
    expect(flags.length).toBeGreaterThan(50)
    const isNamed = (flag: string) => new RegExp(`[\`\\s(]${flag}(?![\\w-])`).test(page)
    expect(flags.filter((flag) => !isNamed(flag))).toEqual([])
  })

  test('describes them as the help does (node scripts/options-reference.ts writes it anew)', () => {
    expect(withOptions(page, language)).toBe(page)
  })
})
