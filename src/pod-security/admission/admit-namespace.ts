import { goQuote, type KubernetesObject } from '../../kubernetes/index.ts'
import { formatLevelVersion, type LevelVersion } from '../standards/version.ts'
import { type AdmissionContext, isExemptNamespace } from './context.ts'
import { warningsForExistingPods } from './existing-pods.ts'
import { formatFieldErrors } from './field-errors.ts'
import {
  arePoliciesEquivalent,
  compareLevels,
  isFullyPrivileged,
  type Labels,
  levelLabel,
  MODES,
  type Policy,
  resolvePolicy,
  versionLabel,
} from './policy.ts'
import { type AdmissionRequest, isCoreKind } from './request.ts'
import { type AdmissionResponse, ALLOWED, badRequest, invalid } from './response.ts'

/**
 * Decides on a namespace: its labels must be valid (unless an update leaves them as wrong as they were), and
 * "when an enforce policy (or version) label is added or changed, the admission plugin will test each pod in the
 * namespace against the new policy. Violations are returned to the user as warnings" (KEP-2579, Namespace policy
 * update warnings).
 */
export function admitNamespace(request: AdmissionRequest, context: AdmissionContext): AdmissionResponse {
  if (request.subresource !== '') return ALLOWED
  if ('error' in request.object) return badRequest('failed to decode object', request.object.error)
  const namespace = request.object.object
  if (!isCoreKind(namespace, 'Namespace')) return badRequest('failed to decode namespace')
  const { policy, errors } = resolvePolicy(labelsOf(namespace), context.settings.defaults)

  if (request.operation === 'CREATE') {
    if (errors.length > 0) return invalid(request, errors)
    return isExemptNamespace(context, request.namespace)
      ? warned(exemptionWarning(namespace, policy, context))
      : ALLOWED
  }

  // The two spaces are Kubernetes' own, in both messages.
  if ('error' in request.oldObject) return badRequest('failed to decode  old object', request.oldObject.error)
  const oldNamespace = request.oldObject.object
  if (!isCoreKind(oldNamespace, 'Namespace')) return badRequest('failed to decode  old namespace')
  const old = resolvePolicy(labelsOf(oldNamespace), context.settings.defaults)
  // "Updates to a previously invalid label are only allowed if the new value is valid" (KEP-2579, Validation).
  if (errors.length > 0 && formatFieldErrors(errors) !== formatFieldErrors(old.errors))
    return invalid(request, errors)

  if (!isTightened(policy.enforce, old.policy.enforce)) return ALLOWED
  if (isExemptNamespace(context, request.namespace))
    return warned(exemptionWarning(namespace, policy, context))
  return warned(warningsForExistingPods(namespace.metadata?.name ?? '', policy.enforce, context))
}

function warned(warnings: readonly string[]): AdmissionResponse {
  return { ...ALLOWED, warnings }
}

function labelsOf(namespace: KubernetesObject): Labels {
  return namespace.metadata?.labels ?? {}
}

/** Whether pods that were accepted before may be rejected now. */
function isTightened(now: LevelVersion, before: LevelVersion): boolean {
  if (now.level === 'privileged') return false
  if (now.version !== before.version) return true
  return compareLevels(now.level, before.level) > 0
}

/** Labels on an exempt namespace have no effect; who sets them should know. */
function exemptionWarning(
  namespace: KubernetesObject,
  policy: Policy,
  context: AdmissionContext,
): readonly string[] {
  if (isFullyPrivileged(policy) || arePoliciesEquivalent(policy, context.settings.defaults)) return []
  const labels = labelsOf(namespace)
  const set = MODES.filter(
    (mode) =>
      policy[mode].level !== 'privileged' &&
      (Object.hasOwn(labels, levelLabel(mode)) || Object.hasOwn(labels, versionLabel(mode))),
  )
  const listed = set.map((mode) => `${mode}=${formatLevelVersion(policy[mode])}`).join(', ')
  const name = goQuote(namespace.metadata?.name ?? '')
  return [`namespace ${name} is exempt from Pod Security, and the policy (${listed}) will be ignored`]
}
