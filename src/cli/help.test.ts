import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { haetae } from '../../test/program.fixture.ts'
import { displayWidth } from '../messages/index.ts'
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

test.each(['en', 'ko'] as const)(
  'the help of every command in %s stands in columns of a terminal',
  (language) => {
    for (const command of commandsOf(createProgram(language, () => undefined))) {
      const lines = command.helpInformation().split('\n')
      // A word that is longer than its column stands there as it is.
      const long = lines.filter((line) => displayWidth(line) > 80 && !/(?: {2}|^)\S+$/.test(line))
      expect(long, command.name()).toEqual([])
      const starts = lines
        .filter((line) => /^ {2}\S.* {2}\S/.test(line))
        .map((line) => displayWidth(line.replace(/(?<= {2})\S+(?: \S+)*$/, '')))
      expect(new Set(starts).size, command.name()).toBeLessThanOrEqual(1)
    }
  },
)

describe('haetae help', () => {
  test('shows the help of what is named, of any depth', () => {
    const { status, stdout } = haetae(['help', 'checks', 'describe'])
    expect(status).toBe(0)
    expect(stdout).toBe(haetae(['checks', 'describe', '--help']).stdout)
    expect(haetae(['checks', 'help', 'describe']).stdout).toBe(stdout)
  })

  test.each([
    [['help', 'nothing'], 'haetae: ERR_USAGE: unknown command nothing\nSee haetae --help\n'],
    [['checks', 'help', 'nothing'], 'haetae: ERR_USAGE: unknown command nothing\nSee haetae checks --help\n'],
  ])('%j names no command', (argv, stderr) => {
    expect(haetae(argv)).toEqual({ status: 2, stdout: '', stderr })
  })
})

test('a usage error points to the help of its command', () => {
  const { stderr } = haetae(['audit', 'lint', '--nothing', 'policy.yaml'])
  expect(stderr).toBe('haetae: ERR_USAGE: unknown option --nothing\nSee haetae audit lint --help\n')
  expect(haetae(['rules', 'lits'], { lang: 'ko_KR.UTF-8' }).stderr).toBe(
    'haetae: ERR_USAGE: 알 수 없는 명령입니다: lits (혹시 list를 찾으셨습니까?)\n도움말: haetae rules --help\n',
  )
})

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)]
}
