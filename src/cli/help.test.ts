import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { createProgram } from './program.ts'

test.each(['en', 'ko'] as const)('the help of every command in %s is in one language', (language) => {
  const helps = commandsOf(createProgram(language, () => undefined)).map((command) =>
    command.helpInformation(),
  )
  expect(helps.length).toBeGreaterThan(10)
  for (const help of helps) {
    expect(/\[(?:options|command)\]|Usage:|Options:|Commands:|\(default: /.test(help)).toBe(language === 'en')
    expect(/[가-힣]/.test(help)).toBe(language === 'ko')
  }
})

test('usage lines in Korean', () => {
  const program = createProgram('ko', () => undefined)
  expect(program.helpInformation()).toMatch(/^사용법: haetae \[옵션\] \[명령\]\n/)
  const psp = program.commands.find((command) => command.name() === 'psp')
  expect(psp?.helpInformation()).toContain('  check [옵션] <paths...>')
})

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)]
}
