import type { Environment } from '../check/environment.ts'
import { compile, type Program } from '../compile.ts'
import { formatIssues, type Issue } from '../syntax/issue.ts'
import { nameOfType, sameType, type Type } from '../types/type.ts'

/** Why an expression of a configuration is refused, in the API server's words. */
export interface CompileProblem {
  /** `compilation failed: ERROR: <input>:1:3: …` or `must evaluate to bool but got dyn`. */
  readonly message: string
  /** Empty where the expression is sound but of the wrong type. */
  readonly issues: readonly Issue[]
}

/**
 * Compiles an expression that must give certain types, as the expressions of the API's objects must.
 *
 * @param results - any of these; empty for anything. `dyn` is a type of its own: a `bool` that depends on the values is
 *   not known to be one
 */
export function compileTyped(
  expression: string,
  environment: Environment,
  results: readonly Type[],
): { readonly program: Program } | { readonly problem: CompileProblem } {
  const compiled = compile(expression, environment)
  if ('issues' in compiled) {
    const { issues } = compiled
    return { problem: { message: `compilation failed: ${formatIssues(expression, issues)}`, issues } }
  }
  const { type } = compiled.program
  if (results.length === 0 || results.some((result) => sameType(result, type))) return compiled
  const wanted = results.map(nameOfType)
  const message =
    wanted.length === 1
      ? `must evaluate to ${wanted[0]} but got ${nameOfType(type)}`
      : `must evaluate to one of [${wanted.join(' ')}] but got ${nameOfType(type)}`
  return { problem: { message, issues: [] } }
}
