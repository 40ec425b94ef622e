import type { Command, Option } from 'commander'
import { LANGUAGES } from '../../messages/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { CLOSED_VALUES } from './closed-values.ts'

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
  readonly options: readonly OptionWords[]
}

interface OptionWords {
  readonly long: string
  readonly short?: string
  /** Whether a word follows that is its value. */
  readonly takesValue: boolean
  /** All that it takes, where these are few. */
  readonly values: readonly string[]
}

const HELP: OptionWords = { long: '--help', takesValue: false, values: [] }

/** For each command line so far (`''`, `scan`, `checks list`) the words that may follow. */
function wordsByCommand(command: Command, prefix = ''): Map<string, Words> {
  // What can be asked about is what stands beside `help`.
  const named = command.name() === 'help' && command.parent !== null ? command.parent : command
  const names = named.commands.map((child) => child.name())
  const options = command.options.flatMap((option) => wordsOfOption(option, prefix))
  const words = new Map<string, Words>([[prefix, { names, options: [...options, HELP] }]])
  for (const child of command.commands)
    for (const [key, value] of wordsByCommand(child, `${prefix} ${child.name()}`.trim()))
      words.set(key, value)
  return words
}

function wordsOfOption({ long, short, required, optional }: Option, line: string): OptionWords[] {
  if (!long) return []
  const listed = long === '--lang' ? LANGUAGES.join(' ') : CLOSED_VALUES[line]?.[long]
  const values = listed?.split(' ') ?? []
  return [{ long, takesValue: required || optional, values, ...(short && { short }) }]
}

/** Values behind an option that takes one of a few, options where a `-` is written, names of commands where there are any, else files: as the shell completes them by itself. */
function bashScript(words: ReadonlyMap<string, Words>): string {
  const cases = [...words].map(([line, { names, options }]) => {
    const flags = options.map(({ long }) => long)
    return `    '${line}') names='${names.join(' ')}' flags='${flags.join(' ')}' ;;`
  })
  const values = [...words].flatMap(([line, { options }]) =>
    options
      .filter((option) => option.values.length > 0)
      .map(({ long, short, values }) => {
        const behind = [long, short].filter(Boolean).map((flag) => `'${`${line} ${flag}`.trim()}'`)
        return `    ${behind.join('|')}) values='${values.join(' ')}' ;;`
      }),
  )
  return `_haetae() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line='' names='' flags='' values='' option='' before='' i
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
  # Bash takes the = of --format=json for a word of its own, zsh does not.
  option="\${COMP_WORDS[COMP_CWORD-1]}"
  case "$option $current" in
    *' '--*=*) option="\${current%%=*}" before="\${current%%=*}=" current="\${current#*=}" ;;
    *' =') current='' ;;
    '= '*) option="\${COMP_WORDS[COMP_CWORD-2]}" ;;
  esac
  case "\${line:+$line }$option" in
${values.join('\n')}
  esac
  if [ -n "$values" ]; then
    # Of a list, the last.
    case "$current" in *,*) before="$before\${current%,*}," current="\${current##*,}" ;; esac
    COMPREPLY=($(compgen -P "$before" -W "$values" -- "$current"))
    return
  fi
  current="$before$current"
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$names" -- "$current")) ;;
  esac
}
complete -o default -F _haetae haetae kubectl-haetae
`
}

function fishScript(words: ReadonlyMap<string, Words>): string {
  const lines = [...words].flatMap(([line, { names, options }]) => {
    const condition = fishCondition(line, words)
    return [
      ...names.map((name) => `complete -c haetae -f -n '${condition}' -a ${name}`),
      ...options.map((option) => `complete -c haetae -n '${condition}' ${fishOption(option)}`),
    ]
  })
  return `${lines.join('\n')}\n`
}

function fishOption({ long, short, takesValue, values }: OptionWords): string {
  const flags = `${short === undefined ? '' : `-s ${short.slice(1)} `}-l ${long.slice(2)}`
  if (values.length > 0) return `${flags} -x -a '${values.join(' ')}'`
  return takesValue ? `${flags} -r` : flags
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
