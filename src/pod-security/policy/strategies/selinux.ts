import { type FieldError, type FieldPath, invalid, required } from '../../../kubernetes/index.ts'
import type { SELinuxOptions, SELinuxOptionsRule } from '../types.ts'
import type { UnusableRule } from './strategy.ts'

/** Which SELinux label a pod and its containers run with ("Pod Security Policies", SELinux). */
export interface SELinuxStrategy {
  /** The label for a pod or container that names none; undefined leaves it so. */
  generate(): SELinuxOptions | undefined
  validate(path: FieldPath, options: SELinuxOptions | undefined): readonly FieldError[]
}

export function createSELinuxStrategy(options: SELinuxOptionsRule): SELinuxStrategy | UnusableRule {
  const { rule = '', seLinuxOptions } = options
  switch (rule) {
    case 'MustRunAs':
      if (seLinuxOptions === undefined) return { unusable: 'MustRunAs requires SELinuxOptions' }
      return seLinuxMustRunAs(seLinuxOptions)
    case 'RunAsAny':
      return seLinuxRunAsAny
    default:
      return { unusable: `Unrecognized SELinuxContext strategy type ${rule}` }
  }
}

/** "MustRunAs - Requires seLinuxOptions to be configured. Uses seLinuxOptions as the default. Validates against seLinuxOptions." */
export function seLinuxMustRunAs(expected: SELinuxOptions): SELinuxStrategy {
  return {
    generate: () => expected,
    validate(path, actual) {
      if (actual === undefined) return [required(path, '')]
      const errors: FieldError[] = []
      const { level = '' } = actual
      if (!equalLevels(expected.level ?? '', level))
        errors.push(invalid([...path, 'level'], level, `must be ${expected.level ?? ''}`))
      for (const part of ['role', 'type', 'user'] as const) {
        const value = actual[part] ?? ''
        if (value !== (expected[part] ?? ''))
          errors.push(invalid([...path, part], value, `must be ${expected[part] ?? ''}`))
      }
      return errors
    },
  }
}

/** "RunAsAny - No default provided. Allows any seLinuxOptions to be specified." */
export const seLinuxRunAsAny: SELinuxStrategy = { generate: () => undefined, validate: () => [] }

/** A level is `sensitivity:category,category…`; categories are a set, so their order does not matter. */
function equalLevels(expected: string, actual: string): boolean {
  if (expected === actual) return true
  const [sensitivity, categories] = splitLevel(expected)
  const [actualSensitivity, actualCategories] = splitLevel(actual)
  if (categories === undefined || actualCategories === undefined) return false
  return sensitivity === actualSensitivity && sorted(categories) === sorted(actualCategories)
}

function splitLevel(level: string): [string, string | undefined] {
  const colon = level.indexOf(':')
  return colon < 0 ? [level, undefined] : [level.slice(0, colon), level.slice(colon + 1)]
}

function sorted(categories: string): string {
  return categories.split(',').sort().join()
}
