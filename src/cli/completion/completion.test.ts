import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { haetae } from '../../../test/program.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'haetae-completion-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Written once for each shell. */
function scriptOf(shell: string): string {
  const file = join(folder, shell)
  writeFileSync(file, haetae(['completion', shell]).stdout)
  return file
}

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['--version']).status === 0
}

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
  [
    'values of an option that takes one of a few',
    ['scan', '--level', ''],
    ['privileged', 'baseline', 'restricted'],
  ],
  ['those that begin so', ['detect', '--match', 'f'], ['first']],
  ['the same behind the short form', ['explain', '-f', ''], ['table', 'json']],
  ['the same behind =', ['rules', 'check', '--fail-on', '=', 'w'], ['warning']],
  ['the language, of every command', ['audit', 'show', '--lang', ''], ['en', 'ko']],
  ['the language, of none', ['--lang', ''], ['en', 'ko']],
  ['a list, after its last comma', ['webhook', '--authorization-mode', 'Node,RB'], ['Node,RBAC']],
  ['files, where an option takes them', ['scan', '--output', ''], []],
])('bash completes %s', (_, words, expected) => {
  expect(offered(words)).toEqual(expected)
})

test('a folder that is named like a command does not become its completion', () => {
  expect(haetae(['completion', 'bash']).stdout).toContain(
    '\ncomplete -o default -F _haetae haetae kubectl-haetae\n',
  )
})

const TYPED = [
  ['scan --level bas', 'scan --level baseline'],
  ['scan --level=bas', 'scan --level=baseline'],
  ['detect --match f', 'detect --match first'],
  ['webhook --authorization-mode Node,RB', 'webhook --authorization-mode Node,RBAC'],
  ['rules form', 'rules format'],
] as const

/** How a shell is started, and how it takes the script ($script). */
const SHELLS = {
  bash: ['bash --norc -i', "bind 'set enable-bracketed-paste off'; source "],
  zsh: ['zsh -f -i', 'autoload -Uz compinit; compinit -u -D; source '],
} as const

/** Types each line in a shell of its own, completes and enters it: there haetae is a function that prints its words. */
const TYPING = String.raw`
zmodload zsh/zpty
zpty -b shell $1
zpty -w shell "PS1=; $2; haetae() { printf 'GO''T:%s:\n' \"\$*\"; }"
shift 2
for line in "$@"; do
  zpty -w -n shell "haetae $line"$'\t'$'\n'
  while zpty -r shell got '*GOT:*:*'; do [[ $got == *GOT:* ]] && break; done
  print -r -- "${'$'}{got##*GOT:}"
done`

// It is zsh that has terminals to type in.
describe.skipIf(!isInstalled('zsh'))('what is typed is completed in', () => {
  test.each(['bash', 'zsh'] as const)('%s', (shell) => {
    const [call, set] = SHELLS[shell]
    const args = [call, `${set}${scriptOf(shell)}`, ...TYPED.map(([line]) => line)]
    const { stdout } = spawnSync('zsh', ['-f', '-c', TYPING, 'zsh', ...args], {
      encoding: 'utf8',
      timeout: 60_000,
    })
    const completed = stdout.split('\n').map((line) => line.trim().replace(/:$/, ''))
    expect(completed.filter(Boolean).map((line) => line.trimEnd())).toEqual(TYPED.map(([, whole]) => whole))
  })
})

test.skipIf(!isInstalled('fish')).each([
  ['scan --level bas', ['baseline']],
  ['detect --match ', ['all', 'first']],
  ['explain -f ', ['json', 'table']],
  ['scan --format=js', ['--format=json', '--format=jsonl']],
  ['--lang ', ['en', 'ko']],
  [`scan --baseline ${import.meta.dirname}/comm`, [`${import.meta.dirname}/command.ts`]],
] as const)('fish completes %s', (line, expected) => {
  const { stdout } = spawnSync(
    'fish',
    ['--no-config', '-c', `source $argv[1]; complete -C "haetae $argv[2]"`, scriptOf('fish'), line],
    {
      encoding: 'utf8',
    },
  )
  expect(stdout.split('\n').filter(Boolean)).toEqual(expected)
})
