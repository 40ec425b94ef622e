import type { ContainerIdentity } from '../../runtime/behavior/index.ts'

/** Which containers an answer is about. */
export interface ContainerFilter {
  readonly container?: readonly string[]
  /** NAMESPACE/NAME or NAME; of the pod, or what its name begins with. */
  readonly pod?: string
  readonly name?: string
}

/** A container as a line names it: its id, and what is known of its pod, name and image. */
export function containerTitle({ id, name, image, pod, namespace }: ContainerIdentity): string {
  const place = pod === '' ? '' : ` ${namespace}/${pod}`
  return `${id}${place}${name === '' ? '' : ` ${name}`}${image === '' ? '' : ` (${image})`}`
}

/**
 * Ids of the containers of which nothing is known but that, where names decide which are meant: any of them may be.
 */
export function namelessOf(filter: ContainerFilter, all: readonly ContainerIdentity[]): readonly string[] {
  if (filter.pod === undefined && filter.name === undefined) return []
  return all
    .filter((each) => each.name === '' && each.pod === '' && each.image === '')
    .filter((each) => isChosen(filter.container === undefined ? {} : { container: filter.container }, each))
    .map(({ id }) => id)
}

/** Whether a container is one of those that are asked for. */
export function isChosen({ container, pod, name }: ContainerFilter, of: ContainerIdentity): boolean {
  if (container !== undefined && !container.some((id) => of.id.startsWith(id.slice(0, 12)))) return false
  if (name !== undefined && of.name !== name) return false
  if (pod === undefined) return true
  const slash = pod.indexOf('/')
  if (slash >= 0 && of.namespace !== pod.slice(0, slash)) return false
  const wanted = pod.slice(slash + 1)
  return of.pod === wanted || of.pod.startsWith(`${wanted}-`)
}
