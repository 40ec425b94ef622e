import type pc from 'picocolors'
import type { Difference, RuleOutcome, SimulationResult, Volume } from '../../api-access/audit/index.ts'
import { visible } from '../../findings/index.ts'
import type { Language, Render } from '../../messages/index.ts'
import { displayWidth } from '../../messages/index.ts'
import { auditMessages } from './messages.ts'

/** What a report needs to know besides the result. */
export interface SimulationSubject {
  readonly policy: string
  readonly against?: string
  /** The line of the policy on which a rule begins. */
  readonly lineOf: (rule: number) => number
}

export interface SimulationStyle {
  readonly render: Render
  readonly colors: ReturnType<typeof pc.createColors>
  readonly language: Language
}

const { make } = auditMessages

/** One JSON document: the `SimulationResult`, with the line of each rule and the number of unreadable records. */
export function simulationJson(
  result: SimulationResult,
  { policy, against, lineOf, problems }: SimulationSubject & { readonly problems: number },
): string {
  const rules = result.rules.map((outcome) => ({
    ...outcome,
    line: outcome.rule === null ? null : lineOf(outcome.rule),
  }))
  return `${JSON.stringify({ policy, against: against ?? null, ...result, rules, problems }, null, 2)}\n`
}

/** Totals, what is lost and gained, each rule's part, and what the log cannot tell. */
export function simulationText(
  result: SimulationResult,
  subject: SimulationSubject,
  style: SimulationStyle,
): string {
  const { render, colors } = style
  const { log, kept, lost, gained, stagesDropped, bodiesDropped, bodiesUnknown, stagesUnknown } = result
  if (log.events === 0) return `${render(make['no-events']({}))}\n`
  const volume = (of: Volume, whole?: Volume) => volumeText(of, style, whole)
  const number = (value: number) => value.toLocaleString(style.language)
  const lines = [
    colors.bold(render(make.log({ volume: volume(log) }))),
    colors.bold(render(make.kept({ volume: volume(kept, log) }))),
  ]
  if (lost.events > 0)
    lines.push(
      '',
      colors.red(render(make.lost({ volume: volume(lost), refused: lost.refused }))),
      ...tops(lost, style),
    )
  if (gained.events > 0)
    lines.push('', colors.green(render(make.gained({ volume: volume(gained) }))), ...tops(gained, style))
  lines.push('', ...ruleTable(result.rules, subject, style), '')
  if (stagesDropped.events > 0) lines.push(render(make['stages-dropped']({ volume: volume(stagesDropped) })))
  if (bodiesDropped.events > 0) lines.push(render(make['bodies-dropped']({ volume: volume(bodiesDropped) })))
  if (bodiesUnknown > 0) lines.push(render(make['bodies-unknown']({ events: number(bodiesUnknown) })))
  if (stagesUnknown > 0) lines.push(render(make['stages-unknown']({ events: number(stagesUnknown) })))
  lines.push(colors.dim(render(make['unseen-requests']({}))))
  return `${lines.join('\n')}\n`
}

function tops({ top }: Difference, style: SimulationStyle): string[] {
  const counts = top.map(({ events }) => events.toLocaleString(style.language))
  const width = Math.max(0, ...counts.map((count) => count.length))
  return top.map(({ what, bytes }, index) => {
    const count = (counts[index] ?? '').padStart(width)
    return `  ${count}  ${visible(what)}  ${style.colors.dim(bytesText(bytes, style.language))}`
  })
}

/** Rules that decided about nothing are shown too: they may be what is wrong. */
function ruleTable(
  outcomes: readonly RuleOutcome[],
  { lineOf }: SimulationSubject,
  { render, colors, language }: SimulationStyle,
): string[] {
  const titles = ['title-rule', 'title-level', 'title-kept', 'title-bytes', 'title-dropped'] as const
  const rows = outcomes.map(({ rule, level, kept, dropped }) => [
    render(rule === null ? make['no-rule']({}) : make.rule({ rule, line: lineOf(rule) })),
    level,
    kept.events.toLocaleString(language),
    bytesText(kept.bytes, language),
    dropped.events.toLocaleString(language),
  ])
  const table = [titles.map((title) => render(make[title]({}))), ...rows]
  const widths = titles.map((_, column) => Math.max(...table.map((row) => displayWidth(row[column] ?? ''))))
  return table.map((row, index) => {
    const cells = row.map((cell, column) => {
      const space = ' '.repeat((widths[column] ?? 0) - displayWidth(cell))
      return column < 2 ? cell + space : space + cell
    })
    const line = cells.join('  ').trimEnd()
    return index === 0 ? colors.dim(line) : line
  })
}

function volumeText(volume: Volume, { render, language }: SimulationStyle, whole?: Volume): string {
  const events = volume.events.toLocaleString(language)
  const percent = (part: number, of: number) => (of === 0 ? 0 : Math.round((part / of) * 100))
  const share =
    whole === undefined
      ? ''
      : ` (${percent(volume.events, whole.events)}%, ${percent(volume.bytes, whole.bytes)}%)`
  return render(make.volume({ events, bytes: bytesText(volume.bytes, language), share }))
}

function bytesText(bytes: number, language: Language): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${value.toLocaleString(language, { maximumFractionDigits: unit === 0 ? 0 : 1 })} ${units[unit]}`
}
