import type { FieldPath } from '../objects/types.ts'
import { type FieldError, forbidden, invalid, required } from './field-error.ts'
import { qualifiedNameProblems } from './names.ts'
import { validateLabels } from './object-meta.ts'

/** A `metav1.LabelSelector`, as decoded. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>
  readonly matchExpressions: readonly {
    readonly key: string
    readonly operator: string
    readonly values: readonly string[]
  }[]
}

/**
 * Validation of a label selector (apimachinery, `ValidateLabelSelector`).
 *
 * @returns the errors in the API server's order
 */
export function validateLabelSelector(selector: LabelSelector, path: FieldPath): FieldError[] {
  return [
    ...validateLabels(selector.matchLabels, [...path, 'matchLabels']),
    ...selector.matchExpressions.flatMap((expression, index) =>
      validateRequirement(expression, [...path, 'matchExpressions', index]),
    ),
  ]
}

function validateRequirement(
  { key, operator, values }: LabelSelector['matchExpressions'][number],
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = []
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(required([...path, 'values'], "must be specified when `operator` is 'In' or 'NotIn'"))
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.push(
        forbidden([...path, 'values'], "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      )
  } else {
    errors.push(invalid([...path, 'operator'], operator, 'not a valid selector operator'))
  }
  return [...errors, ...qualifiedNameProblems(key).map((problem) => invalid([...path, 'key'], key, problem))]
}
