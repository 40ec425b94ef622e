import type { Container, EphemeralContainer, FieldPath, Pod } from '../../kubernetes/index.ts'

/** A container of any sort with its place in the pod. */
export interface PlacedContainer {
  readonly path: FieldPath
  readonly container: Container | EphemeralContainer
}

/** The lists of containers in the order in which the API server visits them. */
export const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const

/** All containers of a pod: init, ordinary, ephemeral. */
export function containersOf(pod: Pod): PlacedContainer[] {
  return CONTAINER_LISTS.flatMap((list) =>
    items<Container | EphemeralContainer>(pod.spec?.[list]).map((container, index) => ({
      path: ['spec', list, index],
      container,
    })),
  )
}

/**
 * The elements of a list that may be absent or null, as the API server's decoder gives them: a null element is an
 * object without fields.
 */
export function items<Item>(list: readonly Item[] | null | undefined): readonly Item[] {
  if (!Array.isArray(list)) return []
  return list.includes(null) ? list.map((item) => item ?? {}) : list
}

/** A value whose JSON null counts as absent. */
export function given<Value>(value: Value | null | undefined): Value | undefined {
  return value ?? undefined
}
