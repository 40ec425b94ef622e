/** The languages in which Haetae speaks. English is the fallback. */
export const LANGUAGES = ['en', 'ko'] as const
export type Language = (typeof LANGUAGES)[number]

/** One text in every language: a missing language does not compile. */
export type Localized = { readonly [L in Language]: string }

/**
 * The language asked for by the POSIX locale variables, in their order of precedence
 * (POSIX.1-2017, 8.2: LC_ALL, then the category's variable, then LANG).
 *
 * @param environment - variables such as `process.env`
 * @returns `ko` for any Korean locale (`ko_KR.UTF-8`, `ko`), else `en`
 */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || ''
  return /^ko(?:[-_.@]|$)/i.test(locale) ? 'ko' : 'en'
}
