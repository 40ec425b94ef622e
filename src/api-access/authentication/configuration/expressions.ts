import {
  BOOL,
  claimsEnvironment,
  compileTyped,
  type Environment,
  type Program,
  userEnvironment,
} from '../../../cel/index.ts'
import { type FieldError, type FieldPath, invalid } from '../../../kubernetes/index.ts'

/** Compiled expressions by the path of their field, e.g. `jwt[0].claimMappings.username.expression`. */
export type Programs = Map<string, Program>

/** A rule must give a bool, a mapping may give anything: what it gives is looked at when a token comes. */
type Purpose = 'claim-rule' | 'claim-mapping' | 'user-rule'

/** @returns what is wrong with the expression, in the API server's words */
export function compileExpression(
  expression: string,
  purpose: Purpose,
  path: FieldPath,
): { readonly program: Program } | { readonly error: FieldError } {
  const environment: Environment = purpose === 'user-rule' ? userEnvironment : claimsEnvironment
  const compiled = compileTyped(expression, environment, purpose === 'claim-mapping' ? [] : [BOOL])
  if ('program' in compiled) return compiled
  const { issues, message } = compiled.problem
  return { error: invalid(path, expression, issues.length > 0 ? message : 'must evaluate to bool') }
}

/** Whether an expression asks for a field of the claims by its name: `claims.email`, `claims.?email`. */
export function usesClaim(expression: string, claim: string): boolean {
  const code = expression.replace(
    /(?:[rR]?)("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\/\/.*/g,
    "''",
  )
  return new RegExp(`(?<![\\w.])claims\\s*\\.\\s*\\??\\s*${claim}(?!\\w)`).test(code)
}
