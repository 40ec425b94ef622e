import type { ReportedFinding } from '../reported.ts'
import type { Reporter, ReportSink } from './reporter.ts'
import type { RepeatedObject, Stencil } from './stencil.ts'

/** A report, and where it is written. */
export interface Outlet {
  readonly reporter: Pick<Reporter, 'finding' | 'ownTexts'>
  readonly sink: Pick<ReportSink, 'beginStencil' | 'endStencil' | 'writeStencil'>
}

/**
 * Reports all findings of one object, and keeps what was written.
 *
 * @param line - on which the object's document begins
 * @returns for each outlet what `repeatFindings` needs; undefined where one of them could not keep it
 */
export function recordFindings(
  outlets: readonly Outlet[],
  findings: readonly ReportedFinding[],
  line: number,
): Stencil[] | undefined {
  const stencils: Stencil[] = []
  for (const { reporter, sink } of outlets) {
    sink.beginStencil(line)
    for (const finding of findings) reporter.finding(finding)
    const stencil = sink.endStencil()
    if (stencil !== undefined && reporter.ownTexts !== undefined) stencils.push(stencil)
  }
  return stencils.length === outlets.length ? stencils : undefined
}

/**
 * Reports of another object what was recorded of one, to the same outlets.
 *
 * @param stencils - of which those are replaced that did not fit
 */
export function repeatFindings(
  outlets: readonly Outlet[],
  stencils: Stencil[],
  object: RepeatedObject,
): void {
  for (const [index, stencil] of stencils.entries()) {
    const { reporter, sink } = outlets[index] as Outlet
    stencils[index] = sink.writeStencil(stencil, reporter.ownTexts?.(object) ?? [], object.line)
  }
}
