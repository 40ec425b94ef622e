import { type Fields, fieldsOf, groupOf, type KubernetesObject, listOf } from '../../kubernetes/index.ts'

/** A user as the API server's authenticator would name it. */
export interface PolicyUser {
  readonly name: string
  readonly groups: readonly string[]
}

const RBAC_GROUP = 'rbac.authorization.k8s.io'
const RBAC_KINDS = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'])

/** Whether an object can have a part in granting the use of policies. */
export function isRbacObject({ apiVersion, kind }: KubernetesObject): boolean {
  return RBAC_KINDS.has(kind) && groupOf(apiVersion) === RBAC_GROUP
}

/** A service account as a user (Authenticating, Service account tokens). */
export function serviceAccountUser(namespace: string, name: string): PolicyUser {
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated']
  return { name: `system:serviceaccount:${namespace}:${name}`, groups }
}

/**
 * Whether RBAC lets one of the users use a policy for a pod: "the requesting user or target pod's service account"
 * must be allowed the verb `use` on it (Pod Security Policies, Authorizing Policies), in the pod's namespace or the
 * whole cluster; in the API group `policy`, or the older `extensions`.
 *
 * @param objects - Roles, ClusterRoles and their bindings, decoded or not; what is malformed grants nothing. An
 *   aggregated ClusterRole grants the rules that stand in it.
 * @param namespace - the pod's
 */
export function mayUsePolicy(
  objects: readonly KubernetesObject[],
  users: readonly PolicyUser[],
  namespace: string,
  policy: string,
): boolean {
  return objects.some((binding) => {
    const isForCluster = binding.kind === 'ClusterRoleBinding'
    if (!isForCluster && (binding.kind !== 'RoleBinding' || namespaceOf(binding) !== namespace)) return false
    if (
      !listOf(binding['subjects']).some((subject) => users.some((user) => isSubject(fieldsOf(subject), user)))
    )
      return false
    const role = roleOf(objects, binding)
    return listOf(role?.['rules']).some((rule) => grantsUse(fieldsOf(rule), policy))
  })
}

function roleOf(
  objects: readonly KubernetesObject[],
  binding: KubernetesObject,
): KubernetesObject | undefined {
  const { kind, name } = fieldsOf(binding['roleRef'])
  if (binding.kind === 'ClusterRoleBinding' && kind !== 'ClusterRole') return undefined
  return objects.find(
    (object) =>
      object.kind === kind &&
      object.metadata?.name === name &&
      (kind === 'ClusterRole' || (kind === 'Role' && namespaceOf(object) === namespaceOf(binding))),
  )
}

function isSubject({ kind, name, namespace }: Fields, user: PolicyUser): boolean {
  if (kind === 'User') return name === user.name
  if (kind === 'Group') return typeof name === 'string' && user.groups.includes(name)
  return kind === 'ServiceAccount' && user.name === `system:serviceaccount:${namespace}:${name}`
}

function grantsUse(rule: Fields, policy: string): boolean {
  const has = (field: string, ...wanted: string[]) =>
    Array.isArray(rule[field]) && rule[field].some((each) => each === '*' || wanted.includes(each))
  if (!has('verbs', 'use') || !has('apiGroups', 'policy', 'extensions')) return false
  if (!has('resources', 'podsecuritypolicies')) return false
  const names = rule['resourceNames']
  // "An empty set means that everything is allowed"; a name is never a wildcard (RBAC reference, PolicyRule).
  return !Array.isArray(names) || names.length === 0 || names.includes(policy)
}

function namespaceOf({ metadata }: KubernetesObject): string {
  return metadata?.namespace ?? 'default'
}
