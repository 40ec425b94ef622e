import type { KubernetesObject, ObjectView } from '../../kubernetes/index.ts'
import type { Decision } from '../request/index.ts'
import type { AdmissionRequest, AdmissionSurroundings } from './stage.ts'

/** Types that tests are about, by kind. */
const RESOURCES: Readonly<Record<string, { group: string; version: string; resource: string }>> = {
  Pod: { group: '', version: 'v1', resource: 'pods' },
  Namespace: { group: '', version: 'v1', resource: 'namespaces' },
  Service: { group: '', version: 'v1', resource: 'services' },
  Event: { group: '', version: 'v1', resource: 'events' },
  Node: { group: '', version: 'v1', resource: 'nodes' },
  ConfigMap: { group: '', version: 'v1', resource: 'configmaps' },
  LimitRange: { group: '', version: 'v1', resource: 'limitranges' },
  ResourceQuota: { group: '', version: 'v1', resource: 'resourcequotas' },
  PersistentVolumeClaim: { group: '', version: 'v1', resource: 'persistentvolumeclaims' },
  PersistentVolume: { group: '', version: 'v1', resource: 'persistentvolumes' },
  ServiceAccount: { group: '', version: 'v1', resource: 'serviceaccounts' },
  Secret: { group: '', version: 'v1', resource: 'secrets' },
  Deployment: { group: 'apps', version: 'v1', resource: 'deployments' },
  PriorityClass: { group: 'scheduling.k8s.io', version: 'v1', resource: 'priorityclasses' },
  Lease: { group: 'coordination.k8s.io', version: 'v1', resource: 'leases' },
  DeviceClass: { group: 'resource.k8s.io', version: 'v1', resource: 'deviceclasses' },
  ResourceClaim: { group: 'resource.k8s.io', version: 'v1', resource: 'resourceclaims' },
  PodCertificateRequest: {
    group: 'certificates.k8s.io',
    version: 'v1beta1',
    resource: 'podcertificaterequests',
  },
  ResourceSlice: { group: 'resource.k8s.io', version: 'v1', resource: 'resourceslices' },
  CertificateSigningRequest: {
    group: 'certificates.k8s.io',
    version: 'v1',
    resource: 'certificatesigningrequests',
  },
  CSIDriver: { group: 'storage.k8s.io', version: 'v1', resource: 'csidrivers' },
  CSINode: { group: 'storage.k8s.io', version: 'v1', resource: 'csinodes' },
  Role: { group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'roles' },
}

/** A request to create the object, with whatever else a test needs. */
export function requestFor(object: KubernetesObject, more: Partial<AdmissionRequest> = {}): AdmissionRequest {
  const type = RESOURCES[object.kind]
  if (type === undefined) throw new Error(`the fixture knows no kind ${object.kind}`)
  const { group, version, resource } = type
  const name = object.metadata?.name ?? ''
  return {
    uid: 'f0b1c7de-0000-4000-8000-000000000001',
    operation: 'CREATE',
    kind: { group, version, kind: object.kind },
    resource: { group, version, resource },
    subresource: '',
    name,
    namespace: object.kind === 'Namespace' ? name : (object.metadata?.namespace ?? ''),
    user: { name: 'jane', groups: ['system:authenticated'] },
    object,
    dryRun: false,
    ...more,
  }
}

/** A view of the given objects, all types complete. */
export function viewOf(objects: readonly KubernetesObject[]): ObjectView {
  const resourceOf = ({ kind }: KubernetesObject) => RESOURCES[kind] ?? { group: '', resource: '' }
  const matching = (type: { group: string; resource: string }) =>
    objects.filter((object) => {
      const { group, resource } = resourceOf(object)
      return group === type.group && resource === type.resource
    })
  return {
    get: (type, namespace, name) =>
      matching(type).find(
        ({ metadata }) => metadata?.name === name && (metadata.namespace ?? '') === namespace,
      ),
    list: (type, namespace) =>
      matching(type).filter(({ metadata }) => namespace === undefined || metadata?.namespace === namespace),
    isComplete: () => true,
    subscribe: () => () => undefined,
  }
}

const NO_OPINION: Decision = { verdict: 'no-opinion', reason: { id: 'test.none', data: {} } }

/** Surroundings in which nobody may do anything else. */
export function surroundingsOf(
  objects: readonly KubernetesObject[],
  more: Partial<AdmissionSurroundings> = {},
): AdmissionSurroundings {
  return {
    objects: viewOf(objects),
    authorize: async () => NO_OPINION,
    now: () => 1_700_000_000_000,
    ...more,
  }
}

export const namespaceOf = (
  name: string,
  labels: Readonly<Record<string, string>> = {},
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
})

/** A pod as JSON gives it: without what is undefined. */
export const podOf = (
  spec: Readonly<Record<string, unknown>> = {},
  metadata: Readonly<Record<string, unknown>> = {},
): KubernetesObject =>
  JSON.parse(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'shop', ...metadata },
      spec: { containers: [{ name: 'web', image: 'web:1' }], ...spec },
    }),
  )
