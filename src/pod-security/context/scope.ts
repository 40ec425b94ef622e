import type { PodTemplateView } from '../../kubernetes/index.ts'
import { asText, type Field, fieldAt, items, under } from './field.ts'
import type { Place } from './setting.ts'

export type Runtime = 'containerd' | 'cri-o'
export type ContainerRole = 'init' | 'sidecar' | 'regular' | 'ephemeral'

/** The fields of a pod from which settings are read. */
export interface PodScope {
  readonly spec: Field
  readonly security: Field
  readonly annotations: Field
  readonly runtime: Runtime
}

/** The fields of one container, and of the pod around it. */
export interface ContainerScope extends PodScope {
  readonly name: string
  readonly role: ContainerRole
  readonly container: Field
  readonly containerSecurity: Field
}

export function podScope(pod: PodTemplateView, runtime: Runtime): PodScope {
  const spec = fieldAt([...pod.path, 'spec'], pod.spec)
  const metadata = fieldAt([...pod.path, 'metadata'], pod.metadata)
  return {
    spec,
    security: under(spec, 'securityContext'),
    annotations: under(metadata, 'annotations'),
    runtime,
  }
}

/** Every container, in the order in which they start: init containers (sidecars among them), regular, ephemeral. */
export function containerScopes(pod: PodScope): readonly ContainerScope[] {
  const lists = ['initContainers', 'containers', 'ephemeralContainers']
  return lists.flatMap((list) =>
    items(under(pod.spec, list)).map((container) => ({
      ...pod,
      name: asText(under(container, 'name')) ?? '',
      role: roleOf(list, container),
      container,
      containerSecurity: under(container, 'securityContext'),
    })),
  )
}

/**
 * The places of a field that exists in both contexts: "Security settings that you specify for a Container apply
 * only to the individual Container, and they override settings made at the Pod level when there is overlap."
 * (Configure a Security Context for a Pod or Container)
 */
export function bothLevels(scope: ContainerScope, ...keys: readonly string[]): readonly Place[] {
  return [...containerLevel(scope, ...keys), { from: 'pod', field: under(scope.security, ...keys) }]
}

/** The place of a field that only a container's security context has. */
export function containerLevel(scope: ContainerScope, ...keys: readonly string[]): readonly Place[] {
  return [{ from: 'container', field: under(scope.containerSecurity, ...keys) }]
}

/** A sidecar is an init container whose own restartPolicy is Always (Sidecar Containers). */
function roleOf(list: string, container: Field): ContainerRole {
  if (list === 'containers') return 'regular'
  if (list === 'ephemeralContainers') return 'ephemeral'
  return under(container, 'restartPolicy').value === 'Always' ? 'sidecar' : 'init'
}
