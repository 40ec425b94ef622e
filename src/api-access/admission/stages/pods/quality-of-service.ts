import type { Pod } from '../../../../kubernetes/index.ts'
import { containersOf } from './containers.ts'
import { hasPodLevelResources } from './pod-level-resources.ts'
import { resourceListOf } from './resource-list.ts'

/**
 * "For a Pod to be given a QoS class of BestEffort, the Containers in the Pod must not have any memory or CPU limits or
 * requests" (Kubernetes documentation, "Configure Quality of Service for Pods").
 */
export function isBestEffort(pod: Pod): boolean {
  if (hasPodLevelResources(pod)) return false
  return containersOf(pod, ['containers', 'initContainers']).every(({ resources }) =>
    [resources?.requests, resources?.limits].every((list) => {
      const amounts = resourceListOf(list)
      return ['cpu', 'memory'].every((name) => (amounts.get(name)?.nanos ?? 0n) <= 0n)
    }),
  )
}
