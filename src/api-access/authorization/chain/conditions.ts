import {
  authorizationEnvironment,
  compileMatchConditions,
  type MatchCondition,
  type MatchConditions,
} from '../../../cel/index.ts'
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  required,
  tooMany,
} from '../../../kubernetes/index.ts'

/** "a maximum of 64 match conditions" */
const MOST = 64

/**
 * Compiles the matchConditions of an authorizer: CEL over `request`, the spec of a SubjectAccessReview.
 *
 * @param path - of the list
 * @returns the errors in the API server's words; `conditions` only where there are some and no errors
 */
export function compileConditions(
  expressions: readonly string[],
  path: FieldPath,
): { readonly errors: readonly FieldError[]; readonly conditions?: MatchConditions } {
  if (expressions.length > MOST) return { errors: [tooMany(path, expressions.length, MOST)] }
  const errors: FieldError[] = []
  const distinct: MatchCondition[] = []
  expressions.forEach((expression, index) => {
    const place = [...path, index, 'expression']
    if (expression.trim() === '') errors.push(required(place, ''))
    else if (distinct.some((other) => other.expression === expression))
      errors.push(duplicate(place, expression))
    else {
      // Each for itself, so that errors stand in the order of the list.
      const condition = { name: `${index}`, expression }
      const compiled = compileMatchConditions([condition], authorizationEnvironment)
      distinct.push(condition)
      if ('problems' in compiled)
        errors.push(...compiled.problems.map(({ message }) => invalid(place, expression, message)))
    }
  })
  if (errors.length > 0 || distinct.length === 0) return { errors }
  const compiled = compileMatchConditions(distinct, authorizationEnvironment)
  return 'conditions' in compiled ? { errors, conditions: compiled.conditions } : { errors }
}
