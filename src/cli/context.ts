import { LANGUAGES, type Language, languageOf } from '../messages/index.ts'

/**
 * The language of this call, needed before the options are parsed since help and usage errors speak it too:
 * `--lang` where it is given, else that of the locale.
 *
 * @returns `unknown`: what `--lang` was given instead of a language
 */
export function languageOfCall(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): { readonly language: Language; readonly unknown?: string } {
  const asked = languageAsked(argv)
  const language = LANGUAGES.find((each) => each === asked)
  if (language !== undefined) return { language }
  const fallback = languageOf(environment)
  return asked === undefined ? { language: fallback } : { language: fallback, unknown: asked }
}

function languageAsked(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--')
  const options = end < 0 ? argv : argv.slice(0, end)
  const at = options.findLastIndex((argument) => argument === '--lang' || argument.startsWith('--lang='))
  const option = options[at]
  return option?.startsWith('--lang=') ? option.slice('--lang='.length) : at < 0 ? undefined : options[at + 1]
}
