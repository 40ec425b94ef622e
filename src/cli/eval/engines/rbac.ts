import {
  aggregateClusterRoles,
  type Binding,
  decodeRbacObject,
  RbacIndex,
  type Role,
  rbacKindOf,
  rbacMessages,
  unresolvedReason,
} from '../../../api-access/authorization/index.ts'
import { formatFieldPath } from '../../../kubernetes/index.ts'
import { createRenderer, defineMessages } from '../../../messages/index.ts'
import { REQUEST_SCHEMA, type RequestJson } from '../../audit/audited-request.ts'
import { authorizationRequest } from '../authorization-request.ts'
import { type Engine, RequestError } from '../engine.ts'
import { KeptObjects, keptObjectsMessages, OBJECTS_SCHEMA, type ObjectJson } from '../kept-objects.ts'

interface Request {
  readonly objects?: readonly ObjectJson[]
  readonly request: RequestJson
}

const rbacEvalMessages = defineMessages('eval-rbac', {
  kind: {
    en: (d: { index: number; kind: string }) =>
      `objects[${d.index}]: "${d.kind}" is none of Role, ClusterRole, RoleBinding, ClusterRoleBinding of rbac.authorization.k8s.io`,
    ko: (d: { index: number; kind: string }) =>
      `objects[${d.index}]: "${d.kind}" 종류는 rbac.authorization.k8s.io의 Role, ClusterRole, RoleBinding, ClusterRoleBinding 중 어느 것도 아닙니다`,
  },
  mistyped: {
    en: (d: { index: number; path: string; expected: string }) =>
      `objects[${d.index}].${d.path}: expected ${d.expected}`,
    ko: (d: { index: number; path: string; expected: string }) =>
      `objects[${d.index}].${d.path}: ${d.expected} 형이어야 합니다`,
  },
})

const kept = new KeptObjects(indexOf)

/** Reasons are in Kubernetes' words, the same in every language. */
const render = createRenderer([rbacMessages], 'en')

/** `haetae eval rbac`: one request before the roles and bindings of a cluster. */
export const engine: Engine<Request> = {
  request: {
    type: 'object',
    required: ['request'],
    additionalProperties: false,
    properties: { objects: OBJECTS_SCHEMA, request: REQUEST_SCHEMA },
  },
  answer: {
    type: 'object',
    required: ['decision', 'reason'],
    additionalProperties: false,
    properties: {
      decision: { enum: ['allow', 'no-opinion'] },
      reason: { type: 'string', description: "in Kubernetes' words; may be empty" },
    },
  },
  evaluate({ objects, request }) {
    const index = kept.of(objects)
    const attributes = authorizationRequest(request)
    const grant = index.first(attributes)
    if (grant !== undefined) return { decision: 'allow', reason: render(grant.decision.reason) }
    const reason = unresolvedReason(index.errorsFor(attributes.user, attributes.namespace))
    return { decision: 'no-opinion', reason: render(reason) }
  },
  passOver: (line) => kept.passOver(line),
}

export const messages = [rbacMessages, rbacEvalMessages, keptObjectsMessages]

/** @throws RequestError `ERR_NOT_RBAC`, `ERR_FIELD_TYPE` */
function indexOf(objects: readonly ObjectJson[]): RbacIndex {
  const roles: Role[] = []
  const bindings: Binding[] = []
  objects.forEach((object, index) => {
    const kind = rbacKindOf(object)
    if (kind === undefined) {
      const given = String(object['kind'] ?? '')
      throw new RequestError('ERR_NOT_RBAC', rbacEvalMessages.make.kind({ index, kind: given }))
    }
    const decoded = decodeRbacObject(kind, object)
    if ('role' in decoded) roles.push(decoded.role)
    else if ('binding' in decoded) bindings.push(decoded.binding)
    else {
      const { path, expected } = decoded.mistyped
      const data = { index, path: formatFieldPath(path), expected }
      throw new RequestError('ERR_FIELD_TYPE', rbacEvalMessages.make.mistyped(data))
    }
  })
  const index = new RbacIndex()
  for (const role of aggregateClusterRoles(roles)) index.putRole(role)
  for (const binding of bindings) index.putBinding(binding)
  return index
}
