import { type FieldError, type FieldPath, invalid, required } from '../../../kubernetes/index.ts'
import { formatIdRanges, inRanges } from '../range.ts'
import type { Range, RangesRule } from '../types.ts'
import type { UnusableRule } from './strategy.ts'

/** Which user ids a container may run as ("Pod Security Policies", Users and groups). */
export interface RunAsUserStrategy {
  /** The user id for a container that names none; undefined leaves it so. */
  generate(): number | undefined
  /**
   * @param path - the container's `securityContext`
   * @param runAsNonRoot - in effect, container before pod
   * @param runAsUser - in effect, container before pod
   */
  validate(
    path: FieldPath,
    runAsNonRoot: boolean | undefined,
    runAsUser: number | undefined,
  ): readonly FieldError[]
}

export function createRunAsUserStrategy(options: RangesRule): RunAsUserStrategy | UnusableRule {
  const { rule = '', ranges = [] } = options
  switch (rule) {
    case 'MustRunAs':
      return mustRunAs(ranges)
    case 'MustRunAsNonRoot':
      return mustRunAsNonRoot
    case 'RunAsAny':
      return runAsAny
    default:
      return { unusable: `Unrecognized RunAsUser strategy type ${rule}` }
  }
}

/** "MustRunAs - Requires at least one range to be specified. Uses the minimum value of the first range as the default." */
export function mustRunAs(ranges: readonly Range[]): RunAsUserStrategy | UnusableRule {
  const [first] = ranges
  if (first === undefined) return { unusable: 'MustRunAs requires at least one range' }
  return {
    generate: () => first.min ?? 0,
    validate(path, _runAsNonRoot, runAsUser) {
      if (runAsUser === undefined) return [required([...path, 'runAsUser'], '')]
      if (inRanges(runAsUser, ranges)) return []
      return [invalid([...path, 'runAsUser'], runAsUser, `must be in the ranges: ${formatIdRanges(ranges)}`)]
    },
  }
}

/**
 * "MustRunAsNonRoot - Requires that the pod be submitted with a non-zero runAsUser or have the USER directive defined
 * (using a numeric UID) in the image. Pods which have specified neither runAsNonRoot nor runAsUser settings will be
 * mutated to set runAsNonRoot=true."
 */
export const mustRunAsNonRoot: RunAsUserStrategy = {
  generate: () => undefined,
  validate(path, runAsNonRoot, runAsUser) {
    if (runAsNonRoot === undefined && runAsUser === undefined)
      return [required([...path, 'runAsNonRoot'], 'must be true')]
    if (runAsNonRoot === false) return [invalid([...path, 'runAsNonRoot'], false, 'must be true')]
    if (runAsUser === 0) return [invalid([...path, 'runAsUser'], 0, 'running with the root UID is forbidden')]
    return []
  },
}

/** "RunAsAny - No default provided. Allows any runAsUser to be specified." */
export const runAsAny: RunAsUserStrategy = { generate: () => undefined, validate: () => [] }
