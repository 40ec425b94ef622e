import type { Container, EphemeralContainer, Pod } from '../../../../kubernetes/index.ts'

/** The lists of a pod's containers in the order in which the API server visits them. */
export const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const
export type ContainerList = (typeof CONTAINER_LISTS)[number]

export type AnyContainer = Container | EphemeralContainer

/** The pod with each container of the lists replaced; the same pod where none changes. */
export function mapContainers(
  pod: Pod,
  lists: readonly ContainerList[],
  change: (container: AnyContainer, list: ContainerList) => AnyContainer,
): Pod {
  let { spec } = pod
  for (const list of lists) {
    const before: readonly AnyContainer[] = spec?.[list] ?? []
    const after = before.map((container) => change(container, list))
    if (after.some((container, index) => container !== before[index])) spec = { ...spec, [list]: after }
  }
  return spec === pod.spec || spec === undefined ? pod : { ...pod, spec }
}

/** All containers of a pod. */
export function containersOf(pod: Pod, lists: readonly ContainerList[] = CONTAINER_LISTS): AnyContainer[] {
  return lists.flatMap((list): readonly AnyContainer[] => pod.spec?.[list] ?? [])
}
