import { type Command, type CommanderError, Help } from 'commander'
import type { Language, Localized } from '../messages/index.ts'
import { withParticle } from '../messages/index.ts'
import { helpTitles } from './text.ts'

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

/**
 * Makes commander speak the language of the call, in help and in errors, and hand errors over instead of ending
 * the process. Commands made below inherit it.
 */
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
    })
    .configureOutput({ outputError: () => undefined })
    .exitOverride((error: CommanderError) => {
      if (error.exitCode !== 0 && error.code !== 'commander.help')
        process.stderr.write(`haetae: ERR_USAGE: ${usageError(error)[language]}\n${hint(language)}\n`)
      throw error
    })
}

/** The words that commander itself puts into usage lines; the names of arguments are each command's own. */
function placeholders(usage: string, language: Language): string {
  if (language === 'en') return usage
  return usage.replaceAll('[options]', '[옵션]').replaceAll('[command]', '[명령]')
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

function hint(language: Language): string {
  return language === 'ko' ? '도움말: haetae --help' : 'See haetae --help'
}
