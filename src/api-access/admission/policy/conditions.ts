import type { Bindings } from '../../../cel/index.ts'
import type { CompiledBasis } from './compile-policy.ts'
import { CONDITIONS_BUDGET, OutOfBudget, Round } from './round.ts'

/**
 * Whether the matchConditions of a policy let it look at a request; `error` where one of them erred and none was false
 * (k8s.io/apiserver, "webhook/matchconditions/matcher.go").
 */
export function meetsConditions(
  { composition, conditions }: CompiledBasis,
  bindings: Bindings,
): boolean | { readonly error: string } {
  if (conditions.length === 0) return true
  const round = new Round(composition, { ...bindings, namespaceObject: null }, CONDITIONS_BUDGET)
  const errors: string[] = []
  try {
    for (const { expression } of conditions) {
      const result = round.evaluate(expression)
      if ('error' in result) errors.push(result.error)
      else if (result.value === false) return false
    }
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return { error: error.message }
  }
  const [first, ...others] = errors
  if (first === undefined) return true
  return { error: others.length === 0 ? first : `[${errors.join(', ')}]` }
}
