import type { Environment } from '../check/environment.ts'
import { PER_CALL_LIMIT, type Program } from '../compile.ts'
import type { Bindings } from '../program/frame.ts'
import { BOOL } from '../types/type.ts'
import { type CompileProblem, compileTyped } from './compile-typed.ts'

/** What all matchConditions of one webhook or policy may cost together (`RuntimeCELCostBudgetMatchConditions`). */
const CONDITIONS_BUDGET = 2_500_000

/** One of `matchConditions`. */
export interface MatchCondition {
  readonly name: string
  readonly expression: string
}

/** Whether a request is to be looked at further; `erred`: how many conditions could not be evaluated until that was clear. */
export type MatchResult = { readonly erred: number } & (
  | { readonly matches: true }
  /** The condition that was false. */
  | { readonly matches: false; readonly condition: string }
  /** None was false, and these erred: what follows is up to the failure policy. */
  | { readonly errors: readonly ConditionError[] }
)

export interface ConditionError {
  readonly condition: string
  /** In the API server's words: `expression 'object.spec.x' resulted in error: no such key: x`. */
  readonly message: string
}

/**
 * The matchConditions of a webhook, a policy or an authorizer (Kubernetes documentation, "Dynamic Admission Control",
 * "Matching requests: matchConditions"): "a match occurs if all of them are true"; if one is false, errors of others
 * do not matter.
 */
export class MatchConditions {
  readonly #conditions: readonly { readonly name: string; readonly program: Program }[]

  constructor(conditions: readonly { readonly name: string; readonly program: Program }[]) {
    this.#conditions = conditions
  }

  /** @param bindings - the variables of the environment that the conditions were compiled in */
  match(bindings: Bindings): MatchResult {
    const errors: ConditionError[] = []
    let left = CONDITIONS_BUDGET
    for (const { name, program } of this.#conditions) {
      const outcome = program.evaluate(bindings, PER_CALL_LIMIT)
      left -= outcome.cost
      if (left < 0) return { errors: [{ condition: name, message: OUT_OF_BUDGET }], erred: errors.length }
      if ('error' in outcome)
        errors.push({
          condition: name,
          message: `expression '${program.source}' resulted in error: ${outcome.error}`,
        })
      else if (outcome.value === false) return { matches: false, condition: name, erred: errors.length }
    }
    const erred = errors.length
    return erred > 0 ? { errors, erred } : { matches: true, erred }
  }
}

export const OUT_OF_BUDGET =
  'validation failed due to running out of cost budget, no further validation rules will be run'

/**
 * Compiles matchConditions.
 *
 * @param environment - `admissionEnvironment` for webhooks and policies, `authorizationEnvironment` for authorizers
 * @returns the conditions, or what is wrong, by the index of the condition
 */
export function compileMatchConditions(
  conditions: readonly MatchCondition[],
  environment: Environment,
):
  | { readonly conditions: MatchConditions }
  | { readonly problems: readonly (CompileProblem & { readonly index: number })[] } {
  const compiled: { name: string; program: Program }[] = []
  const problems: (CompileProblem & { readonly index: number })[] = []
  for (const [index, { name, expression }] of conditions.entries()) {
    const result = compileTyped(expression, environment, [BOOL])
    if ('problem' in result) problems.push({ ...result.problem, index })
    else compiled.push({ name, program: result.program })
  }
  return problems.length > 0 ? { problems } : { conditions: new MatchConditions(compiled) }
}
