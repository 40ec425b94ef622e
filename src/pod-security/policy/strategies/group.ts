import { type FieldError, type FieldPath, goSlice, invalid } from '../../../kubernetes/index.ts'
import { formatIdRanges, inRanges } from '../range.ts'
import type { Range, RangesRule } from '../types.ts'
import type { UnusableRule } from './strategy.ts'

/** Which group ids are allowed; one strategy serves `runAsGroup`, `fsGroup` and `supplementalGroups`. */
export interface GroupStrategy {
  /** The group id for a pod or container that names none; undefined leaves it so. */
  generate(): number | undefined
  /** @param groups - the ids in effect; undefined where the field is absent */
  validate(path: FieldPath, groups: readonly number[] | undefined): readonly FieldError[]
}

/** @param field - how the API server calls the field in its logs: `RunAsGroup`, `FSGroup`, `SupplementalGroups` */
export function createGroupStrategy(field: string, options: RangesRule): GroupStrategy | UnusableRule {
  const { rule = '', ranges = [] } = options
  switch (rule) {
    case 'MustRunAs':
      return groupMustRunAs(ranges)
    case 'MayRunAs':
      return groupMayRunAs(ranges)
    case 'RunAsAny':
      return groupRunAsAny
    default:
      return { unusable: `Unrecognized ${field} strategy type ${rule}` }
  }
}

/**
 * "MustRunAs - Requires at least one range to be specified. Uses the minimum value of the first range as the default.
 * Validates against all ranges."
 */
export function groupMustRunAs(ranges: readonly Range[]): GroupStrategy | UnusableRule {
  const [first] = ranges
  if (first === undefined) return { unusable: 'ranges must be supplied for MustRunAs' }
  return {
    generate: () => first.min ?? 0,
    validate(path, groups) {
      if (groups === undefined || groups.length === 0)
        return [invalid(path, printed(groups), 'unable to validate empty groups against required ranges')]
      return validateRanges(path, ranges, groups)
    },
  }
}

/**
 * "MayRunAs - Requires at least one range to be specified. Allows the groups to be left unset without providing a
 * default. Validates against all ranges if they are set."
 */
export function groupMayRunAs(ranges: readonly Range[]): GroupStrategy | UnusableRule {
  if (ranges.length === 0) return { unusable: 'ranges must be supplied for MayRunAs' }
  return {
    generate: () => undefined,
    validate: (path, groups) => validateRanges(path, ranges, groups ?? []),
  }
}

/** "RunAsAny - No default provided. Allows any group to be specified." */
export const groupRunAsAny: GroupStrategy = { generate: () => undefined, validate: () => [] }

function validateRanges(path: FieldPath, ranges: readonly Range[], groups: readonly number[]): FieldError[] {
  return groups
    .filter((group) => !inRanges(group, ranges))
    .map((group) =>
      invalid(path, printed(groups), `group ${group} must be in the ranges: ${formatIdRanges(ranges)}`),
    )
}

function printed(groups: readonly number[] | undefined) {
  return goSlice('int64', groups?.map(String))
}
