import type { Place, Places } from '../../../findings/index.ts'
import type { PodTemplateView } from '../../../kubernetes/index.ts'
import type { Offence } from '../control.ts'
import { containerAt, isWindows } from '../pod.ts'

/**
 * The place under which a detection is recalled that speaks of what containers miss.
 *
 * @returns undefined for other offences, which are rare and told apart by more than their places
 */
export function placeOfMissing(offences: readonly Offence[], places: Places): Place | undefined {
  let joint: Place | undefined
  for (const { kind, setter } of offences) {
    if (kind !== 'missing' || setter.kind !== 'container') return undefined
    const place = places.container(setter.list, setter.index)
    joint = joint === undefined ? place : joint.and(place)
  }
  return joint
}

/**
 * The security contexts of the offending containers and of the pod, and its operating system, as text.
 *
 * @returns undefined where there are none
 */
export function securityContextsOf(
  offences: readonly Offence[],
  { spec }: PodTemplateView,
): string | undefined {
  let text = isWindows(spec) || spec.nodeSelector?.['kubernetes.io/os'] === 'windows' ? 'windows' : ''
  if (spec.securityContext !== undefined) text += JSON.stringify(spec.securityContext)
  for (const { setter } of offences) {
    if (setter.kind !== 'container') continue
    const { securityContext } = containerAt(spec, setter.list, setter.index)
    if (securityContext !== undefined)
      text += ` ${setter.list}${setter.index}${JSON.stringify(securityContext)}`
  }
  return text === '' ? undefined : text
}
