import type { FieldPath, PodSpec } from '../../kubernetes/index.ts'
import type { Offence } from './control.ts'
import { containerSetter, podOffence } from './offences.ts'
import { someContainer, visitContainers } from './pod.ts'

/** The two profiles that pod and containers choose in the same way, by `type`. */
type ProfileField = 'appArmorProfile' | 'seccompProfile'

/** Whether pod or container sets a profile of a forbidden type; a profile without a type has the type ''. */
export function setsProfile(
  spec: PodSpec,
  field: ProfileField,
  isForbidden: (type: string) => boolean,
): boolean {
  const ofPod = spec.securityContext?.[field]
  if (ofPod != null && isForbidden(ofPod.type ?? '')) return true
  return someContainer(spec, ({ securityContext }) => {
    const profile = securityContext?.[field]
    return profile != null && isForbidden(profile.type ?? '')
  })
}

/** Those that set a profile of a forbidden type, the pod first. */
export function profileOffences(
  spec: PodSpec,
  field: ProfileField,
  isForbidden: (type: string) => boolean,
): Offence[] {
  const path: FieldPath = ['securityContext', field, 'type']
  const offences: Offence[] = []
  const ofPod = spec.securityContext?.[field]
  if (ofPod != null && isForbidden(ofPod.type ?? '')) {
    offences.push(podOffence(['spec', ...path], ofPod.type ?? ''))
  }
  visitContainers(spec, (container, list, index) => {
    const profile = container.securityContext?.[field]
    if (profile == null || !isForbidden(profile.type ?? '')) return
    const setter = containerSetter(container, list, index)
    offences.push({ setter, kind: 'forbidden', fields: [path], values: [profile.type ?? ''] })
  })
  return offences
}
