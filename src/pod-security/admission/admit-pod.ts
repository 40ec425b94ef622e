import { goQuote, type Pod } from '../../kubernetes/index.ts'
import { type AdmissionContext, isExemptNamespace, isExemptUser } from './context.ts'
import { evaluate } from './evaluate.ts'
import { isFullyPrivileged, resolvePolicy } from './policy.ts'
import { type AdmissionRequest, isCoreKind } from './request.ts'
import { type AdmissionResponse, ALLOWED, badRequest, exempt, internalError } from './response.ts'
import { isSignificantUpdate } from './significant-update.ts'

/** "The policy is not checked for the following Pod subresources" (KEP-2579, Other Pod Subresources). */
const IGNORED_SUBRESOURCES = new Set([
  'attach',
  'binding',
  'eviction',
  'exec',
  'log',
  'portforward',
  'proxy',
  'status',
])

/**
 * Decides on a pod: all three modes apply. Any subresource that is not known to leave the pod's spec alone
 * (`ephemeralcontainers`, `resize`, one of the future) is evaluated like the pod.
 */
export function admitPod(request: AdmissionRequest, context: AdmissionContext): AdmissionResponse {
  if (IGNORED_SUBRESOURCES.has(request.subresource)) return ALLOWED
  if (isExemptNamespace(context, request.namespace)) return exempt('namespace')
  if (isExemptUser(context, request.user)) return exempt('user')

  const labels = context.namespaceLabels(request.namespace)
  if (labels === undefined) {
    const name = goQuote(request.namespace)
    return internalError(`failed to lookup namespace ${name}`, `namespaces ${name} not found`)
  }
  const { policy, errors } = resolvePolicy(labels, context.settings.defaults)
  if (errors.length === 0 && isFullyPrivileged(policy)) {
    // "The privileged profile … is effectively unversioned" (KEP-2579, Versioning).
    return { ...ALLOWED, auditAnnotations: { 'enforce-policy': 'privileged:latest' } }
  }

  if ('error' in request.object) return badRequest('failed to decode object', request.object.error)
  const pod = request.object.object
  if (!isCoreKind(pod, 'Pod')) return badRequest('failed to decode pod')
  if (request.operation === 'UPDATE') {
    if ('error' in request.oldObject)
      return badRequest('failed to decode old object', request.oldObject.error)
    const oldPod = request.oldObject.object
    if (!isCoreKind(oldPod, 'Pod')) return badRequest('failed to decode old pod')
    if (!isSignificantUpdate(pod as Pod, oldPod as Pod)) return ALLOWED
  }
  const { metadata = {}, spec = {} } = pod as Pod
  return evaluate({ pod: { metadata, spec }, policy, policyErrors: errors, enforced: true }, request, context)
}
