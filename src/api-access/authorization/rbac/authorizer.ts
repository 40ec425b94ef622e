import type { KubernetesObject, ObjectView } from '../../../kubernetes/index.ts'
import type { Decision, RequestAttributes, User } from '../../request/index.ts'
import type { Authorizer, NonResourceRule, ResourceRule, SubjectRules } from '../authorizer.ts'
import { decodeRbacObject } from './decode.ts'
import { aggregateText, rbacMessages, unresolvedReason } from './messages.ts'
import { RBAC_GROUP, RBAC_RESOURCES, type RbacKind } from './objects.ts'
import { RbacIndex } from './rbac-index.ts'

const NO_RULE: Decision = { verdict: 'no-opinion', reason: unresolvedReason([]) }
const NOT_READ_YET: Decision = { verdict: 'no-opinion', reason: rbacMessages.make['not-read-yet']({}) }

/** Roles before bindings, so that no reference leads nowhere for a moment. */
const KINDS = Object.entries(RBAC_RESOURCES).map(([kind, resource]) => ({
  kind: kind as RbacKind,
  type: { group: RBAC_GROUP, resource },
}))

/** RBAC over the objects of a cluster, following their changes. */
export interface RbacAuthorizer extends Authorizer {
  authorize(attributes: RequestAttributes): Decision
  rulesFor(user: User, namespace: string): SubjectRules
  /** For what else is asked of roles and bindings: who may, escalation, which rules a reference stands for. */
  readonly index: RbacIndex
  /** Ends following the changes. */
  close(): void
}

/**
 * The authorizer `RBAC` (Kubernetes documentation, "Using RBAC Authorization"): "Permissions are purely additive
 * (there are no 'deny' rules)". The rules of an aggregated ClusterRole are those that stand in it, which a controller
 * of the cluster fills in; `aggregateClusterRoles` does so for objects of no cluster.
 *
 * @param objects - Roles, ClusterRoles, RoleBindings and ClusterRoleBindings; while they are not complete, what they
 *   allow already is allowed
 */
export function createRbacAuthorizer(objects: ObjectView): RbacAuthorizer {
  const index = new RbacIndex()
  const ends = KINDS.map(({ kind, type }) => {
    const end = objects.subscribe(type, ({ before, after }) => {
      if (after !== undefined) put(index, kind, after)
      else if (before !== undefined) remove(index, kind, before)
    })
    for (const object of objects.list(type)) put(index, kind, object)
    return end
  })
  let complete = false

  return {
    name: 'RBAC',
    index,
    authorize(attributes) {
      const grant = index.first(attributes)
      if (grant !== undefined) return grant.decision
      complete ||= KINDS.every(({ type }) => objects.isComplete(type))
      if (!complete) return NOT_READ_YET
      const errors = index.errorsFor(attributes.user, attributes.namespace)
      return errors.length === 0 ? NO_RULE : { verdict: 'no-opinion', reason: unresolvedReason(errors) }
    },
    rulesFor: (user, namespace) => rulesFor(index, user, namespace),
    close() {
      for (const end of ends) end()
    },
  }
}

/** An object that cannot be decoded takes the place of what it was, and grants nothing. */
function put(index: RbacIndex, kind: RbacKind, object: KubernetesObject): void {
  const decoded = decodeRbacObject(kind, object)
  if ('role' in decoded) index.putRole(decoded.role)
  else if ('binding' in decoded) index.putBinding(decoded.binding)
  else remove(index, kind, object)
}

function remove(index: RbacIndex, kind: RbacKind, { metadata }: KubernetesObject): void {
  const { name = '', namespace = '' } = metadata ?? {}
  if (kind === 'Role') index.removeRole({ kind, namespace, name })
  else if (kind === 'ClusterRole') index.removeRole({ kind, namespace: '', name })
  else index.removeBinding({ kind, namespace: kind === 'RoleBinding' ? namespace : '', name })
}

function rulesFor(index: RbacIndex, user: User, namespace: string): SubjectRules {
  const resourceRules: ResourceRule[] = []
  const nonResourceRules: NonResourceRule[] = []
  for (const { entry } of index.grantsFor(user, namespace)) {
    for (const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } of entry.rules) {
      if (resources.length > 0) resourceRules.push({ verbs, apiGroups, resources, resourceNames })
      if (nonResourceURLs.length > 0) nonResourceRules.push({ verbs, nonResourceURLs })
    }
  }
  const errors = index.errorsFor(user, namespace)
  return {
    resourceRules,
    nonResourceRules,
    incomplete: false,
    ...(errors.length > 0 && { evaluationError: aggregateText(errors) }),
  }
}
