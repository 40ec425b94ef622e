import { visible } from '../../../findings/index.ts'
import type { Language } from '../../../messages/index.ts'
import { displayWidth } from '../../../messages/index.ts'
import { showMessages } from './messages.ts'
import type { Ranking, Statistics } from './stats.ts'
import type { TableStyle } from './table.ts'

const { make } = showMessages

const LISTS = ['users', 'verbs', 'resources', 'namespaces', 'codes', 'refused'] as const

/** Totals, then a list for each thing that is counted; lists without entries are left out. */
export function statisticsText(
  statistics: Statistics,
  style: TableStyle & { readonly language: Language },
): string {
  const { render, colors, language } = style
  const { events, bytes, first, last } = statistics
  if (events === 0) return `${render(make['no-events']({}))}\n`
  const total = make.total({ events: events.toLocaleString(language), bytes: bytesText(bytes, language) })
  const lines = [colors.bold(render(total))]
  if (first !== undefined && last !== undefined) lines.push(render(make.span({ first, last })))
  for (const list of LISTS) {
    const ranking = statistics[list]
    if (ranking.top.length > 0)
      lines.push('', colors.bold(render(make[list]({}))), ...rankingLines(ranking, style))
  }
  return `${lines.join('\n')}\n`
}

function rankingLines(
  { top, others }: Ranking,
  { render, colors, language }: TableStyle & { readonly language: Language },
): string[] {
  const rows = top.map(({ name, events, bytes }) => ({
    events: events.toLocaleString(language),
    bytes: bytesText(bytes, language),
    name: name === '' ? '""' : visible(name),
  }))
  const width = (column: 'events' | 'bytes') => Math.max(...rows.map((row) => displayWidth(row[column])))
  const [eventsWidth, bytesWidth] = [width('events'), width('bytes')]
  const lines = rows.map(
    ({ events, bytes, name }) =>
      `  ${events.padStart(eventsWidth)}  ${colors.dim(bytes.padStart(bytesWidth))}  ${name}`,
  )
  if (others > 0)
    lines.push(`  ${colors.dim(render(make.others({ count: others.toLocaleString(language) })))}`)
  return lines
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

function bytesText(bytes: number, language: Language): string {
  const power = bytes === 0 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  const digits = power > 0 && value < 10 ? 1 : 0
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return `${value.toLocaleString(language, format)} ${UNITS[power]}`
}
