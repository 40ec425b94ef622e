import { type FieldError, invalid } from '../../../kubernetes/index.ts'
import { type RuntimeClassRule, WILDCARD } from '../types.ts'

/** The runtime class for a pod that names none; undefined leaves it so. */
export function generateRuntimeClass(
  rule: RuntimeClassRule | undefined,
  name: string | undefined,
): string | undefined {
  return name ?? rule?.defaultRuntimeClassName
}

/** "An empty list requires the RuntimeClassName field to be unset"; without a rule every name is allowed. */
export function validateRuntimeClass(
  rule: RuntimeClassRule | undefined,
  name: string | undefined,
): FieldError[] {
  if (rule === undefined || name === undefined) return []
  const allowed = rule.allowedRuntimeClassNames ?? []
  if (allowed.includes(WILDCARD) || allowed.includes(name)) return []
  return [invalid(['spec', 'runtimeClassName'], name, '')]
}
