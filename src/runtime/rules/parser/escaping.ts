import { bytesToText } from '../../texts/index.ts'
import { SyntaxProblem } from './syntax-error.ts'

/**
 * The value as Falco prints it in a condition: as it is, or in double quotes when it has a blank, a quote, a backslash, a
 * control character that has an escape, or NUL (libs, filter/escaping.cpp).
 */
export function escapeValue(value: string): string {
  if (!NEEDS_QUOTES.test(value)) return value
  return `"${value.replace(ESCAPED, (character) => ESCAPES[character] ?? character)}"`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL and backspace are among the characters that need quotes
const NEEDS_QUOTES = /[\b\f\n\r\t \\"'\x00]/

const ESCAPED = /[\b\f\n\r\t\\"]/g

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
  '"': '\\"',
}

/**
 * The value of a quoted string, quotes included in `quoted`. A byte written as `\xHH` that makes no valid UTF-8 with its
 * neighbours becomes a lone surrogate (see bytes.ts).
 *
 * @throws SyntaxProblem for an escape that Falco does not know
 */
export function unescapeQuoted(quoted: string): string {
  const quote = quoted[0] ?? ''
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  let text = ''
  const end = quoted.length - 1
  let hasHighBytes = false
  for (let index = 1; index < end; index++) {
    const character = quoted[index] ?? ''
    if (character !== '\\' || index + 1 >= end) {
      if (character !== '\\') text += character
      continue
    }
    index++
    const letter = quoted[index] ?? ''
    if (letter === 'x') {
      const byte = hexByte(quoted, index + 1, end)
      hasHighBytes ||= byte >= 0x80
      text += byte < 0x80 ? String.fromCharCode(byte) : String.fromCharCode(0xdc00 + byte)
      index += 2
      continue
    }
    text += unescaped(letter, quote)
  }
  return hasHighBytes ? bytesToText(text) : text
}

/** `\xHH`: exactly two hexadecimal digits. */
function hexByte(quoted: string, start: number, end: number): number {
  const digits = quoted.slice(start, Math.min(start + 2, end))
  if (!/^[0-9a-fA-F]{2}$/.test(digits)) {
    throw new SyntaxProblem('invalid \\x escape: expected two hex digits')
  }
  return Number.parseInt(digits, 16)
}

function unescaped(letter: string, quote: string): string {
  const plain = UNESCAPES[letter]
  if (plain !== undefined) return plain
  if (letter === '"' || letter === "'") {
    if (letter === quote) return letter
    throw new SyntaxProblem(`invalid \\${letter} escape in ${quote}-quoted string`)
  }
  throw new SyntaxProblem(`unsupported string escape sequence: \\${letter}`)
}

const UNESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  // Falco takes an escaped blank for a backslash, for the sake of rules that were written so.
  ' ': '\\',
  '\\': '\\',
  '/': '/',
}
