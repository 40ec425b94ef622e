import {
  type Bindings,
  type CompileProblem,
  compileTyped,
  DYN,
  type Environment,
  lazyFields,
  type Program,
  type StructDeclaration,
  structType,
  type Type,
} from '../../../cel/index.ts'
import type { NamedExpression } from './definitions.ts'

const VARIABLES = structType('kubernetes.variables')

/** One of the `variables` of a policy: its program, or why it has none. */
type Variable = { readonly program: Program } | { readonly problem: CompileProblem }

/**
 * The variables of a policy (Kubernetes documentation, "Validating Admission Policy", "Variable composition"): "lazily
 * evaluated when they are first referenced", each may refer to those before it.
 */
export class Composition {
  readonly #variables = new Map<string, Variable>()
  readonly #types = new Map<string, Type>()
  readonly #declaration: StructDeclaration

  constructor(variables: readonly NamedExpression[], environment: Environment) {
    this.#declaration = {
      type: VARIABLES,
      field: (name) => this.#types.get(name),
      constructible: false,
    }
    const extended = this.extend(environment)
    for (const { name, expression } of variables) {
      const variable = compileTyped(expression, extended, [])
      this.#variables.set(name, variable)
      this.#types.set(name, 'problem' in variable ? DYN : declared(variable.program.type))
    }
  }

  /** An environment in which `variables` can be named. */
  extend(environment: Environment): Environment {
    return environment.extend({
      variables: { variables: VARIABLES },
      structs: { find: (name) => (name === VARIABLES.name ? this.#declaration : undefined) },
    })
  }

  /**
   * The variable `variables` for one round of expressions: each is worked out once.
   *
   * @param bindings - what the variables' expressions may name
   * @param spent - told of what each costs
   */
  bind(bindings: Bindings, spent: (cost: number) => void): Bindings {
    const all: Record<string, unknown> = { ...bindings }
    all['variables'] = lazyFields(VARIABLES, (name) => {
      const variable = this.#variables.get(name)
      if (variable === undefined) return undefined
      if ('problem' in variable)
        return {
          failure: `composited variable ${JSON.stringify(name)} fails to compile: ${variable.problem.message}`,
        }
      const outcome = variable.program.evaluate(all)
      spent(outcome.cost)
      return 'error' in outcome
        ? { failure: `composited variable ${JSON.stringify(name)} fails to evaluate: ${outcome.error}` }
        : outcome
    })
    return all
  }
}

/** The type that a variable is declared with: of what has no plain one, nothing is known. */
function declared(type: Type): Type {
  if (type.kind === 'list' || type.kind === 'map')
    return { ...type, parameters: type.parameters.map(declared) }
  return type.kind === 'opaque' || type.kind === 'struct' || type.kind === 'type' || type.kind === 'parameter'
    ? DYN
    : type
}
