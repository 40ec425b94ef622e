import type { Alert } from '../alert.ts'
import { withExactNumbers } from './exact-numbers.ts'

/** How an alert is written into a line. */
export type LineFormat = 'text' | 'jsonl'

/** One alert as a line, without its end. A line of text stays one: line breaks of the output are written as `\n`. */
export function alertLine(alert: Alert, format: LineFormat): string {
  return format === 'jsonl' ? JSON.stringify(withExactNumbers(alert)) : visible(alert.output)
}

/**
 * Control characters, line separators, and what reorders text (Unicode TR 36, 3.2). What an event says may be an
 * attacker's, and must neither rewrite a terminal nor forge a line.
 */
const INVISIBLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Escapes what would not be seen. */
function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => ESCAPES[character] ?? escaped(character))
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
