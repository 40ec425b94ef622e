/** A resource that is read from a cluster. */
export interface ClusterResource {
  /** Plural name, as in paths and RBAC. */
  readonly name: string
  readonly kind: string
  /** Newest first; the first that the server has is read. */
  readonly apiVersions: readonly string[]
}

/** Whole cluster, or read by name where a namespace is chosen. */
export const NAMESPACES: ClusterResource = { name: 'namespaces', kind: 'Namespace', apiVersions: ['v1'] }

/**
 * The kinds that make pods, owners before what they own, pods last: what is owned is left out only where its
 * owner's kind could be read.
 */
export const WORKLOADS: readonly ClusterResource[] = [
  { name: 'deployments', kind: 'Deployment', apiVersions: ['apps/v1'] },
  { name: 'statefulsets', kind: 'StatefulSet', apiVersions: ['apps/v1'] },
  { name: 'daemonsets', kind: 'DaemonSet', apiVersions: ['apps/v1'] },
  // "CronJob was promoted to general availability in Kubernetes v1.21"; older servers have v1beta1 only.
  { name: 'cronjobs', kind: 'CronJob', apiVersions: ['batch/v1', 'batch/v1beta1'] },
  { name: 'replicasets', kind: 'ReplicaSet', apiVersions: ['apps/v1'] },
  { name: 'replicationcontrollers', kind: 'ReplicationController', apiVersions: ['v1'] },
  { name: 'jobs', kind: 'Job', apiVersions: ['batch/v1'] },
  { name: 'podtemplates', kind: 'PodTemplate', apiVersions: ['v1'] },
  { name: 'pods', kind: 'Pod', apiVersions: ['v1'] },
]

/** The path of a resource's collection, e.g. `/apis/apps/v1/namespaces/web/deployments`. */
export function collectionPath(apiVersion: string, name: string, namespace: string | undefined): string {
  const root = apiVersion.includes('/') ? '/apis' : '/api'
  const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `${root}/${apiVersion}${within}/${name}`
}
