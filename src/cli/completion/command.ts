import type { Command } from 'commander'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'

const SHELLS: Readonly<Record<string, (words: ReadonlyMap<string, readonly string[]>) => string>> = {
  bash: bashScript,
  zsh: (words) => `autoload -Uz bashcompinit && bashcompinit\n${bashScript(words)}`,
  fish: fishScript,
}

/** Prints the completion script of a shell, made from the tree of commands itself. */
export function printCompletion(shell: string, program: Command): ExitStatus {
  const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined
  if (script === undefined) {
    const detail = cliMessages.make['unknown-value']({
      option: 'completion',
      value: shell,
      known: Object.keys(SHELLS),
    })
    throw new UsageError('ERR_UNKNOWN_SHELL', detail, cliMessages)
  }
  process.stdout.write(script(wordsByCommand(program)))
  return EXIT.done
}

/** For each command line so far (`''`, `scan`, `checks list`) the words that may follow. */
function wordsByCommand(command: Command, prefix = ''): Map<string, readonly string[]> {
  const names = command.commands.map((child) => child.name())
  const flags = command.options.flatMap((option) => (option.long ? [option.long] : []))
  const words = new Map<string, readonly string[]>([[prefix, [...names, ...flags]]])
  for (const child of command.commands)
    for (const [key, value] of wordsByCommand(child, `${prefix} ${child.name()}`.trim()))
      words.set(key, value)
  return words
}

function bashScript(words: ReadonlyMap<string, readonly string[]>): string {
  const cases = [...words].map(([line, next]) => `    '${line}') words='${next.join(' ')}' ;;`)
  return `_haetae() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in -*) ;; *) case "$line \${COMP_WORDS[i]}" in
${[...words.keys()]
  .filter((line) => line !== '')
  .map((line) => `      ' ${line}'|'${line}') line='${line}' ;;`)
  .join('\n')}
    esac ;; esac
  done
  case "$line" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _haetae haetae kubectl-haetae
`
}

function fishScript(words: ReadonlyMap<string, readonly string[]>): string {
  const lines: string[] = []
  for (const [line, next] of words) {
    const condition =
      line === ''
        ? '__fish_use_subcommand'
        : line
            .split(' ')
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join('; and ')
    for (const word of next)
      lines.push(
        word.startsWith('--')
          ? `complete -c haetae -n '${condition}' -l ${word.slice(2)}`
          : `complete -c haetae -f -n '${condition}' -a ${word}`,
      )
  }
  return `${lines.join('\n')}\n`
}
