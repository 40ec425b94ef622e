import {
  type FieldPath,
  goQuote,
  groupOf,
  isRecord,
  type KubernetesObject,
  type ObjectMeta,
  type PodSpec,
} from '../../kubernetes/index.ts'
import type { PodView } from '../standards/pod.ts'
import { type AdmissionContext, isExemptNamespace, isExemptUser } from './context.ts'
import { evaluate } from './evaluate.ts'
import { resolvePolicy } from './policy.ts'
import type { AdmissionRequest } from './request.ts'
import { type AdmissionResponse, ALLOWED, allowedDespite, exempt } from './response.ts'

/**
 * Decides on a workload: "both the audit and warning modes are applied to the workload resources. However, enforce
 * mode is not applied to workload resources, only to the resulting pod objects" (Kubernetes documentation, "Pod
 * Security Admission", Workload resources and Pod templates). So the answer is always allowed.
 */
export function admitWorkload(request: AdmissionRequest, context: AdmissionContext): AdmissionResponse {
  if (request.subresource !== '') return ALLOWED
  if (isExemptNamespace(context, request.namespace)) return exempt('namespace')
  if (isExemptUser(context, request.user)) return exempt('user')

  const labels = context.namespaceLabels(request.namespace)
  if (labels === undefined) {
    const name = goQuote(request.namespace)
    return allowedDespite(`failed to lookup namespace ${name}: namespaces ${name} not found`)
  }
  const { policy, errors } = resolvePolicy(labels, context.settings.defaults)
  if (errors.length === 0 && policy.warn.level === 'privileged' && policy.audit.level === 'privileged')
    return ALLOWED

  if ('error' in request.object) return allowedDespite(`failed to decode object: ${request.object.error}`)
  const workload = request.object.object
  const path = TEMPLATE_PATHS[`${groupOf(workload.apiVersion)}/${workload.kind}`]
  // Once decoded, Kubernetes' typed objects no longer carry apiVersion and kind, so its message names none.
  if (path === undefined)
    return allowedDespite('failed to extract pod template: unexpected object type: /, Kind=')
  const pod = podAt(workload, path)
  // A ReplicationController is the only workload whose template is optional.
  if (pod === undefined && workload.kind === 'ReplicationController') return ALLOWED
  const subject = pod ?? { metadata: {}, spec: {}, path }
  return evaluate({ pod: subject, policy, policyErrors: errors, enforced: false }, request, context)
}

/** Where the types that Kubernetes looks into keep their pod template; it converts older versions to the newest first. */
const TEMPLATE_PATHS: Readonly<Record<string, FieldPath>> = {
  '/Pod': [],
  '/PodTemplate': ['template'],
  '/ReplicationController': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  'apps/Deployment': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'batch/Job': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
}

/** The pod template at a path, with what is not given as empty, as the API server decodes it. */
function podAt(workload: KubernetesObject, path: FieldPath): PodView | undefined {
  let template: unknown = workload
  for (const name of path) template = isRecord(template) ? template[name] : undefined
  if (!isRecord(template)) return undefined
  const metadata = (template['metadata'] ?? {}) as ObjectMeta
  const spec = (template['spec'] ?? {}) as PodSpec
  return { metadata, spec, path }
}
