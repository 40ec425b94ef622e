import { type FieldError, type FieldPath, goSlice, invalid, notSupported } from '../../../kubernetes/index.ts'
import type { Range, RangesRule } from '../types.ts'

export function validateRunAsUser(path: FieldPath, rule: RangesRule): FieldError[] {
  return validateRangesRule(path, rule, ['MustRunAs', 'MustRunAsNonRoot', 'RunAsAny'])
}

export function validateFSGroup(path: FieldPath, rule: RangesRule): FieldError[] {
  return validateRangesRule(path, rule, ['MayRunAs', 'MustRunAs', 'RunAsAny'])
}

export function validateSupplementalGroups(path: FieldPath, rule: RangesRule): FieldError[] {
  return validateRangesRule(path, rule, ['MayRunAs', 'MustRunAs', 'RunAsAny'])
}

/** Of the four rules about ids only this one may be absent, and only this one ties its ranges to the rule. */
export function validateRunAsGroup(path: FieldPath, options: RangesRule | undefined): FieldError[] {
  if (options === undefined) return []
  const { rule = '', ranges } = options
  const count = ranges?.length ?? 0
  switch (rule) {
    case 'RunAsAny':
      return count === 0 ? [] : [invalid([...path, 'ranges'], printed(ranges), 'Ranges must be empty')]
    case 'MustRunAs':
    case 'MayRunAs':
      if (count > 0) return validateRanges(path, ranges ?? [])
      return [invalid([...path, 'ranges'], printed(ranges), 'must provide at least one range')]
    default:
      return [notSupported([...path, 'rule'], rule, ['MustRunAs', 'RunAsAny', 'MayRunAs'])]
  }
}

function validateRangesRule(
  path: FieldPath,
  { rule = '', ranges = [] }: RangesRule,
  supported: readonly string[],
): FieldError[] {
  return [
    ...(supported.includes(rule) ? [] : [notSupported([...path, 'rule'], rule, supported)]),
    ...validateRanges(path, ranges),
  ]
}

function validateRanges(path: FieldPath, ranges: readonly Range[]): FieldError[] {
  return ranges.flatMap(({ min = 0, max = 0 }, index) => {
    const range = [...path, 'ranges', index]
    return [
      ...(min < 0 ? [invalid([...range, 'min'], min, 'min cannot be negative')] : []),
      ...(max < 0 ? [invalid([...range, 'max'], max, 'max cannot be negative')] : []),
      ...(min > max ? [invalid([...range, 'min'], min, 'min cannot be greater than max')] : []),
    ]
  })
}

function printed(ranges: readonly Range[] | undefined) {
  const elements = ranges?.map(({ min = 0, max = 0 }) => `policy.IDRange{Min:${min}, Max:${max}}`)
  return goSlice('policy.IDRange', elements)
}
