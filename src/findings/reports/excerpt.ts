import { displayWidth } from '../../messages/index.ts'
import type { Location } from '../finding.ts'
import type { SourceLines } from '../reported.ts'
import { blanks, visible } from './visible.ts'

/** A source line, and where to put the caret under it. */
export interface Excerpt {
  readonly line: number
  /** The line, cut where it is too long, with nothing invisible in it. */
  readonly text: string
  /** What stands under the text before the finding's column: a number of blanks, or blanks with tabs among them. */
  readonly before: number | string
}

const BEFORE = 60
const AFTER = 100
const PLAIN = /^[\x20-\x7e]*$/

/**
 * The line that a finding stands on. Of a very long line (minified JSON) only the part around the column is
 * looked at.
 *
 * @returns undefined where there is no text at hand, or no such line
 */
export function excerptOf(location: Location, source: SourceLines | undefined): Excerpt | undefined {
  const line = source?.lineAt(location.line)
  if (line === undefined) return undefined
  const column = Math.min(Math.max(location.column - 1, 0), line.length)
  if (line.length <= AFTER && PLAIN.test(line)) return { line: location.line, text: line, before: column }

  const start = column > BEFORE + 40 ? column - BEFORE : 0
  const end = line.length - column > AFTER + 40 ? column + AFTER : line.length
  const before = (start > 0 ? '…' : '') + visible(line.slice(start, column))
  const after = visible(line.slice(column, end)) + (end < line.length ? '…' : '')
  return {
    line: location.line,
    text: before + after,
    before: before.includes('\t') ? blanks(before) : displayWidth(before),
  }
}
