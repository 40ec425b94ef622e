import type { FieldPath } from '../../kubernetes/index.ts'
import type { Offence, Revision } from './control.ts'
import { containerSetter, podOffence } from './offences.ts'
import { type AnyContainer, someContainer, visitContainers } from './pod.ts'

/**
 * A revision that forbids some types of a profile which pod and containers choose in the same way. A profile
 * without a type has the type ''.
 */
export function forbiddenProfiles(
  since: number,
  field: 'appArmorProfile' | 'seccompProfile',
  isForbidden: (type: string) => boolean,
): Revision {
  const path: FieldPath = ['securityContext', field, 'type']
  const sets = ({ securityContext }: Pick<AnyContainer, 'securityContext'>) => {
    const profile = securityContext?.[field]
    return profile != null && isForbidden(profile.type ?? '')
  }
  return {
    since,
    forbids: ({ spec }) => {
      const ofPod = spec.securityContext?.[field]
      return (ofPod != null && isForbidden(ofPod.type ?? '')) || someContainer(spec, sets)
    },
    offences({ spec }) {
      const found: Offence[] = []
      const ofPod = spec.securityContext?.[field]
      if (ofPod != null && isForbidden(ofPod.type ?? '')) {
        found.push(podOffence(['spec', ...path], ofPod.type ?? ''))
      }
      visitContainers(spec, (container, list, index) => {
        if (!sets(container)) return
        const values = [container.securityContext?.[field]?.type ?? '']
        found.push({
          setter: containerSetter(container, list, index),
          kind: 'forbidden',
          fields: [path],
          values,
        })
      })
      return found
    },
  }
}
