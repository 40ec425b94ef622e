/** "token" of RFC 9110, §5.6.2: what a method or the name of a header is. */
export const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** What the value of a header in an answer cannot have. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
export const NOT_IN_VALUE = /[\x00-\x08\x0a-\x1f\x7f]/
