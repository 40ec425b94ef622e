import { admitNamespace } from './admit-namespace.ts'
import { admitPod } from './admit-pod.ts'
import { admitWorkload } from './admit-workload.ts'
import type { AdmissionContext } from './context.ts'
import type { AdmissionRequest } from './request.ts'
import { type AdmissionResponse, ALLOWED } from './response.ts'

/** "Templated pod resources include …" (KEP-2579, PodTemplate Resources): resource and API group. */
const WORKLOAD_RESOURCES = new Set([
  'replicationcontrollers',
  'podtemplates',
  'replicasets.apps',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
  'cronjobs.batch',
])

/**
 * Decides a request as Kubernetes' built-in PodSecurity admission plugin does.
 *
 * @param request - what the API server was asked to do
 * @param context - the cluster's configuration, its namespaces and pods, and the judge of single pods
 * @returns the decision; every request gets one, a request that the plugin does not look at is allowed
 *
 * Source: Kubernetes documentation, "Pod Security Admission"; KEP-2579.
 */
export function admit(request: AdmissionRequest, context: AdmissionContext): AdmissionResponse {
  // The plugin handles only what brings a new object, or a new version of one.
  if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return ALLOWED
  const { group, resource } = request.resource
  const qualified = group === '' ? resource : `${resource}.${group}`
  if (qualified === 'namespaces') return admitNamespace(request, context)
  if (qualified === 'pods') return admitPod(request, context)
  if (WORKLOAD_RESOURCES.has(qualified)) return admitWorkload(request, context)
  return ALLOWED
}
