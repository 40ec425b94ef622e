import { type Command, type CommanderError, Help } from 'commander'
import type { Language, Localized } from '../messages/index.ts'
import { displayWidth, withParticle } from '../messages/index.ts'
import { EXIT } from './exit.ts'
import type { Registration } from './program.ts'
import { helpTitles, optionText, programText } from './text.ts'

/** commander's error codes, said in our words; what is in quotes in its message is the word it is about. */
const USAGE_ERRORS: Readonly<Record<string, (word: string) => Localized>> = {
  'commander.unknownOption': (word) => ({
    en: `unknown option ${word}`,
    ko: `알 수 없는 옵션입니다: ${word}`,
  }),
  'commander.unknownCommand': (word) => ({
    en: `unknown command ${word}`,
    ko: `알 수 없는 명령입니다: ${word}`,
  }),
  'commander.missingArgument': (word) => ({
    en: `missing argument ${word}`,
    ko: `인자가 빠졌습니다: ${word}`,
  }),
  'commander.optionMissingArgument': (word) => ({
    en: `option ${word} needs a value`,
    ko: `옵션 ${word}에는 값이 필요합니다`,
  }),
  'commander.invalidArgument': (word) => ({
    en: `option ${word} does not take this value`,
    ko: `옵션 ${word}에 쓸 수 없는 값입니다`,
  }),
  'commander.missingMandatoryOptionValue': (word) => ({
    en: `option ${word} is required`,
    ko: `옵션 ${withParticle(word, '이/가')} 필요합니다`,
  }),
  'commander.excessArguments': () => ({ en: 'too many arguments', ko: '인자가 너무 많습니다' }),
}

/** Makes commander speak the language of the call in help. Commands made below inherit it. */
export function translateHelp(program: Command, language: Language): void {
  program
    .configureHelp({
      styleTitle: (title) => (language === 'ko' ? (helpTitles[title] ?? title) : title),
      commandUsage: (command) => placeholders(new Help().commandUsage(command), language),
      subcommandTerm: (command) => placeholders(new Help().subcommandTerm(command), language),
      optionDescription: (option) =>
        new Help()
          .optionDescription(option)
          .replace('(default: ', language === 'ko' ? '(기본값: ' : '(default: '),
      displayWidth,
      // The gate's flags are as long as the API server's: beside them, too, texts keep to the terminal.
      minWidthToWrap: 20,
    })
    .configureOutput({ outputError: () => undefined })
}

/** `help [command...]`, of the program and of each group of commands: the help of what is named below it. */
export function defineHelp({ program, language, finish }: Registration): void {
  for (const group of commandsOf(program).filter(({ commands }) => commands.length > 0))
    group
      .helpCommand(false)
      .command('help [command...]')
      .description(programText.helpCommand[language])
      .option('--lang <language>', optionText.lang[language])
      .action((names: string[]) => {
        named(group, names).outputHelp()
        finish(EXIT.done)
      })
}

function named(group: Command, [name, ...below]: readonly string[]): Command {
  if (name === undefined) return group
  const found = group.commands.find((command) => command.name() === name)
  if (found !== undefined) return named(found, below)
  return group.error(`unknown command '${name}'`, { code: 'commander.unknownCommand' })
}

/**
 * Tells of usage errors in the language of the call, with the help that is of use, and hands them over instead of ending the
 * process. To be called when all commands are made.
 */
export function tellUsageErrors(program: Command, language: Language): void {
  for (const command of commandsOf(program))
    command.exitOverride((error: CommanderError) => {
      if (error.exitCode !== 0 && error.code !== 'commander.help')
        process.stderr.write(
          `haetae: ERR_USAGE: ${usageError(error)[language]}\n${hint(command, language)}\n`,
        )
      throw error
    })
}

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)]
}

/** The words that commander itself puts into usage lines; the names of arguments are each command's own. */
function placeholders(usage: string, language: Language): string {
  if (language === 'en') return usage
  return usage
    .replaceAll('[options]', '[옵션]')
    .replaceAll('[command]', '[명령]')
    .replaceAll('[command...]', '[명령...]')
}

function usageError(error: CommanderError): Localized {
  const word = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  const said = USAGE_ERRORS[error.code]?.(word) ?? { en: error.message, ko: error.message }
  const nearest = /Did you mean (?:one of )?(.+)\?\)/.exec(error.message)?.[1]
  if (nearest === undefined) return said
  return {
    en: `${said.en}; did you mean ${nearest}?`,
    ko: `${said.ko} (혹시 ${withParticle(nearest, '을/를')} 찾으셨습니까?)`,
  }
}

function hint(command: Command, language: Language): string {
  const call = `${nameOf(command)} --help`
  return language === 'ko' ? `도움말: ${call}` : `See ${call}`
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
}
