import type { FieldPath, PodSpec } from '../../kubernetes/index.ts'
import type { Offence, Revision } from './control.ts'
import { type AnyContainer, type ContainerAt, containersOf, type PodView, someContainer } from './pod.ts'
import { containersNamed } from './wording.ts'

/** A field of a container that a control forbids or misses. */
interface ContainerRule {
  readonly since: number
  readonly overrides?: readonly string[]
  readonly kind: Offence['kind']
  /** From the container to the field. */
  readonly field: FieldPath
  offends(container: AnyContainer): boolean
  /** The offending value as text; only for what is forbidden. */
  value?(container: AnyContainer): string
}

/** A revision that looks at one field of every container, each for itself. */
export function eachContainer(rule: ContainerRule): Revision {
  return {
    since: rule.since,
    ...(rule.overrides && { overrides: rule.overrides }),
    forbids: ({ spec }) => someContainer(spec, rule.offends),
    offences: ({ spec }) =>
      containersOf(spec)
        .filter(({ container }) => rule.offends(container))
        .map((at) => ({
          setter: containerSetter(at),
          kind: rule.kind,
          paths: [[...at.path, ...rule.field]],
          values: rule.value === undefined ? [] : [rule.value(at.container)],
        })),
  }
}

/** The same revision from a later version on, but not for pods of which the condition holds. */
export function relaxed(
  revision: Revision,
  since: number,
  exempt: (spec: PodView['spec']) => boolean,
): Revision {
  return {
    since,
    ...(revision.overrides && { overrides: revision.overrides }),
    forbids: (pod) => !exempt(pod.spec) && revision.forbids(pod),
    offences: (pod) => (exempt(pod.spec) ? [] : revision.offences(pod)),
  }
}

export function containerSetter({ name, path }: ContainerAt): Offence['setter'] {
  return { kind: 'container', name, path }
}

/** The names of the containers among the setters, in order; a name that two containers have stands twice. */
export function containerNames(offences: readonly Offence[]): string[] {
  return offences.flatMap(({ setter }) => (setter.kind === 'container' ? [setter.name] : []))
}

export function valuesOf(offences: readonly Offence[]): string[] {
  return offences.flatMap(({ values }) => values)
}

/** `pod`, `container "a"`, `pod and containers "a", "b"`. */
export function setters(offences: readonly Offence[]): string {
  const parts = offences.some(({ setter }) => setter.kind === 'pod') ? ['pod'] : []
  const names = containerNames(offences)
  if (names.length > 0) parts.push(containersNamed(names))
  return parts.join(' and ')
}

/** What the pod itself forbiddenly sets, the field given from `spec` on. */
export function podOffence(field: FieldPath, value: string): Offence {
  return { setter: { kind: 'pod' }, kind: 'forbidden', paths: [['spec', ...field]], values: [value] }
}

/** The names of the volumes among the setters, in order. */
export function volumeNames(offences: readonly Offence[]): string[] {
  return offences.flatMap(({ setter }) => (setter.kind === 'volume' ? [setter.name] : []))
}

type AnnotationOffence = Offence & { readonly setter: { readonly kind: 'annotation' } }

export function isAnnotation(offence: Offence): offence is AnnotationOffence {
  return offence.setter.kind === 'annotation'
}

/** The capabilities that a container adds though it must not, as one offence or none. */
export function addedCapabilities(at: ContainerAt, isForbidden: (capability: string) => boolean): Offence[] {
  const paths: FieldPath[] = []
  const values: string[] = []
  for (const [index, capability] of (at.container.securityContext?.capabilities?.add ?? []).entries()) {
    if (!isForbidden(capability)) continue
    paths.push([...at.path, 'securityContext', 'capabilities', 'add', index])
    values.push(capability)
  }
  return nonEmpty(paths) ? [{ setter: containerSetter(at), kind: 'forbidden', paths, values }] : []
}

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
  const ofPod = spec.securityContext?.[field]
  const offences: Offence[] = []
  if (ofPod != null && isForbidden(ofPod.type ?? '')) {
    offences.push(podOffence(['securityContext', field, 'type'], ofPod.type ?? ''))
  }
  for (const at of containersOf(spec)) {
    const profile = at.container.securityContext?.[field]
    if (profile == null || !isForbidden(profile.type ?? '')) continue
    const path = [...at.path, 'securityContext', field, 'type']
    offences.push({
      setter: containerSetter(at),
      kind: 'forbidden',
      paths: [path],
      values: [profile.type ?? ''],
    })
  }
  return offences
}

export function nonEmpty<Item>(items: Item[]): items is [Item, ...Item[]] {
  return items.length > 0
}
