/**
 * The text with the line breaks and comments inside flow collections (`[a, b]`, `{a: b}`) turned into blanks, each character for
 * one, so that offsets stay what they are.
 *
 * YAML 1.2.2 §7.4 wants every line of a flow collection to be indented more than its parent; libyaml and yaml-cpp, which read
 * most of the world's YAML, do not, and `]` in the column of the key is common. A line break in a flow collection outside of
 * quotes means no more than a blank.
 */
export function blankFlowBreaks(text: string): BlankedText {
  const blanks: Breaks = { ranges: [], areSafe: true }
  let at = 0
  let blockIndent = -1
  let awaitsValue = true
  while (at < text.length) {
    const lineEnd = endOfLine(text, at)
    const line = text.slice(at, lineEnd)
    const indent = line.length - line.trimStart().length
    if (line.trim() === '' || (blockIndent >= 0 && indent > blockIndent)) {
      at = lineEnd + 1
      continue
    }
    blockIndent = -1
    const value = valueIn(text, at, lineEnd, awaitsValue)
    if (value === undefined) {
      awaitsValue = /(?::|-|---|[&!]\S*)[ \t\r]*(?:#.*)?$/.test(line)
      at = lineEnd + 1
      continue
    }
    const first = text[value.start] ?? ''
    if (first === '[' || first === '{') at = endOfLine(text, collectBreaks(text, value.start, blanks)) + 1
    else if (first === '"' || first === "'") at = endOfLine(text, endOfQuoted(text, value.start)) + 1
    else {
      if (/^[|>][-+0-9]*[ \t\r]*(?:#.*)?$/.test(text.slice(value.start, lineEnd)))
        blockIndent = value.parentIndent
      at = lineEnd + 1
    }
    awaitsValue = false
  }
  return { text: blanked(text, blanks.ranges), isSame: blanks.areSafe }
}

export interface BlankedText {
  readonly text: string
  /**
   * Whether every break stands between two values. One that stands inside of a plain scalar, or where it decides what is a
   * key or a document, means something else than as many blanks.
   */
  readonly isSame: boolean
}

type Range = readonly [start: number, end: number]

interface Breaks {
  readonly ranges: Range[]
  areSafe: boolean
}

function blanked(text: string, ranges: readonly Range[]): string {
  let result = ''
  let at = 0
  for (const [start, end] of ranges) {
    result += text.slice(at, start) + ' '.repeat(end - start)
    at = end
  }
  return result + text.slice(at)
}

/** Where the value on a line begins, behind dashes, a key, an anchor or a tag; and the column of what it belongs to. */
function valueIn(
  text: string,
  start: number,
  end: number,
  awaitsValue: boolean,
): { start: number; parentIndent: number } | undefined {
  let at = start
  let parent = start
  let isOpen = awaitsValue
  while (at < end && isBlank(text[at])) at++
  for (;;) {
    const rest = text.slice(at, end)
    const property = isOpen ? PROPERTY.exec(rest) : null
    const found = DASH.exec(rest) ?? property ?? KEY.exec(rest)
    if (found === null) break
    if (found !== property) parent = at
    isOpen = true
    at += found[0].length
  }
  return isOpen && at < end && text[at] !== '#' ? { start: at, parentIndent: parent - start } : undefined
}

const DASH = /^-[ \t]+/
const PROPERTY = /^[&!]\S*[ \t]+/
const KEY = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'[\]{}&*!|>%@`,-][^#]*?|-[^\s#]*?)[ \t]*:[ \t]+/

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

/** @returns where the flow collection that begins here ends */
function collectBreaks(text: string, start: number, blanks: Breaks): number {
  let depth = 0
  // The last character that is no blank and in no comment, and whether a break came after it that ends no value.
  let last = ''
  let isBroken = false
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '\n' || character === '\r') {
      blanks.ranges.push([at, at + 1])
      isBroken ||= !BEFORE_VALUE.has(last)
      if (text.startsWith('---', at + 1) || text.startsWith('...', at + 1)) blanks.areSafe = false
      continue
    }
    if (isBlank(character)) continue
    if (character === '#' && /\s/.test(text[at - 1] ?? ' ')) {
      const end = endOfLine(text, at)
      blanks.ranges.push([at, end])
      at = end - 1
      continue
    }
    if (isBroken && !BEHIND_VALUE.has(character)) blanks.areSafe = false
    if (character === ':' && isClosing(last)) blanks.areSafe = false
    isBroken = false
    last = character
    if (character === '[' || character === '{') depth++
    else if (isClosing(character) && --depth === 0) {
      if (IS_KEY.test(text.slice(at + 1, endOfLine(text, at)))) blanks.areSafe = false
      return at
    } else if (isQuote(text, at)) at = endOfQuoted(text, at)
    else {
      // Nothing more is to be seen in the rest of a word.
      WORD.lastIndex = at + 1
      if (!WORD.test(text)) continue
      at = WORD.lastIndex - 1
      last = text[at] ?? ''
    }
  }
  return text.length
}

const WORD = /[\w./-]+/y

const BEFORE_VALUE: ReadonlySet<string> = new Set('[{,')
const BEHIND_VALUE: ReadonlySet<string> = new Set(']},')

/** A collection before a colon: as a key it may have no breaks in most places. */
const IS_KEY = /^[ \t]*:/

function isClosing(character: string): boolean {
  return character === ']' || character === '}'
}

/** A quote opens a string only where a value can begin; inside a plain scalar it is a letter. */
function isQuote(text: string, at: number): boolean {
  const character = text[at]
  if (character !== '"' && character !== "'") return false
  return /[[{,:\s]/.test(text[at - 1] ?? ' ')
}

function endOfQuoted(text: string, start: number): number {
  const quote = text[start]
  for (let at = start + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at++
    else if (text[at] === quote && quote === "'" && text[at + 1] === quote) at++
    else if (text[at] === quote) return at
  }
  return text.length
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}
