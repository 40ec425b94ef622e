import { type Bindings, OUT_OF_BUDGET, type Program, type Value } from '../../../cel/index.ts'
import type { Composition } from './composition.ts'

/** What the expressions of one policy may cost together, per binding and parameter (`RuntimeCELCostBudget`). */
export const POLICY_BUDGET = 10_000_000
/** What its matchConditions may, "a quarter of it" (`RuntimeCELCostBudgetMatchConditions`). */
export const CONDITIONS_BUDGET = 2_500_000

/** No further expression is evaluated: the budget is used up. */
export class OutOfBudget extends Error {
  constructor() {
    super(OUT_OF_BUDGET)
    this.name = 'OutOfBudget'
  }
}

/** An expression made ready, or why it could not be. */
export type Expression = { readonly source: string } & (
  | { readonly program: Program }
  | { readonly problem: { readonly message: string } }
)

/** What an expression came to; an error in the API server's words. */
export type Evaluation = { readonly value: Value } | { readonly error: string }

/** One round of a policy's expressions over the same variables, with what is left of its budget. */
export class Round {
  readonly #bindings: Bindings
  #left: number
  #ofVariables = 0

  constructor(composition: Composition, bindings: Bindings, budget: number) {
    this.#left = budget
    this.#bindings = composition.bind(bindings, (cost) => {
      this.#ofVariables += cost
    })
  }

  /** What is left of the budget. */
  get left(): number {
    return this.#left
  }

  /** @throws OutOfBudget where the budget does not cover what it cost */
  evaluate(expression: Expression): Evaluation {
    if ('problem' in expression) return { error: `compilation error: ${expression.problem.message}` }
    const outcome = expression.program.evaluate(this.#bindings)
    this.#left -= outcome.cost + this.#ofVariables
    this.#ofVariables = 0
    if (this.#left < 0) throw new OutOfBudget()
    return 'error' in outcome
      ? { error: `expression '${expression.source}' resulted in error: ${outcome.error}` }
      : { value: outcome.value }
  }
}
