import { goQuote, type KubernetesObject } from '../../../kubernetes/index.ts'
import { defineMessages, type Message } from '../../../messages/index.ts'
import type { Decision, RequestAttributes, User } from '../../request/index.ts'
import { verbatim } from '../verbatim.ts'
import { PRIVILEGED_GROUP } from './allowed-subjects.ts'
import { compactRules, quotedList, ruleText } from './compact.ts'
import { uncoveredRules } from './covers.ts'
import { decodeRbacObject } from './decode.ts'
import { aggregateText } from './messages.ts'
import {
  type Binding,
  type PolicyRule,
  RBAC_GROUP,
  RBAC_RESOURCES,
  type RbacKind,
  type Role,
} from './objects.ts'
import type { RbacIndex } from './rbac-index.ts'

/** Kubernetes' own words. */
export const escalationMessages = defineMessages('rbac-escalation', {
  forbidden: verbatim(
    (d: { resource: string; name: string; why: string }) =>
      `${d.resource}.${RBAC_GROUP} ${goQuote(d.name)} is forbidden: ${d.why}`,
  ),
  'role-not-found': verbatim((d: { missing: string }) => d.missing),
})

const { make } = escalationMessages

/** A Role, ClusterRole, RoleBinding or ClusterRoleBinding that is to be written. */
export interface RbacWrite {
  readonly user: User
  readonly kind: RbacKind
  /** Of the request; `''` at the cluster's scope. */
  readonly namespace: string
  readonly object: KubernetesObject
  /** Absent where it is created. */
  readonly oldObject?: KubernetesObject
}

/** Why a write is refused: 403, or 404 for a binding of a role that is not there, or 400 for no such object. */
export interface RbacWriteRefusal {
  readonly code: 400 | 403 | 404
  readonly message: Message
}

const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] },
  { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
]

/**
 * Kubernetes' guard on writes of roles and bindings: "The RBAC API prevents users from escalating privileges by editing
 * roles or role bindings. Because this is enforced at the API level, it applies even when the RBAC authorizer is not in
 * use" (Kubernetes documentation, "Using RBAC Authorization", "Privilege escalation prevention and bootstrapping").
 *
 * A role may be written by who holds all that it grants, in its scope, or may `escalate` it; a binding by who holds all
 * that its role grants, or may `bind` that role.
 *
 * @param authorize - the chain that the gate's own requests pass
 * @returns undefined where the write may go on
 */
export async function refusalOfWrite(
  write: RbacWrite,
  index: RbacIndex,
  authorize: (attributes: RequestAttributes) => Decision | Promise<Decision>,
): Promise<RbacWriteRefusal | undefined> {
  if (write.user.groups.includes(PRIVILEGED_GROUP)) return undefined
  if (write.oldObject !== undefined && changesOnlyCollection(write.object, write.oldObject)) return undefined
  const decoded = decodeRbacObject(write.kind, write.object)
  if ('mistyped' in decoded) return { code: 400, message: forbidden(write, 'the object cannot be read') }
  const isAllowed = async (verb: string, resource: string, name: string) => {
    const { verdict } = await authorize(attributesOf(write, verb, resource, name))
    return verdict === 'allow'
  }
  if ('role' in decoded) {
    if (await isAllowed('escalate', RBAC_RESOURCES[write.kind], decoded.role.name)) return undefined
    return refusalOfRole(write, decoded.role, index)
  }
  const { roleRef } = decoded.binding
  const bound = roleRef.kind === 'Role' || roleRef.kind === 'ClusterRole' ? roleRef.kind : undefined
  if (bound !== undefined && (await isAllowed('bind', RBAC_RESOURCES[bound], roleRef.name))) return undefined
  return refusalOfBinding(write, decoded.binding, index)
}

function refusalOfRole(write: RbacWrite, role: Role, index: RbacIndex): RbacWriteRefusal | undefined {
  const missing = notHeld(write, role.rules, index)
  if (missing !== undefined) return { code: 403, message: forbidden(write, missing) }
  // "since it can gather anything", what is aggregated takes all rights.
  if (!gathers(write.object) && (write.oldObject === undefined || !gathers(write.oldObject))) return undefined
  if (write.kind !== 'ClusterRole' || notHeld(write, EVERYTHING, index) === undefined) return undefined
  const why = 'must have cluster-admin privileges to use the aggregationRule'
  return { code: 403, message: forbidden(write, why) }
}

function refusalOfBinding(
  write: RbacWrite,
  { roleRef }: Binding,
  index: RbacIndex,
): RbacWriteRefusal | undefined {
  const resolved = index.resolve(roleRef, write.kind === 'RoleBinding' ? write.namespace : '')
  if ('missing' in resolved)
    return { code: 404, message: make['role-not-found']({ missing: asStored(resolved.missing) }) }
  const missing = notHeld(write, resolved.rules, index)
  return missing === undefined ? undefined : { code: 403, message: forbidden(write, missing) }
}

/**
 * A role that is not there, as the guard names it: it looks in the API server's store, which says the resource ("roles");
 * the index speaks as the authorizer, which looks in a cache that says the kind ("role").
 */
function asStored(missing: string): string {
  return missing.replace(/^(role|clusterrole)\./, '$1s.')
}

/** What of some rules the writer does not hold, in Kubernetes' words; undefined: nothing. */
function notHeld(
  { user, namespace }: RbacWrite,
  rules: readonly PolicyRule[],
  index: RbacIndex,
): string | undefined {
  const held = index.grantsFor(user, namespace).flatMap(({ entry }) => entry.rules)
  const missing = uncoveredRules(held, rules)
  if (missing.length === 0) return undefined
  const lines = [...new Set(compactRules(missing).map(ruleText))].toSorted()
  const errors = index.errorsFor(user, namespace)
  const unresolved =
    errors.length === 0 ? '' : `; resolution errors: [${aggregateText(errors.map(asStored))}]`
  const who = `user ${goQuote(user.name)} (groups=${quotedList(user.groups)})`
  return `${who} is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}${unresolved}`
}

function forbidden({ kind, object }: RbacWrite, why: string): Message {
  return make.forbidden({ resource: RBAC_RESOURCES[kind], name: object.metadata?.name ?? '', why })
}

/** `bind` and `escalate` are asked of the role, in the namespace of what is written. */
function attributesOf(
  { user, kind, namespace }: RbacWrite,
  verb: string,
  resource: string,
  name: string,
): RequestAttributes {
  return {
    user,
    verb,
    apiGroup: RBAC_GROUP,
    apiVersion: '*',
    resource,
    subresource: '',
    namespace: kind === 'Role' || kind === 'RoleBinding' ? namespace : '',
    name,
    path: '',
    resourceRequest: true,
  }
}

function gathers(object: KubernetesObject): boolean {
  const { clusterRoleSelectors } = (object['aggregationRule'] ?? {}) as { clusterRoleSelectors?: unknown }
  return Array.isArray(clusterRoleSelectors) && clusterRoleSelectors.length > 0
}

/** A write that changes nothing but who owns the object and what finalizes it, as the garbage collector's. */
function changesOnlyCollection(object: KubernetesObject, old: KubernetesObject): boolean {
  return withoutCollection(object) === withoutCollection(old)
}

function withoutCollection({ metadata, ...rest }: KubernetesObject): string {
  const {
    ownerReferences: _owners,
    finalizers: _finalizers,
    managedFields: _managed,
    ...others
  } = metadata ?? {}
  return JSON.stringify(sorted({ ...rest, metadata: others }))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(fields.map(([key, each]) => [key, sorted(each)]))
}
