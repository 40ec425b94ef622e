import type pc from 'picocolors'
import { type AuditEvent, timeOf } from '../../../api-access/audit/index.ts'
import { visible } from '../../../findings/index.ts'
import type { Render } from '../../../messages/index.ts'
import { displayWidth } from '../../../messages/index.ts'
import { showMessages } from './messages.ts'
import { objectText } from './object-text.ts'

const { make } = showMessages

const GAP = '  '
/** So many rows are looked at before the first is printed, to know how wide the columns are. */
const ROWS_AHEAD = 200
/** No column but the last two is wider, so that one long name does not push all others away. */
const WIDEST = 44

export interface TableStyle {
  readonly render: Render
  readonly colors: ReturnType<typeof pc.createColors>
}

/** Prints events in columns, without holding more than the first rows. */
export interface EventTable {
  /** @returns the text to print now, which may be empty */
  add(event: AuditEvent): string
  /** @returns what is held back */
  flush(): string
}

export function createTable(style: TableStyle): EventTable {
  const { render, colors } = style
  const header = [make.time, make.user, make.verb, make.code, make.from, make.object].map((title) =>
    render(title({})),
  )
  let held: string[][] | undefined = []
  let widths: readonly number[] = []

  function line(cells: readonly string[], paint: (text: string, column: number) => string): string {
    const padded = cells.map((cell, column) => {
      const fill = column === cells.length - 1 ? 0 : Math.max(0, (widths[column] ?? 0) - displayWidth(cell))
      return paint(cell, column) + ' '.repeat(fill)
    })
    return `${padded.join(GAP)}\n`
  }

  function row(cells: readonly string[]): string {
    return line(cells, (text, column) => (column === CODE_COLUMN ? paintCode(text, colors) : text))
  }

  function flush(): string {
    if (held === undefined) return ''
    const rows = held
    if (rows.length === 0) return ''
    held = undefined
    widths = header.map((title, column) =>
      Math.min(
        WIDEST,
        Math.max(displayWidth(title), ...rows.map((cells) => displayWidth(cells[column] ?? ''))),
      ),
    )
    return line(header, (text) => colors.dim(text)) + rows.map(row).join('')
  }

  return {
    add(event) {
      const cells = cellsOf(event, render)
      if (held === undefined) return row(cells)
      held.push(cells)
      return held.length < ROWS_AHEAD ? '' : flush()
    },
    flush,
  }
}

const CODE_COLUMN = 3

function cellsOf(event: AuditEvent, render: Render): string[] {
  const { user, impersonatedUser, verb = '', responseStatus, stage = '', sourceIPs = [] } = event
  const name = user?.username ?? ''
  const as = impersonatedUser?.username
  return [
    // To the second, as times are spoken of; the jsonl format has them whole.
    timeOf(event).replace(/\.\d+/, ''),
    as === undefined ? name : render(make.impersonating({ user: name, as })),
    verb,
    // Before there is a response, the stage says more.
    responseStatus?.code === undefined ? stage : String(responseStatus.code),
    // "All but the last IP can be arbitrarily set by the client."
    sourceIPs.at(-1) ?? '',
    objectText(event),
  ].map(visible)
}

function paintCode(text: string, colors: TableStyle['colors']): string {
  if (/^[45]\d\d$/.test(text))
    return text.startsWith('5') || /^40[13]$/.test(text) ? colors.red(text) : colors.yellow(text)
  return text
}
