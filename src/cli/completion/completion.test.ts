import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { haetae } from '../../../test/program.fixture.ts'

/** What bash offers for the last of the words; nothing is what it completes by itself: files. */
function offered(words: readonly string[]): string[] {
  const script = haetae(['completion', 'bash']).stdout
  const ask = `${script}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _haetae; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', ask, 'bash', 'haetae', ...words], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return stdout.split('\n').filter(Boolean)
}

test.each([
  ['commands', ['ru'], ['rules']],
  ['what a group has', ['checks', ''], ['list', 'describe', 'help']],
  ['options of a command', ['rules', 'format', '--w'], ['--write']],
  ['the same behind others', ['scan', 'deploy', '--level', 'baseline', '--fail'], ['--fail-on']],
  ['what may be asked about', ['help', 'imm'], ['immutability']],
  ['files, where a command takes them', ['scan', ''], []],
])('bash completes %s', (_, words, expected) => {
  expect(offered(words)).toEqual(expected)
})

test('a folder that is named like a command does not become its completion', () => {
  expect(haetae(['completion', 'bash']).stdout).toContain(
    '\ncomplete -o default -F _haetae haetae kubectl-haetae\n',
  )
})
