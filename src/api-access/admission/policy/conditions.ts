import type { Bindings } from '../../../cel/index.ts'
import type { Operation } from '../stage.ts'
import type { CompiledBasis } from './compile-policy.ts'
import type { PolicyNotes } from './notes.ts'
import { CONDITIONS_BUDGET, OutOfBudget, Round } from './round.ts'

/**
 * Whether the matchConditions of a policy let it look at a request; `error` where one of them erred and none was false
 * (k8s.io/apiserver, "webhook/matchconditions/matcher.go").
 *
 * @param name - of the policy
 */
export function meetsConditions(
  policy: CompiledBasis,
  bindings: Bindings,
  name: string,
  operation: Operation,
  notes: PolicyNotes,
): boolean | { readonly error: string } {
  if (policy.conditions.length === 0) return true
  const begin = notes.now()
  const { meets, errors } = evaluated(policy, bindings)
  // "filter returning error is unexpected and not an evaluation error": a budget that is used up is not counted.
  if (errors !== undefined) {
    const seconds = (notes.now() - begin) / 1000
    const ending = { name, kind: 'policy', type: 'validate', operation, seconds, isExcluded: false } as const
    notes.conditions.push({ ...ending, errors })
  }
  return meets
}

/** `errors`: how many erred; undefined where the budget is used up. */
function evaluated(
  { composition, conditions }: CompiledBasis,
  bindings: Bindings,
): { readonly meets: boolean | { readonly error: string }; readonly errors: number | undefined } {
  const round = new Round(composition, { ...bindings, namespaceObject: null }, CONDITIONS_BUDGET)
  const errors: string[] = []
  try {
    for (const { expression } of conditions) {
      const result = round.evaluate(expression)
      if ('error' in result) errors.push(result.error)
      else if (result.value === false) return { meets: false, errors: errors.length }
    }
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return { meets: { error: error.message }, errors: undefined }
  }
  const [first, ...others] = errors
  if (first === undefined) return { meets: true, errors: 0 }
  const error = others.length === 0 ? first : `[${errors.join(', ')}]`
  return { meets: { error }, errors: errors.length }
}
