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

/** A container and its place, relative to the pod. */
export interface ContainerAt {
  readonly name: string
  readonly path: FieldPath
  readonly container: AnyContainer
}

/** In the order in which Kubernetes visits them (pod-security-admission, `visitContainers`). */
const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const

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

/** All containers of the pod in the order of visiting, each with its place. */
export function containersOf(spec: PodSpec): ContainerAt[] {
  return CONTAINER_LISTS.flatMap((list) =>
    ((spec[list] ?? []) as readonly (AnyContainer | null)[]).map((item, index) => {
      const container = item ?? NOTHING
      return { name: container.name ?? '', path: ['spec', list, index], container }
    }),
  )
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
