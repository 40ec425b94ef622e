import {
  duplicate,
  type FieldError,
  type FieldPath,
  goQuote,
  goSlice,
  invalid,
  required,
  subdomainProblems,
} from '../../../kubernetes/index.ts'
import { type RuntimeClassRule, WILDCARD } from '../types.ts'

/** "The default MUST be allowed by the allowedRuntimeClassNames list"; `*` "must be the only item in the list". */
export function validateRuntimeClassRule(path: FieldPath, rule: RuntimeClassRule | undefined): FieldError[] {
  if (rule === undefined) return []
  const { allowedRuntimeClassNames: allowed = [], defaultRuntimeClassName: byDefault } = rule
  const allowedPath = [...path, 'allowedRuntimeClassNames']
  const errors = allowed.flatMap((name, index) => [
    ...(name === WILDCARD ? [] : validateName([...allowedPath, index], name)),
    ...(allowed.indexOf(name) < index ? [duplicate([...allowedPath, index], name)] : []),
  ])
  if (byDefault !== undefined) {
    errors.push(...validateName([...path, 'defaultRuntimeClassName'], byDefault))
    if (!allowed.includes(byDefault) && !allowed.includes(WILDCARD))
      errors.push(required(allowedPath, `default ${goQuote(byDefault)} must be allowed`))
  }
  if (allowed.includes(WILDCARD) && allowed.length > 1) {
    const detail = "if '*' is present, must not specify other RuntimeClass names"
    errors.push(invalid(allowedPath, goSlice('string', allowed.map(goQuote)), detail))
  }
  return errors
}

function validateName(path: FieldPath, name: string): FieldError[] {
  return subdomainProblems(name).map((problem) => invalid(path, name, problem))
}
