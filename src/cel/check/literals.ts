import type { Node } from '../syntax/ast.ts'
import { Failure, type Result, type Value } from '../values/value.ts'
import type { FunctionDeclaration, Overload } from './declarations.ts'

/** Which argument of a function, if it is a literal, must be good for it: a fault there can't wait for a request. */
const CHECKED_LITERALS: Readonly<Record<string, number>> = { duration: 0, timestamp: 0, matches: 1 }

/**
 * What is wrong with a literal, such as `duration('1 hour')`: found when the expression is compiled, as Kubernetes does
 * since 1.29 (`ValidateDurationLiterals`, `ValidateTimestampLiterals`, `ValidateRegexLiterals`).
 */
export function literalProblem(
  { name }: FunctionDeclaration,
  overloads: readonly Overload[],
  operands: readonly Node[],
): { readonly at: number; readonly message: string } | undefined {
  const index = CHECKED_LITERALS[name]
  const operand = index === undefined ? undefined : operands[index]
  if (operand?.kind !== 'constant' || typeof operand.value !== 'string') return undefined
  const call = overloads[0]?.call as ((...args: Value[]) => Result) | undefined
  const tried = index === 0 ? call?.(operand.value) : call?.('', operand.value)
  return tried instanceof Failure ? { at: operand.at, message: `invalid ${name} argument` } : undefined
}
