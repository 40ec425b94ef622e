import type { Pod } from '../../../../kubernetes/index.ts'
import { mapContainers } from './containers.ts'

/**
 * The pod as plugins see it: "If a Container specifies its own memory limit, but does not specify a memory request, the
 * control plane assigns a memory request that matches the limit" (Kubernetes documentation, "Managing Resources for
 * Containers"), which the API server does before admission. Of a webhook's pods it has done so.
 */
export function withDefaultRequests(pod: Pod): Pod {
  return mapContainers(pod, ['initContainers', 'containers'], (container) => {
    const { limits = {}, requests = {} } = container.resources ?? {}
    const missing = Object.entries(limits).filter(([name]) => !Object.hasOwn(requests, name))
    if (missing.length === 0) return container
    return {
      ...container,
      resources: { ...container.resources, requests: { ...requests, ...Object.fromEntries(missing) } },
    }
  })
}
