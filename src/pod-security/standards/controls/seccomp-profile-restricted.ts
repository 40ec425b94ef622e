import type { Control, Revision } from '../control.ts'
import { eachContainer, relaxed } from '../offences.ts'
import { isWindows } from '../pod.ts'
import { containerNames } from '../setters.ts'
import { containersNamed } from '../wording.ts'
import { describeForbiddenProfiles, forbiddenSeccompProfiles } from './seccomp-profile-baseline.ts'

const silent = eachContainer({
  since: 19,
  kind: 'missing',
  field: ['securityContext', 'seccompProfile', 'type'],
  offends: ({ securityContext }) => securityContext?.seccompProfile == null,
})

const anyPod: Revision = {
  since: 19,
  overrides: ['seccompProfile_baseline'],
  forbids: (pod) =>
    forbiddenSeccompProfiles.forbids(pod) ||
    (pod.spec.securityContext?.seccompProfile == null && silent.forbids(pod)),
  offences(pod) {
    const explicit = forbiddenSeccompProfiles.offences(pod)
    // Kubernetes names those that set nothing only where none sets a forbidden profile.
    const answered = explicit.length > 0 || pod.spec.securityContext?.seccompProfile != null
    return answered ? explicit : silent.offences(pod)
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
