import { check } from './check/checker.ts'
import type { Environment } from './check/environment.ts'
import { type Bindings, Frame, type Step } from './program/frame.ts'
import { plan } from './program/plan.ts'
import { PlanFault } from './program/plan-fault.ts'
import { type Issue, issueAt } from './syntax/issue.ts'
import { parseExpression } from './syntax/parse.ts'
import type { Type } from './types/type.ts'
import { Cancelled, metered } from './values/meter.ts'
import { Failure, type Value } from './values/value.ts'

/**
 * What one evaluation may cost (k8s.io/apiserver, `PerCallLimit`: "roughly 0.1 second for each expression validation
 * call").
 */
export const PER_CALL_LIMIT = 1_000_000

/** What an evaluation came to. `cost` is counted in either case. */
export type Outcome =
  | { readonly value: Value; readonly cost: number }
  | {
      /** In the API server's words, e.g. `no such key: spec`. */
      readonly error: string
      /** Whether it was stopped because it cost too much. */
      readonly cancelled: boolean
      readonly cost: number
    }

/** A compiled expression. It may be evaluated any number of times. */
export class Program {
  readonly source: string
  /** The type of what it gives; `dyn` where that depends on the values. */
  readonly type: Type
  readonly #step: Step

  constructor(source: string, type: Type, step: Step) {
    this.source = source
    this.type = type
    this.#step = step
  }

  /**
   * Evaluates the expression. It ends: what it may cost and what work it may make are bounded.
   *
   * @param bindings - the variables of the environment; JSON as `JSON.parse` gave it, values, or what is worked out
   *   when it is asked for
   * @param limit - what it may cost; {@link PER_CALL_LIMIT} by default
   * @throws what a lazy variable or an authorizer among the bindings throws
   */
  evaluate(bindings: Bindings, limit: number = PER_CALL_LIMIT): Outcome {
    const frame = new Frame(bindings, limit)
    try {
      const value = metered(() => this.#step.run(frame))
      return value instanceof Failure
        ? { error: value.message, cancelled: false, cost: frame.cost }
        : { value, cost: frame.cost }
    } catch (error) {
      if (error instanceof Cancelled) return { error: error.message, cancelled: true, cost: frame.cost }
      // Too deep a recursion or too long a text: the engine's own limits.
      if (error instanceof RangeError)
        return { error: new Cancelled().message, cancelled: true, cost: frame.cost }
      throw error
    }
  }
}

export type Compiled = { readonly program: Program } | { readonly issues: readonly Issue[] }

/**
 * Compiles a CEL expression: reads it, checks its types, and makes it ready to run.
 *
 * @param expression - at most 100,000 characters
 * @param environment - what it may name
 * @returns the program, or everything that is wrong, with line and column
 */
export function compile(expression: string, environment: Environment): Compiled {
  const parsed = parseExpression(expression)
  if ('issues' in parsed) return parsed
  try {
    const result = check(expression, parsed.node, environment)
    if ('issues' in result) return result
    return { program: new Program(expression, result.checked.type, plan(result.checked)) }
  } catch (error) {
    if (error instanceof PlanFault) return { issues: [issueAt(expression, error.at, error.message)] }
    if (error instanceof RangeError)
      return { issues: [issueAt(expression, 0, 'expression recursion limit exceeded: 250')] }
    throw error
  }
}
