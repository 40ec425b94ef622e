import { type FieldPath, formatFieldPath } from '../../kubernetes/index.ts'
import type { PatchOperation } from '../finding.ts'
import { inlineYaml, itemLines, pairLines } from './yaml-lines.ts'

/** One line of a remedy, as in a diff. */
export interface RemedyLine {
  readonly sign: ' ' | '+' | '-'
  readonly text: string
}

/**
 * A patch as a person reads it: the place, then the lines to add or to remove there.
 *
 * @returns e.g. ` spec.containers[0]:`, `+  securityContext:`, `+    runAsNonRoot: true`
 */
export function remedyLines(patch: readonly PatchOperation[]): RemedyLine[] {
  const lines: RemedyLine[] = []
  let place: string | undefined
  for (const operation of patch) {
    if (operation.op === 'move') {
      lines.push({ sign: '-', text: formatFieldPath(operation.from) })
      lines.push({ sign: '+', text: formatFieldPath(operation.path) })
      place = undefined
      continue
    }
    const parent = formatFieldPath(operation.path.slice(0, -1))
    if (parent !== place && parent !== '') lines.push({ sign: ' ', text: `${parent}:` })
    place = parent
    const indent = parent === '' ? '' : '  '
    if (operation.op === 'remove') {
      lines.push({ sign: '-', text: `${indent}${lastPart(operation.path)}` })
      continue
    }
    for (const text of valueLines(operation.path, operation.value))
      lines.push({ sign: '+', text: indent + text })
  }
  return lines
}

function valueLines(path: FieldPath, value: unknown): string[] {
  const last = path.at(-1)
  if (last === undefined) return [inlineYaml(value)]
  return typeof last === 'number' ? itemLines(value) : pairLines(last, value)
}

function lastPart(path: FieldPath): string {
  const last = path.at(-1)
  return typeof last === 'number' ? `[${last}]` : `${last ?? ''}:`
}
