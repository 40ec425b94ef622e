import type { FieldPath } from '../../kubernetes/index.ts'
import type { Finding } from '../finding.ts'
import type { SourceLines } from '../reported.ts'
import { inlineYaml, stringYaml } from './yaml-lines.ts'

/** A change of text; 1-based, the end not included. */
export interface LineFix {
  readonly startLine: number
  readonly startColumn: number
  readonly endLine: number
  readonly endColumn: number
  readonly text: string
}

/** `key: value # comment` of block YAML, the value a plain or quoted scalar on this line alone. */
const FIELD =
  /^(["']?)([\w./-]+)\1(:[ \t]+)("[^"\\]*"|'[^']*'|[^\s#&*!|>{}[\],'"%@`?-][^#,{}[\]"']*?)?[ \t]*(?:#.*)?$/

/**
 * The remedy as a change of the very line that the finding stands on: a scalar replaced, a field renamed or
 * removed. Other remedies need the document's structure (see `fixes/`).
 *
 * @returns undefined where the remedy is not of that kind, or the line not of that form
 */
export function lineFix(
  { location, remediation }: Finding,
  source: SourceLines | undefined,
): LineFix | undefined {
  const [operation, second] = remediation?.patch ?? []
  if (operation === undefined || second !== undefined || source === undefined) return undefined
  const path = operation.op === 'move' ? operation.from : operation.path
  if (!samePath(path, location.path)) return undefined
  const { line, column } = location
  const text = source.lineAt(line)
  const [, quote = '', key = '', gap = '', value = ''] = FIELD.exec(text?.slice(column - 1) ?? '') ?? []
  if (text === undefined || key !== path.at(-1) || value === '' || continues(source, line, column))
    return undefined

  const keyEnd = column + key.length + 2 * quote.length
  switch (operation.op) {
    case 'move': {
      const name = operation.path.at(-1)
      if (typeof name !== 'string' || !samePath(operation.path.slice(0, -1), path.slice(0, -1)))
        return undefined
      const written = quote === '' ? stringYaml(name) : `${quote}${name}${quote}`
      return { startLine: line, startColumn: column, endLine: line, endColumn: keyEnd, text: written }
    }
    case 'remove':
      // The first field of a list's item shares its line with the dash.
      if (text.slice(0, column - 1).trim() !== '' || source.lineAt(line + 1) === undefined) return undefined
      return { startLine: line, startColumn: 1, endLine: line + 1, endColumn: 1, text: '' }
    default: {
      if (typeof operation.value === 'object' && operation.value !== null) return undefined
      const startColumn = keyEnd + gap.length
      const written = inlineYaml(operation.value)
      return {
        startLine: line,
        startColumn,
        endLine: line,
        endColumn: startColumn + value.length,
        text: written,
      }
    }
  }
}

/** Whether the value goes on on the next line, which is then indented further than the key. */
function continues(source: SourceLines, line: number, column: number): boolean {
  const next = source.lineAt(line + 1) ?? ''
  return next.trim() !== '' && next.length - next.trimStart().length >= column
}

function samePath(left: FieldPath, right: FieldPath): boolean {
  return left.length === right.length && left.every((part, index) => part === right[index])
}
