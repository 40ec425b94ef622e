import { LANGUAGES, type Language, languageOf } from '../messages/index.ts'

/** What a command is told besides its own options. */
export interface CommandContext {
  readonly language: Language
  readonly colour: boolean
  readonly quiet: boolean
}

/**
 * The language of this call, needed before the options are parsed since help and usage errors speak it too:
 * `--lang` where it is given, else that of the locale.
 */
export function languageOfCall(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  const end = argv.indexOf('--')
  const options = end < 0 ? argv : argv.slice(0, end)
  const at = options.findLastIndex((argument) => argument === '--lang' || argument.startsWith('--lang='))
  const value =
    at < 0 ? undefined : options[at]?.includes('=') ? options[at]?.slice('--lang='.length) : options[at + 1]
  return LANGUAGES.find((language) => language === value) ?? languageOf(environment)
}
