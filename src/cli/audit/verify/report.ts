import type pc from 'picocolors'
import type { ChainReport, RecordPosition } from '../../../api-access/audit/index.ts'
import { visible } from '../../../findings/index.ts'
import type { Render } from '../../../messages/index.ts'
import { verifyMessages } from './messages.ts'

const { make } = verifyMessages

const MOST_BREAKS = 20

/** The verdict, up to where the log is valid, each break with its place, and what could not be checked. */
export function verificationText(
  report: ChainReport<RecordPosition>,
  { render, colors }: { readonly render: Render; readonly colors: ReturnType<typeof pc.createColors> },
): string {
  const { first, last, breaks, validTo, unchained, anchors, anchorsChecked } = report
  const lines: string[] = []
  if (first === undefined || last === undefined) lines.push(render(make['no-chain']({})))
  else if (breaks.length === 0)
    lines.push(colors.green(`✓ ${render(make.valid({ first: first.sequence, last: last.sequence }))}`))
  else lines.push(colors.yellow(render(make['valid-to']({ last: validTo }))))
  for (const { kind, sequence, missing, place } of breaks.slice(0, MOST_BREAKS)) {
    const where = place === undefined ? '' : colors.dim(`  ${visible(place.source)}:${place.line}`)
    lines.push(colors.red(`✗ ${render(make[kind]({ sequence, missing }))}`) + where)
  }
  if (breaks.length > MOST_BREAKS)
    lines.push(`  ${render(make.more({ count: breaks.length - MOST_BREAKS }))}`)
  const notes = [
    ...(first !== undefined && first.sequence > 1 ? [make['begins-later']({ first: first.sequence })] : []),
    ...(unchained > 0 && first !== undefined ? [make.unchained({ count: unchained })] : []),
    ...(anchors > 0 ? [make.anchors({ count: anchors, checked: anchorsChecked })] : []),
    ...(anchors === 0 && first !== undefined ? [make['no-anchors']({})] : []),
  ]
  return `${[...lines, ...notes.map((note) => colors.dim(`  ${render(note)}`))].join('\n')}\n`
}
