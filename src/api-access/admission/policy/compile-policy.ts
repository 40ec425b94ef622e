import { BOOL, compileTyped, DYN, type Environment, type Type } from '../../../cel/index.ts'
import { Composition } from './composition.ts'
import type { PolicySpec } from './definitions.ts'
import type { Expression } from './round.ts'

/** What the two kinds of policies have in common, made ready. */
export interface CompiledBasis {
  readonly composition: Composition
  readonly conditions: readonly { readonly name: string; readonly expression: Expression }[]
  /** Compiles one more of the policy's expressions. */
  readonly compile: (source: string, results: readonly Type[], environment?: Environment) => Expression
}

/**
 * Compiles the variables and matchConditions of a policy. An expression that cannot be compiled is no error yet: it is
 * one for every request that comes to it, as the failure policy says.
 */
export function compileBasis(spec: PolicySpec, environment: Environment): CompiledBasis {
  const withParams = (base: Environment): Environment =>
    spec.paramKind === undefined ? base : base.extend({ variables: { params: DYN } })
  const composition = new Composition(spec.variables ?? [], withParams(environment))
  const full = composition.extend(withParams(environment))
  const compile: CompiledBasis['compile'] = (source, results, other) => {
    const target = other === undefined ? full : composition.extend(withParams(other))
    return { source, ...compileTyped(source, target, results) }
  }
  const conditions = (spec.matchConditions ?? []).map(({ name, expression }) => ({
    name,
    expression: compile(expression, [BOOL]),
  }))
  return { composition, conditions, compile }
}
