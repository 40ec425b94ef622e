import type { KubernetesObject } from './types.ts'

/** A resource type, whatever its version: `{group: 'rbac.authorization.k8s.io', resource: 'roles'}`. */
export interface GroupResource {
  /** `''` is the core group. */
  readonly group: string
  /** In the plural, lower case. */
  readonly resource: string
}

/** One object that came, changed or went. `before` is absent for one that came, `after` for one that went. */
export interface ObjectChange {
  readonly before?: KubernetesObject
  readonly after?: KubernetesObject
}

/**
 * The objects of a cluster as they were last seen, kept in memory: what engines are handed that need more than the
 * request. Reading never waits. Two implementations: one over given objects, one that watches a cluster.
 */
export interface ObjectView {
  /** @param namespace - `''` for a cluster-scoped object */
  get(type: GroupResource, namespace: string, name: string): KubernetesObject | undefined
  /** @param namespace - all namespaces where it is not given */
  list(type: GroupResource, namespace?: string): Iterable<KubernetesObject>
  /** Whether all objects of the type have been read once; a verdict that needs them must fail closed before. */
  isComplete(type: GroupResource): boolean
  /** Tells of every later change of the type's objects. @returns ends it */
  subscribe(type: GroupResource, listener: (change: ObjectChange) => void): () => void
}
