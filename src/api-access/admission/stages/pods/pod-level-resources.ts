import type { Pod } from '../../../../kubernetes/index.ts'
import { NOTHING, type ResourceList, resourceListOf } from './resource-list.ts'

/**
 * Whether a pod states amounts for its containers together ("Managing Resources for Containers", Pod-level resource
 * specification). Servers that do not know of it drop the field.
 */
export function hasPodLevelResources(pod: Pod): boolean {
  return statedOf(pod, 'requests').size > 0 || statedOf(pod, 'limits').size > 0
}

/**
 * What a pod takes, where it says so itself: each resource that is stated for the pod replaces what its containers come
 * to (`k8s.io/component-helpers/resource`, `PodRequests` and `PodLimits`).
 *
 * @param total - of its containers
 */
export function withPodLevelResources(
  total: ResourceList,
  pod: Pod,
  field: 'requests' | 'limits',
): ResourceList {
  if (pod.spec?.resources === undefined) return total
  return new Map([...limitsAsRequests(total, pod, field), ...total, ...statedOf(pod, field)])
}

/** What neither the pod nor a container requests is requested to its limit, as the API server fills it in. */
function limitsAsRequests(total: ResourceList, pod: Pod, field: 'requests' | 'limits'): ResourceList {
  if (field === 'limits') return NOTHING
  return new Map([...statedOf(pod, 'limits')].filter(([name]) => !total.has(name)))
}

function statedOf({ spec }: Pod, field: 'requests' | 'limits'): ResourceList {
  const list = resourceListOf(spec?.resources?.[field])
  return new Map([...list].filter(([name]) => isOfPods(name)))
}

function isOfPods(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')
}
