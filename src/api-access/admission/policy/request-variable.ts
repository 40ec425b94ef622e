import type { KubernetesObject } from '../../../kubernetes/index.ts'
import type { AdmissionRequest } from '../stage.ts'

/** The variable `request`: an AdmissionRequest without `object` and `oldObject`, which are variables of their own. */
export function requestVariable(request: AdmissionRequest): Readonly<Record<string, unknown>> {
  const { kind, resource, subresource, name, namespace, operation, user, dryRun, options } = request
  // Fields that the API omits when they are empty are absent: has() is false for them.
  return {
    uid: '',
    kind,
    resource,
    ...(subresource !== '' && { subResource: subresource, requestSubResource: subresource }),
    requestKind: kind,
    requestResource: resource,
    ...(name !== '' && { name }),
    ...(namespace !== '' && { namespace }),
    operation,
    userInfo: {
      ...(user.name !== '' && { username: user.name }),
      ...(user.uid !== undefined && user.uid !== '' && { uid: user.uid }),
      ...(user.groups.length > 0 && { groups: user.groups }),
      ...(user.extra !== undefined && Object.keys(user.extra).length > 0 && { extra: user.extra }),
    },
    dryRun,
    options: options ?? null,
  }
}

const METADATA = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'finalizers',
] as const

/** The variable `namespaceObject`: "certain nested fields (e.g. managedFields, ownerReferences) are omitted". */
export function namespaceVariable(namespace: KubernetesObject | undefined): unknown {
  if (namespace === undefined) return null
  const metadata: Readonly<Record<string, unknown>> = { ...namespace.metadata }
  return {
    metadata: Object.fromEntries(
      METADATA.filter((field) => field in metadata).map((field) => [field, metadata[field]]),
    ),
    spec: namespace['spec'] ?? {},
    status: namespace['status'] ?? {},
  }
}
