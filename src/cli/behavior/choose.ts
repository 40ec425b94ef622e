import type { ContainerIdentity } from '../../runtime/behavior/index.ts'

/** Which containers an answer is about. */
export interface ContainerFilter {
  /** Beginnings of their ids, or their names. */
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
  const { container, pod, name } = filter
  const byName = container?.some((one) => !ID.test(one)) === true
  if (pod === undefined && name === undefined && !byName) return []
  return all
    .filter((each) => each.name === '' && each.pod === '' && each.image === '')
    .filter((each) => byName || isChosen(container === undefined ? {} : { container }, each))
    .map(({ id }) => id)
}

const ID = /^[0-9a-f]{3,64}$/

/** Whether a choice is made, so that nothing chosen is no answer. */
export function isFiltered({ container, pod, name }: ContainerFilter): boolean {
  return container !== undefined || pod !== undefined || name !== undefined
}

/** Whether a container is one of those that are asked for. */
export function isChosen({ container, pod, name }: ContainerFilter, of: ContainerIdentity): boolean {
  const isOne = (one: string) => of.name === one || (ID.test(one) && of.id.startsWith(one.slice(0, 12)))
  if (container !== undefined && !container.some(isOne)) return false
  if (name !== undefined && of.name !== name) return false
  if (pod === undefined) return true
  const slash = pod.indexOf('/')
  if (slash >= 0 && of.namespace !== pod.slice(0, slash)) return false
  const wanted = pod.slice(slash + 1)
  return of.pod === wanted || of.pod.startsWith(`${wanted}-`)
}
