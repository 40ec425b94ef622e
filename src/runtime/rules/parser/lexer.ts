import { unescapeQuoted } from './escaping.ts'

/**
 * Reads tokens off the text, one attempt at a time: a method that finds its token consumes it, keeps it as `last` and
 * answers true; otherwise nothing is consumed. Token classes are those of libs' filter/parser.h.
 */
export class Lexer {
  readonly text: string
  offset = 0
  /** The token read last; Falco names it in its message about a token that nobody expected. */
  last = ''

  constructor(text: string) {
    this.text = text
  }

  atEnd(): boolean {
    return this.offset >= this.text.length
  }

  /** Skips blanks; leaves `last` alone. Backspace is a blank to Falco, vertical tab and form feed are not. */
  blank(): boolean {
    const start = this.offset
    while (isBlank(this.text.charCodeAt(this.offset))) this.offset++
    return this.offset > start
  }

  literal(token: string): boolean {
    if (!this.text.startsWith(token, this.offset)) return false
    this.last = token
    this.offset += token.length
    return true
  }

  /** The first of the tokens that fits. */
  oneOf<T extends string>(tokens: readonly T[]): T | undefined {
    return tokens.find((token) => this.literal(token))
  }

  /** The first of the operators that fits; one that is a word must be followed by a blank, which is consumed. */
  operator<T extends string>(operators: readonly T[]): T | undefined {
    const start = this.offset
    const first = this.text.charCodeAt(start)
    for (const operator of operators) {
      if (operator.charCodeAt(0) !== first || !this.literal(operator)) continue
      if (!isWord(operator) || this.blank()) return operator
      this.offset = start
    }
    return undefined
  }

  /** The name of a transformer with its opening parenthesis, which must follow at once. */
  transformer<T extends string>(names: readonly T[]): T | undefined {
    CALL.lastIndex = this.offset
    if (!CALL.test(this.text)) return undefined
    const called = this.text.slice(this.offset, CALL.lastIndex - 1)
    const name = names.find((candidate) => candidate === called)
    if (name === undefined) return undefined
    this.last = name
    this.offset = CALL.lastIndex
    return name
  }

  not(): boolean {
    return this.matches(NOT)
  }

  identifier(): boolean {
    return this.matches(IDENTIFIER)
  }

  fieldName(): boolean {
    return this.matches(FIELD_NAME)
  }

  fieldArgument(): boolean {
    return this.quoted() || this.matches(FIELD_ARGUMENT)
  }

  number(): boolean {
    return this.matches(HEXADECIMAL) || this.matches(DECIMAL)
  }

  string(): boolean {
    return this.quoted() || this.matches(BARE_STRING)
  }

  /**
   * A quoted string; `last` is its value. A quote right behind a backslash never closes the string, even where that
   * backslash is itself escaped.
   */
  quoted(): boolean {
    const quote = this.text[this.offset]
    if (quote !== '"' && quote !== "'") return false
    for (let end = this.offset + 1; end < this.text.length; end++) {
      const character = this.text[end]
      if (character === '\0') return false
      if (character !== quote || this.text[end - 1] === '\\') continue
      this.last = this.text.slice(this.offset, end + 1)
      this.offset = end + 1
      this.last = unescapeQuoted(this.last)
      return true
    }
    return false
  }

  private matches(pattern: RegExp): boolean {
    pattern.lastIndex = this.offset
    const token = pattern.exec(this.text)?.[0]
    if (token === undefined) return false
    this.last = token
    this.offset += token.length
    return true
  }
}

/** ` `, `\t`, `\b`, `\r`, `\n` */
function isBlank(code: number): boolean {
  return code === 32 || (code >= 8 && code <= 13 && code !== 11 && code !== 12)
}

function isWord(operator: string): boolean {
  return /^[a-z]/.test(operator) && !STANDS_ALONE.has(operator)
}

/** Words that need no blank behind them: `test.op in()`, `test.op existsand macro`. */
const STANDS_ALONE: ReadonlySet<string> = new Set(['exists', 'intersects', 'in', 'pmatch'])

/** What a transformer can look like, with its parenthesis. */
const CALL = /[a-z0-9]+\(/y
const NOT = /not[\t\n\v\f\r ]+/y
const IDENTIFIER = /[a-zA-Z]+[a-zA-Z0-9_]*/y
const FIELD_NAME = /[a-zA-Z]+[a-zA-Z0-9_]*(?:\.[a-zA-Z]+[a-zA-Z0-9_]*)+/y
const FIELD_ARGUMENT = /[^\]["'\t\n\v\f\r ]+/y
const HEXADECIMAL = /0[xX][0-9a-fA-F]+/y
const DECIMAL = /[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/y
const BARE_STRING = /[^()"'\t\n\v\f\r =,]+/y
