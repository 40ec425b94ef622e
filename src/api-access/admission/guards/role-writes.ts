import type { GroupResource } from '../../../kubernetes/index.ts'
import { createRenderer } from '../../../messages/index.ts'
import {
  escalationMessages,
  RBAC_TYPES,
  type RbacIndex,
  type RbacKind,
  type RbacWriteRefusal,
  rbacKindOf,
  refusalOfWrite,
} from '../../authorization/index.ts'
import { serviceUnavailable } from '../refusals.ts'
import type { AdmissionRequest, AdmissionStage, Refusal } from '../stage.ts'

const render = createRenderer([escalationMessages], 'en')

/** A role that was made a moment ago may not have been seen yet: `kubectl apply` writes its binding right after it. */
const TRIES = 10
const RETRY_MILLISECONDS = 100

export interface RoleWriteGuardOptions {
  /** The roles and bindings of the cluster, kept up to date. */
  readonly index: RbacIndex
  readonly sleep: (milliseconds: number) => Promise<unknown>
}

/**
 * Kubernetes' guard on writes of roles and bindings, as a stage: no one grants more than they hold, without `escalate`
 * or `bind`. The API server has it in the storage of these objects, behind the stages that mutate and before those that
 * validate; so this one is to be the first of those that validate.
 */
export function createRoleWriteGuard({ index, sleep }: RoleWriteGuardOptions): AdmissionStage {
  return {
    name: 'RoleWriteGuard',
    async validate(request, surroundings) {
      const kind = writtenKind(request)
      const { object, oldObject, user, namespace } = request
      if (kind === undefined || object === undefined) return {}
      if (!RBAC_TYPES.every((type) => surroundings.objects.isComplete(type)))
        return { refusal: serviceUnavailable('the roles of the cluster have not been read yet') }
      const write = { user, kind, namespace, object, ...(oldObject !== undefined && { oldObject }) }
      for (let tried = 1; ; tried++) {
        const refusal = await refusalOfWrite(write, index, surroundings.authorize)
        if (refusal === undefined) return {}
        if (refusal.code !== 404 || tried === TRIES) return { refusal: statusOf(refusal, request) }
        await sleep(RETRY_MILLISECONDS)
      }
    },
  }
}

/** Whether the guard has anything to say of the resource. */
export function isGuardedByRoles({ group, resource }: GroupResource): boolean {
  return RBAC_TYPES.some((type) => type.group === group && type.resource === resource)
}

function writtenKind({ operation, kind, resource, subresource }: AdmissionRequest): RbacKind | undefined {
  const isWrite = operation === 'CREATE' || operation === 'UPDATE'
  if (!isWrite || subresource !== '' || !isGuardedByRoles(resource)) return undefined
  return rbacKindOf({ apiVersion: `${kind.group}/${kind.version}`, kind: kind.kind })
}

function statusOf(
  { code, message }: RbacWriteRefusal,
  { resource, name, object }: AdmissionRequest,
): Refusal {
  const reason = REASONS[code]
  const written = name || (object?.metadata?.name ?? '')
  // "not found" is said of the role, not of the binding.
  const details =
    code === 404 ? {} : { details: { name: written, group: resource.group, kind: resource.resource } }
  return { code, reason, message: render(message), ...details }
}

const REASONS = { 400: 'BadRequest', 403: 'Forbidden', 404: 'NotFound' } as const satisfies Readonly<
  Record<RbacWriteRefusal['code'], string>
>
