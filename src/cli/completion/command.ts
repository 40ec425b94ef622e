import type { Command } from 'commander'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'

const SHELLS: Readonly<Record<string, (words: ReadonlyMap<string, Words>) => string>> = {
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

/** What may follow a command line so far. */
interface Words {
  readonly names: readonly string[]
  readonly flags: readonly string[]
}

/** For each command line so far (`''`, `scan`, `checks list`) the words that may follow. */
function wordsByCommand(command: Command, prefix = ''): Map<string, Words> {
  // What can be asked about is what stands beside `help`.
  const named = command.name() === 'help' && command.parent !== null ? command.parent : command
  const names = named.commands.map((child) => child.name())
  const flags = command.options.flatMap((option) => (option.long ? [option.long] : []))
  const words = new Map<string, Words>([[prefix, { names, flags: [...flags, '--help'] }]])
  for (const child of command.commands)
    for (const [key, value] of wordsByCommand(child, `${prefix} ${child.name()}`.trim()))
      words.set(key, value)
  return words
}

/** Options where a `-` is written, names of commands where there are any, else files: as the shell completes them by itself. */
function bashScript(words: ReadonlyMap<string, Words>): string {
  const cases = [...words].map(
    ([line, { names, flags }]) => `    '${line}') names='${names.join(' ')}' flags='${flags.join(' ')}' ;;`,
  )
  return `_haetae() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line='' names='' flags='' i
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
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$names" -- "$current")) ;;
  esac
}
complete -o default -F _haetae haetae kubectl-haetae
`
}

function fishScript(words: ReadonlyMap<string, Words>): string {
  const lines = [...words].flatMap(([line, { names, flags }]) => {
    const condition = fishCondition(line, words)
    return [
      ...names.map((name) => `complete -c haetae -f -n '${condition}' -a ${name}`),
      ...flags.map((flag) => `complete -c haetae -n '${condition}' -l ${flag.slice(2)}`),
    ]
  })
  return `${lines.join('\n')}\n`
}

/** Fish knows which words there are, not their order: `explain` may also stand behind `audit`. */
function fishCondition(line: string, words: ReadonlyMap<string, Words>): string {
  if (line === '') return '__fish_use_subcommand'
  const seen = line.split(' ')
  const groups = words.get('')?.names.filter((group) => words.has(`${group} ${line}`)) ?? []
  const others = line === 'help' ? groups : [...groups, ...(words.get(line)?.names ?? [])]
  const without = others.length === 0 ? [] : [`not __fish_seen_subcommand_from ${others.join(' ')}`]
  return [...seen.map((word) => `__fish_seen_subcommand_from ${word}`), ...without].join('; and ')
}
