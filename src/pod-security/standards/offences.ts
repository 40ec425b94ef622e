import type { FieldPath, PodSpec } from '../../kubernetes/index.ts'
import type { Offence, Revision, Setter } from './control.ts'
import { type AnyContainer, type ContainerList, type PodView, someContainer, visitContainers } from './pod.ts'

/** A field of a container that a control forbids or misses. */
interface ContainerRule {
  readonly since: number
  readonly kind: Offence['kind']
  /** From the container to the field. */
  readonly field: FieldPath
  offends(container: AnyContainer): boolean
  /** The offending value as text; only for what is forbidden. */
  value?(container: AnyContainer): string
}

/** A revision that looks at one field of every container, each for itself. */
export function eachContainer(rule: ContainerRule): Revision {
  const { since, kind, offends, value } = rule
  const fields: Offence['fields'] = [rule.field]
  return {
    since,
    forbids: ({ spec }) => someContainer(spec, offends),
    offences({ spec }) {
      const found: Offence[] = []
      visitContainers(spec, (container, list, index) => {
        if (!offends(container)) return
        const values = value === undefined ? NO_VALUES : [value(container)]
        found.push({ setter: containerSetter(container, list, index), kind, fields, values })
      })
      return found
    },
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

/** What a missing field has. */
export const NO_VALUES: readonly string[] = []

export function containerSetter(container: AnyContainer, list: ContainerList, index: number): Setter {
  return { kind: 'container', name: container.name ?? '', list, index }
}

/** What the pod itself forbiddenly sets, the field given from the pod on. */
export function podOffence(field: FieldPath, value: string): Offence {
  return { setter: { kind: 'pod' }, kind: 'forbidden', fields: [field], values: [value] }
}

/** The capabilities that a container adds though it must not, as one offence or none. */
export function addedCapabilities(
  container: AnyContainer,
  list: ContainerList,
  index: number,
  isForbidden: (capability: string) => boolean,
): Offence | undefined {
  const added = container.securityContext?.capabilities?.add
  if (!added?.some(isForbidden)) return undefined
  const fields: FieldPath[] = []
  const values: string[] = []
  added.forEach((capability, item) => {
    if (!isForbidden(capability)) return
    fields.push(['securityContext', 'capabilities', 'add', item])
    values.push(capability)
  })
  return containerOffence(container, list, index, fields, values)
}

/** What a container forbiddenly sets in these fields, undefined where there are none. */
export function containerOffence(
  container: AnyContainer,
  list: ContainerList,
  index: number,
  fields: FieldPath[],
  values: readonly string[],
): Offence | undefined {
  if (!isNonEmpty(fields)) return undefined
  return { setter: containerSetter(container, list, index), kind: 'forbidden', fields, values }
}

/** One offence a container at most, in the order of visiting. */
export function offencesInContainers(
  spec: PodSpec,
  find: (container: AnyContainer, list: ContainerList, index: number) => Offence | undefined,
): Offence[] {
  const found: Offence[] = []
  visitContainers(spec, (container, list, index) => {
    const offence = find(container, list, index)
    if (offence !== undefined) found.push(offence)
  })
  return found
}

export function isNonEmpty<Item>(items: readonly Item[]): items is readonly [Item, ...Item[]] {
  return items.length > 0
}
