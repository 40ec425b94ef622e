import type { Control, Offence, Wording } from '../control.ts'
import { eachContainer, relaxed } from '../offences.ts'
import { hasUserNamespace } from '../pod.ts'
import { containerNames, valuesOf } from '../setters.ts'
import { containersNamed, joinQuoted, sortedSet } from '../wording.ts'

const anyPod = eachContainer({
  since: 0,
  kind: 'forbidden',
  field: ['securityContext', 'procMount'],
  offends: ({ securityContext }) =>
    securityContext?.procMount != null && securityContext.procMount !== 'Default',
  value: ({ securityContext }) => securityContext?.procMount ?? '',
})

/**
 * "The default /proc masks are set up to reduce attack surface, and should be required." (Pod Security
 * Standards, Baseline). From v1.35 on a pod in a user namespace may unmask its own /proc (KEP-127).
 */
export const procMount: Control = {
  id: 'procMount',
  level: 'baseline',
  revisions: [anyPod, relaxed(anyPod, 35, hasUserNamespace)],
  describe,
}

/** At the restricted level the user namespace makes no difference. */
export const procMountRestricted: Control = {
  id: 'procMount_restricted',
  level: 'restricted',
  revisions: [{ ...anyPod, since: 35, overrides: ['procMount'] }],
  describe,
}

function describe(offences: readonly Offence[]): Wording {
  const types = joinQuoted(sortedSet(valuesOf(offences)))
  return {
    reason: 'procMount',
    detail: `${containersNamed(containerNames(offences))} must not set securityContext.procMount to ${types}`,
  }
}
