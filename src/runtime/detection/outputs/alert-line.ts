import type { Alert } from '../alert.ts'

/** How an alert is written into a line. */
export type LineFormat = 'text' | 'jsonl'

/** One alert as a line, without its end. A line of text stays one: line breaks of the output are written as `\n`. */
export function alertLine(alert: Alert, format: LineFormat): string {
  return format === 'jsonl' ? JSON.stringify(alert) : visible(alert.output)
}

/**
 * What an event says may be an attacker's: control characters, which could rewrite a terminal or forge further lines, are
 * written as escapes.
 */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => ESCAPES[character] ?? escaped(character))
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\t' }

function escaped(character: string): string {
  return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`
}
