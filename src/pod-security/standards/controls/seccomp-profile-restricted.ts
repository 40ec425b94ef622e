import type { Control, Revision } from '../control.ts'
import { containerNames, containerSetter, profileOffences, relaxed, setsProfile } from '../offences.ts'
import { containersOf, isWindows, someContainer } from '../pod.ts'
import { containersNamed } from '../wording.ts'
import { describeForbiddenProfiles, isForbiddenSeccompType } from './seccomp-profile-baseline.ts'

const anyPod: Revision = {
  since: 19,
  overrides: ['seccompProfile_baseline'],
  forbids: ({ spec }) =>
    setsProfile(spec, 'seccompProfile', isForbiddenSeccompType) ||
    (spec.securityContext?.seccompProfile == null &&
      someContainer(spec, ({ securityContext }) => securityContext?.seccompProfile == null)),
  offences({ spec }) {
    const explicit = profileOffences(spec, 'seccompProfile', isForbiddenSeccompType)
    // Kubernetes names those that set nothing only where none sets a forbidden profile.
    if (explicit.length > 0 || spec.securityContext?.seccompProfile != null) return explicit
    return containersOf(spec)
      .filter(({ container }) => container.securityContext?.seccompProfile == null)
      .map((at) => ({
        setter: containerSetter(at),
        kind: 'missing',
        paths: [[...at.path, 'securityContext', 'seccompProfile', 'type']],
        values: [],
      }))
  },
}

/**
 * "Seccomp profile must be explicitly set to one of the allowed values. Both the Unconfined profile and the
 * absence of a profile are prohibited." (Pod Security Standards, Restricted, v1.19+). A container needs none
 * where the pod has one. Linux only from v1.25 on: "This is Linux only policy in v1.25+
 * (spec.os.name != windows)".
 */
export const seccompProfileRestricted: Control = {
  id: 'seccompProfile_restricted',
  level: 'restricted',
  revisions: [anyPod, relaxed(anyPod, 25, isWindows)],
  describe(offences) {
    if (offences.some(({ kind }) => kind === 'forbidden')) return describeForbiddenProfiles(offences)
    return {
      reason: 'seccompProfile',
      detail: `pod or ${containersNamed(containerNames(offences))} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
    }
  },
}
