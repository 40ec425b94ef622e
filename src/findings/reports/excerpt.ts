import type { Location } from '../finding.ts'
import type { SourceLines } from '../reported.ts'
import { blanks, visible } from './visible.ts'

/** A source line, and what to print under it. */
export interface Excerpt {
  readonly line: number
  /** The line, cut where it is too long, with nothing invisible in it. */
  readonly text: string
  /** Blanks and a caret under the finding's column. */
  readonly caret: string
}

const BEFORE = 60
const AFTER = 100

/**
 * The line that a finding stands on. Of a very long line (minified JSON) only the part around the column is
 * looked at.
 *
 * @returns undefined where there is no text at hand, or no such line
 */
export function excerptOf(location: Location, source: SourceLines | undefined): Excerpt | undefined {
  const full = source?.lineAt(location.line)
  if (full === undefined) return undefined
  const column = Math.min(Math.max(location.column - 1, 0), full.length)
  const start = column > BEFORE + 40 ? column - BEFORE : 0
  const end = full.length - column > AFTER + 40 ? column + AFTER : full.length
  const before = (start > 0 ? '…' : '') + visible(full.slice(start, column))
  const after = visible(full.slice(column, end)) + (end < full.length ? '…' : '')
  return { line: location.line, text: before + after, caret: `${blanks(before)}^` }
}
