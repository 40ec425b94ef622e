import { parse as parseGrammar } from '@bufbuild/cel'
import type { Node } from './ast.ts'
import { fromGrammar } from './from-grammar.ts'
import { type Issue, issueAt } from './issue.ts'
import { maskOptionalSyntax } from './optional-marks.ts'
import { SyntaxFault } from './syntax-fault.ts'

/** As the CEL implementation that the API server uses limits it. */
const MAX_CODE_POINTS = 100_000
const MAX_DEPTH = 250

export type Parsed = { readonly node: Node } | { readonly issues: readonly Issue[] }

/**
 * Reads a CEL expression and expands its macros (CEL language definition, "Syntax" and "Macros").
 *
 * The grammar is that of the CEL package; the optional syntax, which it lacks, is taken out before and put back after.
 *
 * @returns the tree, or what is wrong with the expression
 */
export function parseExpression(source: string): Parsed {
  if (source.length > MAX_CODE_POINTS) {
    const size = [...source].length
    if (size > MAX_CODE_POINTS)
      return fail(0, `expression code point size exceeds limit: size: ${size}, limit ${MAX_CODE_POINTS}`)
  }
  const marks = maskOptionalSyntax(source)
  if (marks.fault !== undefined) return fail(marks.fault.at, marks.fault.message)
  if (marks.depth > MAX_DEPTH) return fail(0, `expression recursion limit exceeded: ${MAX_DEPTH}`)
  if (marks.masked.trim() === '') return fail(0, 'Syntax error: the expression is empty')
  try {
    const { expr, sourceInfo } = parseGrammar(marks.masked)
    return { node: fromGrammar(expr, sourceInfo, marks) }
  } catch (error) {
    if (error instanceof SyntaxFault) return fail(error.at, error.message)
    if (error instanceof RangeError) return fail(0, `expression recursion limit exceeded: ${MAX_DEPTH}`)
    if (error instanceof Error) return fail(...syntaxError(error))
    throw error
  }

  function fail(at: number, message: string): Parsed {
    return { issues: [issueAt(source, at, message)] }
  }
}

/** What the grammar complains of: it is told where, and what it found there. */
function syntaxError(error: Error): [at: number, message: string] {
  const { location, rawMessage } = error as {
    location?: { start?: { offset?: number } }
    rawMessage?: string
  }
  return [location?.start?.offset ?? 0, `Syntax error: ${rawMessage ?? error.message}`]
}
