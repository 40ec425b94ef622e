import type {
  Container,
  EphemeralContainer,
  FieldPath,
  PodSpec,
  PodTemplateView,
} from '../kubernetes/index.ts'

/** The three lists of a pod spec that hold containers. */
export type ContainerField = 'initContainers' | 'containers' | 'ephemeralContainers'

/** A container of any of the three lists: they have the same fields wherever a check looks. */
export type AnyContainer = Container | EphemeralContainer

export type ContainerVisitor = (container: AnyContainer, field: ContainerField, index: number) => void

/** In the order in which they can start: init containers (sidecars among them), containers, ephemeral ones. */
const FIELDS: readonly ContainerField[] = ['initContainers', 'containers', 'ephemeralContainers']

/**
 * Visits every container of a pod. No path is built: that is `containerPath`'s part, once there is something
 * to report.
 */
export function forEachContainer(spec: PodSpec, visit: ContainerVisitor): void {
  for (const field of FIELDS) {
    const list: unknown = spec[field]
    if (list !== undefined)
      forEachRecord<AnyContainer>(list, (container, index) => visit(container, field, index))
  }
}

/**
 * Visits the objects of a list, with their indexes. A manifest may hold anything where a list of objects
 * belongs; what is no list, or no object, is not visited.
 */
export function forEachRecord<Item extends object>(
  list: unknown,
  visit: (item: Item, index: number) => void,
): void {
  if (!Array.isArray(list)) return
  for (let index = 0; index < list.length; index++) {
    const item: unknown = list[index]
    if (typeof item === 'object' && item !== null) visit(item as Item, index)
  }
}

/** Path of a container, or of a field in it, from the object's root. */
export function containerPath(
  pod: PodTemplateView,
  field: ContainerField,
  index: number,
  ...rest: readonly (string | number)[]
): FieldPath {
  return [...pod.path, 'spec', field, index, ...rest]
}

/** Path of a field of the pod spec, from the object's root. */
export function specPath(pod: PodTemplateView, ...rest: readonly (string | number)[]): FieldPath {
  return [...pod.path, 'spec', ...rest]
}

/** The container's name as messages show it: empty where the manifest has none. */
export function nameOf(container: AnyContainer): string {
  return typeof container.name === 'string' ? container.name : ''
}

/**
 * Whether an init container is a sidecar, which runs beside the pod's containers as long as they do: "If
 * restartPolicy is Always, the kubelet treats it as a sidecar" (concepts/workloads/pods/sidecar-containers).
 */
export function isSidecar(container: AnyContainer, field: ContainerField): boolean {
  return field === 'initContainers' && container.restartPolicy === 'Always'
}
