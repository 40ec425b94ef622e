import type { Control, Revision } from './control.ts'
import { CONTROLS } from './controls/index.ts'
import { type Level, NEWEST_MINOR, type PolicyVersion } from './version.ts'

/** A control as it stands in one version of the standards. */
export interface VersionedControl {
  readonly control: Control
  readonly revision: Revision
}

/**
 * What a level of a version asks for, in Kubernetes' order. A stricter level asks for what the laxer does, but
 * for baseline controls that a restricted one overrides.
 *
 * @param version - one newer than the newest known is taken for the newest (pod-security-admission, `EvaluatePod`)
 * @returns the same array for the same level and version; empty for `privileged`
 */
export function controlsOf(level: Level, version: PolicyVersion): readonly VersionedControl[] {
  if (level === 'privileged') return NONE
  const minor = version === 'latest' || version > NEWEST_MINOR ? NEWEST_MINOR : version
  return BY_LEVEL[level][minor] ?? NONE
}

const NONE: readonly VersionedControl[] = []

/** For each level an array by minor version. */
const BY_LEVEL = {
  baseline: everyVersion((control) => control.level === 'baseline'),
  restricted: everyVersion(() => true),
}

function everyVersion(belongs: (control: Control) => boolean): readonly (readonly VersionedControl[])[] {
  return Array.from({ length: NEWEST_MINOR + 1 }, (_, minor) => {
    const controls = CONTROLS.filter(belongs).flatMap((control): VersionedControl[] => {
      const revision = control.revisions.findLast(({ since }) => since <= minor)
      return revision === undefined ? [] : [{ control, revision }]
    })
    const overridden = new Set(controls.flatMap(({ revision }) => revision.overrides ?? []))
    return controls.filter(({ control }) => !overridden.has(control.id))
  })
}
