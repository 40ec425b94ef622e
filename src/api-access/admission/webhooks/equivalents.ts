import type { KubernetesObject } from '../../../kubernetes/index.ts'
import type { AdmissionRequest } from '../stage.ts'

/**
 * Versions of one type that have the same fields, so that an object is carried from one to the other by its
 * `apiVersion` alone. Types whose versions differ in form are left out: Haetae converts nothing.
 */
const SAME_FORM: readonly {
  readonly resource: string
  readonly kind: string
  readonly versions: readonly string[]
}[] = [
  ...['daemonsets', 'deployments', 'replicasets'].map((resource) => ({
    resource,
    kind: { daemonsets: 'DaemonSet', deployments: 'Deployment', replicasets: 'ReplicaSet' }[resource] ?? '',
    versions: ['apps/v1', 'apps/v1beta2', 'extensions/v1beta1'],
  })),
  { resource: 'statefulsets', kind: 'StatefulSet', versions: ['apps/v1', 'apps/v1beta2', 'apps/v1beta1'] },
  { resource: 'cronjobs', kind: 'CronJob', versions: ['batch/v1', 'batch/v1beta1'] },
  {
    resource: 'networkpolicies',
    kind: 'NetworkPolicy',
    versions: ['networking.k8s.io/v1', 'extensions/v1beta1'],
  },
  {
    resource: 'podsecuritypolicies',
    kind: 'PodSecurityPolicy',
    versions: ['policy/v1beta1', 'extensions/v1beta1'],
  },
  {
    resource: 'poddisruptionbudgets',
    kind: 'PodDisruptionBudget',
    versions: ['policy/v1', 'policy/v1beta1'],
  },
  ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'].map((kind) => ({
    resource: `${kind.toLowerCase()}s`,
    kind,
    versions: ['rbac.authorization.k8s.io/v1', 'rbac.authorization.k8s.io/v1beta1'],
  })),
  { resource: 'leases', kind: 'Lease', versions: ['coordination.k8s.io/v1', 'coordination.k8s.io/v1beta1'] },
  {
    resource: 'priorityclasses',
    kind: 'PriorityClass',
    versions: ['scheduling.k8s.io/v1', 'scheduling.k8s.io/v1beta1'],
  },
]

/**
 * The same request as it reads in other versions of its type: "matchPolicy: Equivalent means a request should be
 * intercepted if it modifies a resource listed in rules, even via another API group or version".
 */
export function inEquivalentVersions(request: AdmissionRequest): AdmissionRequest[] {
  const { group, version, resource } = request.resource
  const own = group === '' ? version : `${group}/${version}`
  const type = SAME_FORM.find((each) => each.resource === resource && each.versions.includes(own))
  // Of a subresource the object may be of another kind.
  if (type === undefined || (request.subresource !== '' && request.subresource !== 'status')) return []
  return type.versions.filter((each) => each !== own).map((each) => inVersion(request, each))
}

function inVersion(request: AdmissionRequest, apiVersion: string): AdmissionRequest {
  const { object, oldObject } = request
  const slash = apiVersion.indexOf('/')
  const [group, version] = [apiVersion.slice(0, Math.max(slash, 0)), apiVersion.slice(slash + 1)]
  return {
    ...request,
    kind: { group, version, kind: request.kind.kind },
    resource: { group, version, resource: request.resource.resource },
    ...(object !== undefined && { object: carried(object, apiVersion) }),
    ...(oldObject !== undefined && { oldObject: carried(oldObject, apiVersion) }),
  }
}

/** An object with another `apiVersion`. */
export function carried(object: KubernetesObject, apiVersion: string): KubernetesObject {
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion }
}
