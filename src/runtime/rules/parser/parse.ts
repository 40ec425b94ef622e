import type { FilterNode, OperandNode } from './nodes.ts'
import { Parser } from './parser.ts'
import { type FilterSyntaxError, SyntaxProblem } from './syntax-error.ts'

export type ParseResult =
  | { readonly ok: true; readonly ast: FilterNode }
  | { readonly ok: false; readonly error: FilterSyntaxError }

export type ParseOperandResult =
  | { readonly ok: true; readonly node: OperandNode; readonly length: number }
  | { readonly ok: false; readonly error: FilterSyntaxError }

/** How deep parentheses and transformers may stand in one another, and how long a text may be (UTF-16 units). */
const MAX_DEPTH = 300
const MAX_LENGTH = 4 * 1024 * 1024

/**
 * Reads a condition of a Falco rule, macro or filter.
 *
 * @param text the condition; macros stand in it as identifiers, lists as bare words after `in`, `intersects`, `pmatch`
 * @returns the frozen tree, or Falco's message and the place where reading stopped. Never throws.
 * @see libs userspace/libsinsp/filter/parser.h, "Context-free Grammar for Sinsp Filters"
 */
export function parseFilter(text: string): ParseResult {
  if (text.length === 0)
    return { ok: false, error: { message: 'filter input string is empty', position: START } }
  if (text.length > MAX_LENGTH) {
    return { ok: false, error: { message: `exceeded max length limit of ${MAX_LENGTH}`, position: START } }
  }
  const parser = new Parser(text, MAX_DEPTH)
  return attempt(parser, () => ({ ok: true, ast: parser.filter() }))
}

/**
 * Reads a field or a transformer at the beginning of a text, as it stands in an output template behind `%`.
 *
 * @returns the node and how many UTF-16 units of the text it takes; the rest of the text is not looked at
 */
export function parseOperand(text: string): ParseOperandResult {
  const parser = new Parser(text, MAX_DEPTH)
  return attempt(parser, () => ({ ok: true, node: parser.operand(), length: parser.offset() }))
}

const START = Object.freeze({ index: 0, line: 1, column: 1 })

type Failure = { readonly ok: false; readonly error: FilterSyntaxError }

function attempt<T>(parser: Parser, read: () => T): T | Failure {
  try {
    return read()
  } catch (problem) {
    if (!(problem instanceof SyntaxProblem)) throw problem
    return { ok: false, error: Object.freeze({ message: problem.message, position: parser.place() }) }
  }
}
