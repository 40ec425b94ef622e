import type { KubernetesObject, WatchedType } from '../../../kubernetes/index.ts'

/**
 * What has to be seen of a cluster to judge the tokens of service accounts and bootstrap tokens, and no more of it in
 * memory: of pods, nodes and accounts only that they are there, of Secrets only those that are tokens.
 */
export const TOKEN_TYPES: readonly WatchedType[] = [
  { group: '', resource: 'serviceaccounts', keep: identityOf },
  { group: '', resource: 'pods', keep: identityOf },
  { group: '', resource: 'nodes', keep: identityOf },
  { group: '', resource: 'secrets', keep: secretOf },
]

function identityOf({ apiVersion, kind, metadata = {} }: KubernetesObject): KubernetesObject {
  const { name, namespace, uid, resourceVersion, deletionTimestamp, labels } = metadata
  const kept = { name, namespace, uid, resourceVersion, deletionTimestamp, labels }
  const there = Object.entries(kept).filter(([, value]) => value !== undefined)
  return { apiVersion, kind, metadata: Object.fromEntries(there) }
}

/** A bound token may name any Secret; what is in it concerns those that hold tokens alone. */
function secretOf(object: KubernetesObject): KubernetesObject {
  const { type, data } = object
  const isAccountToken = type === 'kubernetes.io/service-account-token'
  const isBootstrap = type === 'bootstrap.kubernetes.io/token' && object.metadata?.namespace === 'kube-system'
  if (isBootstrap) return { ...identityOf(object), type, data }
  const { token } = (data ?? {}) as { token?: string }
  return { ...identityOf(object), type, ...(isAccountToken && { data: { token } }) }
}
