import type { GroupResource } from './object-view.ts'
import { groupOf } from './workload.ts'

/** The resource of a kind, and whether its objects live in namespaces. */
export interface ResourceType extends GroupResource {
  /** undefined for a kind that does not come with Kubernetes, of which nothing is known. */
  readonly namespaced: boolean | undefined
}

/**
 * Kinds that are stored, by the group that they come with (Kubernetes API reference); `*` marks the cluster-scoped.
 * Old and new homes of a kind are both listed.
 */
const KINDS: Readonly<Record<string, string>> = {
  '': 'ComponentStatus* ConfigMap Endpoints Event LimitRange Namespace* Node* PersistentVolume* PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
  'admissionregistration.k8s.io':
    'MutatingAdmissionPolicy* MutatingAdmissionPolicyBinding* MutatingWebhookConfiguration* ValidatingAdmissionPolicy* ValidatingAdmissionPolicyBinding* ValidatingWebhookConfiguration*',
  'apiextensions.k8s.io': 'CustomResourceDefinition*',
  'apiregistration.k8s.io': 'APIService*',
  apps: 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  autoscaling: 'HorizontalPodAutoscaler',
  batch: 'CronJob Job',
  'certificates.k8s.io': 'CertificateSigningRequest* ClusterTrustBundle* PodCertificateRequest',
  'coordination.k8s.io': 'Lease LeaseCandidate',
  'discovery.k8s.io': 'EndpointSlice',
  'events.k8s.io': 'Event',
  extensions: 'DaemonSet Deployment Ingress NetworkPolicy PodSecurityPolicy* ReplicaSet',
  'flowcontrol.apiserver.k8s.io': 'FlowSchema* PriorityLevelConfiguration*',
  'internal.apiserver.k8s.io': 'StorageVersion*',
  'networking.k8s.io': 'Ingress IngressClass* IPAddress* NetworkPolicy ServiceCIDR*',
  'node.k8s.io': 'RuntimeClass*',
  policy: 'PodDisruptionBudget PodSecurityPolicy*',
  'rbac.authorization.k8s.io': 'ClusterRole* ClusterRoleBinding* Role RoleBinding',
  'resource.k8s.io':
    'DeviceClass* DeviceTaintRule* PodSchedulingContext ResourceClaim ResourceClaimParameters ResourceClaimTemplate ResourceClass* ResourceClassParameters ResourceSlice*',
  'scheduling.k8s.io': 'PriorityClass*',
  'storage.k8s.io':
    'CSIDriver* CSINode* CSIStorageCapacity StorageClass* VolumeAttachment* VolumeAttributesClass*',
}

const TYPES: ReadonlyMap<string, ResourceType> = new Map(
  Object.entries(KINDS).flatMap(([group, kinds]) =>
    kinds.split(' ').map((word) => {
      const kind = word.replace('*', '')
      const type = { group, resource: resourceOfKind(kind), namespaced: kind === word }
      return [`${group}/${kind}`, type] as const
    }),
  ),
)

/**
 * The resource that a kind is served as: `{group: 'apps', resource: 'deployments', namespaced: true}` of
 * `apps/v1` Deployment. For a kind that does not come with Kubernetes it is a guess at the usual plural
 * (apimachinery, `UnsafeGuessKindToResource`, which a definition may have overruled).
 */
export function resourceTypeOf({
  apiVersion,
  kind,
}: {
  readonly apiVersion: string
  readonly kind: string
}): ResourceType {
  const group = groupOf(apiVersion)
  return TYPES.get(`${group}/${kind}`) ?? { group, resource: resourceOfKind(kind), namespaced: undefined }
}

function resourceOfKind(kind: string): string {
  const singular = kind.toLowerCase()
  // Kinds that are plurals themselves.
  if (/(?:endpoints|parameters)$/.test(singular)) return singular
  if (/(?:s|x|ch|sh)$/.test(singular)) return `${singular}es`
  return /[^aeiou]y$/.test(singular) ? `${singular.slice(0, -1)}ies` : `${singular}s`
}
