import type { FilterPosition } from './nodes.ts'

/** Why a text is no condition. `message` is Falco's own text, without the place. */
export interface FilterSyntaxError {
  readonly message: string
  readonly position: FilterPosition
}

/** The place as Falco prints it: `index 20, line 1, column 21`. */
export function formatPosition(position: FilterPosition): string {
  return `index ${position.index}, line ${position.line}, column ${position.column}`
}

/** The error as Falco's compiler prints it: `filter error at index 20, line 1, column 21: …`. */
export function formatSyntaxError(error: FilterSyntaxError): string {
  return `filter error at ${formatPosition(error.position)}: ${error.message}`
}

/** Thrown by the lexer and caught by the parser's public functions; never leaves this folder. */
export class SyntaxProblem extends Error {}
