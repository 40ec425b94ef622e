import { fieldsOf, type KubernetesObject, stringOf } from '../../../../kubernetes/index.ts'
import { type ResourceList, resourceListOf } from '../pods/resource-list.ts'
import { requirementsOf, type ScopeRequirement, scopesOf } from './scopes.ts'

/** A ResourceQuota, as far as admission looks at it. */
export interface Quota {
  readonly namespace: string
  readonly name: string
  readonly scopes: readonly ScopeRequirement[]
  /** Of the status: what the quota controller has seen of `spec.hard`. */
  readonly hard: ResourceList
  readonly used: ResourceList
}

export function quotaOf({ metadata, ...object }: KubernetesObject): Quota {
  const status = fieldsOf(object['status'])
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    scopes: scopesOf(fieldsOf(object['spec'])),
    hard: resourceListOf(status['hard']),
    used: resourceListOf(status['used']),
  }
}

/** What may be consumed only where a quota covers it (apiserver.config.k8s.io/v1 ResourceQuotaConfiguration). */
export interface LimitedResource {
  readonly apiGroup: string
  readonly resource: string
  /** Parts of the names of resources, e.g. `.storageclass.storage.k8s.io/`. */
  readonly matchContains: readonly string[]
  readonly matchScopes: readonly ScopeRequirement[]
}

/** @param configuration - of the plugin ResourceQuota, as decoded from its file */
export function limitedResourcesOf(configuration: unknown): readonly LimitedResource[] {
  const { limitedResources } = fieldsOf(configuration)
  if (!Array.isArray(limitedResources)) return []
  return limitedResources.map(fieldsOf).map(({ apiGroup, resource, matchContains, matchScopes }) => ({
    apiGroup: stringOf(apiGroup),
    resource: stringOf(resource),
    matchContains: Array.isArray(matchContains) ? matchContains.map(String) : [],
    matchScopes: requirementsOf(matchScopes),
  }))
}
