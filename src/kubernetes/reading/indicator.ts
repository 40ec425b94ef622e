import { type Event, SCALAR_STYLE } from 'js-yaml'

/** Where a scalar begins: its quote, or the `|` or `>` on the line before a block. */
export function indicatorOf(text: string, { style, valueStart }: Extract<Event, { type: 4 }>): number {
  if (style === SCALAR_STYLE.PLAIN) return valueStart
  if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED) return valueStart - 1
  const header = text.lastIndexOf('\n', valueStart - 2) + 1
  const line = text.slice(header, valueStart)
  const found = /[|>][-+0-9]*[ \t]*(?:#.*)?\r?\n?$/.exec(line)
  return found === null ? valueStart : header + found.index
}
