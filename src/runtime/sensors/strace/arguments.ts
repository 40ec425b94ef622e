import { bytesToText } from '../../texts/index.ts'

/** Brackets that are open at once, at most; deeper text is no output of strace. */
const DEEPEST = 200

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/**
 * Splits arguments at the commas between them, up to the bracket that closes the call. Commas in texts, structures, lists
 * comments and paths of descriptors (`3</tmp/a,b>`, with -y) do not count.
 *
 * @param text what stands behind the opening bracket
 * @returns the arguments, and where the text behind the closing bracket begins; undefined where none closes
 */
export function splitArguments(text: string): { args: string[]; end: number } | undefined {
  const args: string[] = []
  const open: string[] = []
  let start = 0
  let at = 0
  while (at < text.length) {
    const character = text.charAt(at)
    if (character === '"') {
      at = endOfText(text, at + 1)
      continue
    }
    if (character === '/' && text.charAt(at + 1) === '*') {
      const end = text.indexOf('*/', at + 2)
      if (end < 0) return undefined
      at = end + 2
      continue
    }
    if (character === '<' && text.charAt(at + 1) === '/') {
      at = endOfPath(text, at)
      continue
    }
    const closing = CLOSING[character]
    if (closing !== undefined) {
      if (open.length >= DEEPEST) return undefined
      open.push(closing)
    } else if (open.length === 0 && character === ')') {
      const last = text.slice(start, at).trim()
      if (last !== '' || args.length > 0) args.push(last)
      return { args, end: at + 1 }
    } else if (character === open[open.length - 1]) open.pop()
    else if (character === ',' && open.length === 0) {
      args.push(text.slice(start, at).trim())
      start = at + 1
    }
    at++
  }
  return undefined
}

/** strace writes `<` and `>` of a path as numbers; what it adds (`3</dev/null<char 1:3>>`, with -yy) has brackets of its own. */
function endOfPath(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '<') depth++
    else if (character === '>' && --depth === 0) return at + 1
  }
  return text.length
}

function endOfText(text: string, start: number): number {
  let at = start
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === QUOTE) return at + 1
    at++
  }
  return at
}

const BACKSLASH = 92
const QUOTE = 34

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  v: '\v',
  f: '\f',
  '"': '"',
  '\\': '\\',
}

/**
 * The text of an argument in quotes, without those; undefined for what is none. What strace cut (`"…"...`) is what is there.
 * strace writes each byte that is not ASCII as a number: those of UTF-8 are joined.
 */
export function textOfArgument(argument: string | undefined): string | undefined {
  if (argument === undefined || !argument.startsWith('"')) return undefined
  const end = endOfText(argument, 1) - 1
  const text = argument.slice(1, end)
  if (!text.includes('\\')) return text
  let hasHighBytes = false
  const unescaped = text.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[ntrvf"\\])/g, (_, code: string) => {
    const known = ESCAPES[code]
    if (known !== undefined) return known
    const byte = code.startsWith('x') ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8) & 0xff
    if (byte < 0x80) return String.fromCharCode(byte)
    hasHighBytes = true
    return String.fromCharCode(0xdc00 + byte)
  })
  return hasHighBytes ? bytesToText(unescaped) : unescaped
}
