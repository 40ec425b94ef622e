import { type FieldError, type FieldPath, notSupported } from '../../../kubernetes/index.ts'
import type { SELinuxOptionsRule } from '../types.ts'

const RULES = ['MustRunAs', 'RunAsAny']

export function validateSELinuxRule(path: FieldPath, { rule = '' }: SELinuxOptionsRule): FieldError[] {
  return RULES.includes(rule) ? [] : [notSupported([...path, 'rule'], rule, RULES)]
}
