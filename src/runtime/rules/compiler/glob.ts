import { toByteString } from '../../texts/index.ts'
import { isAscii, lowerAscii } from './ascii.ts'

/**
 * Makes a matcher of a shell pattern as fnmatch(3) without flags understands it: `*`, `?` and `[…]` match any byte, a
 * slash as well; a backslash takes the next character for itself. A text of n and a pattern of m characters take at most
 * n × m steps.
 */
export function compileGlob(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  const bytes = isAscii(pattern) ? pattern : toByteString(pattern)
  const tokens = tokenize(ignoreCase ? lowerAscii(bytes) : bytes)
  const match = simpleMatcher(tokens) ?? tokenMatcher(tokens)
  // ASCII is the same in a text and in its bytes; only what stands for any byte has to have them one by one.
  if (isAscii(pattern) && tokens.every(isLiteralOrStar))
    return ignoreCase ? (text) => match(lowerAscii(text)) : match
  if (!ignoreCase) return (text) => match(isAscii(text) ? text : toByteString(text))
  return (text) => match(lowerAscii(isAscii(text) ? text : toByteString(text)))
}

/** A character, a set of characters, `?` or `*`. */
type Token = string | ((code: number) => boolean) | typeof ANY_ONE | typeof ANY_MANY

const ANY_ONE = Symbol('?')
const ANY_MANY = Symbol('*')

/** Patterns that plain string operations answer: no wildcard at all, or only stars at the ends. */
function simpleMatcher(tokens: readonly Token[]): ((text: string) => boolean) | undefined {
  const leading = tokens[0] === ANY_MANY
  const trailing = tokens.length > 1 && tokens[tokens.length - 1] === ANY_MANY
  const middle = tokens.slice(leading ? 1 : 0, trailing ? -1 : undefined)
  if (!middle.every((token) => typeof token === 'string')) return undefined
  const literal = middle.join('')
  if (leading && trailing) return (text) => text.includes(literal)
  if (leading) return (text) => text.endsWith(literal)
  if (trailing) return (text) => text.startsWith(literal)
  return (text) => text === literal
}

function isLiteralOrStar(token: Token): boolean {
  return typeof token === 'string' || token === ANY_MANY
}

/** Most texts are told by how they begin. */
function tokenMatcher(tokens: readonly Token[]): (text: string) => boolean {
  const literals = tokens.findIndex((token) => typeof token !== 'string')
  const start = tokens.slice(0, literals).join('')
  return (text) => text.startsWith(start) && matchTokens(tokens, text)
}

function matchTokens(tokens: readonly Token[], text: string): boolean {
  let token = 0
  let index = 0
  let star = -1
  let starIndex = 0
  while (index < text.length) {
    const current = tokens[token]
    if (current === ANY_MANY) {
      star = token++
      starIndex = index
    } else if (current !== undefined && matchesOne(current, text, index)) {
      token++
      index++
    } else if (star >= 0) {
      token = star + 1
      index = ++starIndex
    } else {
      return false
    }
  }
  while (tokens[token] === ANY_MANY) token++
  return token === tokens.length
}

function matchesOne(token: Token, text: string, index: number): boolean {
  if (token === ANY_ONE) return true
  return typeof token === 'function' ? token(text.charCodeAt(index)) : token === text[index]
}

function tokenize(pattern: string): readonly Token[] {
  const tokens: Token[] = []
  let index = 0
  while (index < pattern.length) {
    const character = pattern[index] ?? ''
    if (character === '*') {
      if (tokens[tokens.length - 1] !== ANY_MANY) tokens.push(ANY_MANY)
      index++
      continue
    }
    const set = character === '[' ? readSet(pattern, index) : undefined
    if (set !== undefined) {
      tokens.push(set.test)
      index = set.end
      continue
    }
    const escaped = character === '\\' && index + 1 < pattern.length
    if (escaped) index++
    tokens.push(!escaped && character === '?' ? ANY_ONE : (pattern[index] ?? ''))
    index++
  }
  return tokens
}

/** `[abc]`, `[!a-z]`, `[[:digit:]]`; without its closing bracket a bracket stands for itself. */
function readSet(
  pattern: string,
  start: number,
): { readonly test: (code: number) => boolean; readonly end: number } | undefined {
  let index = start + 1
  const negated = pattern[index] === '!' || pattern[index] === '^'
  if (negated) index++
  const members: ((code: number) => boolean)[] = []
  for (let first = true; first || pattern[index] !== ']'; first = false) {
    if (index >= pattern.length) return undefined
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(index, index + 12))
    if (named !== null) {
      const charset = CLASSES[named[1] ?? '']
      if (charset !== undefined) members.push((code) => charset.test(String.fromCharCode(code)))
      index += named[0].length
      continue
    }
    if (pattern[index] === '\\' && index + 1 < pattern.length) index++
    const from = pattern.charCodeAt(index++)
    let to = from
    if (pattern[index] === '-' && index + 1 < pattern.length && pattern[index + 1] !== ']') {
      index++
      if (pattern[index] === '\\' && index + 1 < pattern.length) index++
      to = pattern.charCodeAt(index++)
    }
    members.push((code) => code >= from && code <= to)
  }
  return { test: (code) => members.some((has) => has(code)) !== negated, end: index + 1 }
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /\p{Cc}/u,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t\n\v\f\r ]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
}
