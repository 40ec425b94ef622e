import type { Container, EphemeralContainer, FieldPath, ObjectMeta, PodSpec } from '../../kubernetes/index.ts'

/** What is judged: a pod, or the pod template of a workload. A `PodTemplateView` is one. */
export interface PodView {
  readonly metadata?: ObjectMeta
  readonly spec: PodSpec
  /** Where the pod stands in its object: empty or absent for a Pod, `spec.template` for a Deployment. */
  readonly path?: FieldPath
}

/** Any container of a pod: the fields that the controls look at are the same in all three lists. */
export type AnyContainer = Container | EphemeralContainer

/** The three lists of containers that a pod has. */
export type ContainerList = 'initContainers' | 'containers' | 'ephemeralContainers'

/** What `visitContainers` calls back with: a container and its place. */
export type ContainerVisitor = (container: AnyContainer, list: ContainerList, index: number) => void

/** An empty item of a list is decoded as a container without any field. */
const NOTHING: AnyContainer = {}

/** Whether the test holds for some container. Allocates nothing: it runs for every control of every pod. */
export function someContainer(spec: PodSpec, test: (container: AnyContainer) => boolean): boolean {
  return (
    someOf(spec.initContainers, test) ||
    someOf(spec.containers, test) ||
    someOf(spec.ephemeralContainers, test)
  )
}

/**
 * Calls back for all containers of the pod: init, regular, then ephemeral ones, as Kubernetes does
 * (pod-security-admission, `visitContainers`), whose texts name them in this order.
 */
export function visitContainers(spec: PodSpec, visit: ContainerVisitor): void {
  visitEach(spec.initContainers, 'initContainers', visit)
  visitEach(spec.containers, 'containers', visit)
  visitEach(spec.ephemeralContainers, 'ephemeralContainers', visit)
}

/** The container at a place that was told by `visitContainers`. */
export function containerAt(spec: PodSpec, list: ContainerList, index: number): AnyContainer {
  return spec[list]?.[index] ?? NOTHING
}

/** Whether the pod says that it runs on Windows nodes (`spec.os.name`, Kubernetes 1.23 and newer). */
export function isWindows(spec: PodSpec): boolean {
  return spec.os?.name === 'windows'
}

/** Whether the pod has a user namespace of its own ("User Namespaces", `hostUsers: false`). */
export function hasUserNamespace(spec: PodSpec): boolean {
  return spec.hostUsers === false
}

function someOf(
  containers: readonly AnyContainer[] | undefined,
  test: (container: AnyContainer) => boolean,
): boolean {
  if (containers === undefined || containers === null) return false
  for (let index = 0; index < containers.length; index++) {
    if (test(containers[index] ?? NOTHING)) return true
  }
  return false
}

function visitEach(
  containers: readonly AnyContainer[] | undefined,
  list: ContainerList,
  visit: ContainerVisitor,
): void {
  if (containers === undefined || containers === null) return
  for (let index = 0; index < containers.length; index++) visit(containers[index] ?? NOTHING, list, index)
}
