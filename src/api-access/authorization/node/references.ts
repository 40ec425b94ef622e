import type { KubernetesObject } from '../../../kubernetes/index.ts'
import { type Field, fieldOf, itemsOf, textOf } from './fields.ts'

/** The kinds of objects that a node may read because something on it needs them. */
export type RelatedKind =
  | 'configmap'
  | 'persistentvolume'
  | 'persistentvolumeclaim'
  | 'pod'
  | 'podcertificaterequest'
  | 'resourceclaim'
  | 'resourceslice'
  | 'secret'
  | 'serviceaccount'
  | 'volumeattachment'

export interface Related {
  readonly kind: RelatedKind
  readonly namespace: string
  readonly name: string
}

/** A static pod's image in the API, which the node itself made. */
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror'

/**
 * What a node needs to run a pod: the pod, its service account, and the secrets, config maps and claims that its spec
 * names. "A node must never be able to create a pod that grants them permissions on other API objects": a mirror pod
 * gives itself alone.
 */
export function neededByPod(pod: KubernetesObject): Related[] {
  const namespace = textOf(pod, 'metadata', 'namespace')
  const name = textOf(pod, 'metadata', 'name')
  const needed: Related[] = [{ kind: 'pod', namespace, name }]
  if (fieldOf(pod, 'metadata', 'annotations', MIRROR_ANNOTATION) !== undefined) return needed
  const need = (kind: RelatedKind, of: string) => {
    if (of !== '') needed.push({ kind, namespace, name: of })
  }
  need('serviceaccount', textOf(pod, 'spec', 'serviceAccountName'))
  for (const reference of itemsOf(pod, 'spec', 'imagePullSecrets')) need('secret', textOf(reference, 'name'))
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'])
    for (const container of itemsOf(pod, 'spec', list)) needOfContainer(container, need)
  for (const volume of itemsOf(pod, 'spec', 'volumes')) needOfVolume(volume, name, need)
  for (const claim of itemsOf(pod, 'spec', 'resourceClaims')) need('resourceclaim', claimName(claim, pod))
  need('resourceclaim', textOf(pod, 'status', 'extendedResourceClaimStatus', 'resourceClaimName'))
  return needed
}

type Need = (kind: RelatedKind, name: string) => void

function needOfContainer(container: Field, need: Need): void {
  for (const source of itemsOf(container, 'envFrom')) {
    need('secret', textOf(source, 'secretRef', 'name'))
    need('configmap', textOf(source, 'configMapRef', 'name'))
  }
  for (const variable of itemsOf(container, 'env')) {
    need('secret', textOf(variable, 'valueFrom', 'secretKeyRef', 'name'))
    need('configmap', textOf(variable, 'valueFrom', 'configMapKeyRef', 'name'))
  }
}

/** Kinds of volumes with a `secretRef`. */
const WITH_SECRET = ['cephfs', 'cinder', 'flexVolume', 'rbd', 'scaleIO', 'iscsi', 'storageos']

function needOfVolume(volume: Field, pod: string, need: Need): void {
  need('secret', textOf(volume, 'secret', 'secretName'))
  need('secret', textOf(volume, 'azureFile', 'secretName'))
  need('secret', textOf(volume, 'csi', 'nodePublishSecretRef', 'name'))
  for (const source of WITH_SECRET) need('secret', textOf(volume, source, 'secretRef', 'name'))
  need('configmap', textOf(volume, 'configMap', 'name'))
  for (const source of itemsOf(volume, 'projected', 'sources')) {
    need('secret', textOf(source, 'secret', 'name'))
    need('configmap', textOf(source, 'configMap', 'name'))
  }
  need('persistentvolumeclaim', textOf(volume, 'persistentVolumeClaim', 'claimName'))
  // "the name of the PVC will be `<pod name>-<volume name>`"
  if (fieldOf(volume, 'ephemeral') !== undefined && fieldOf(volume, 'ephemeral') !== null)
    need('persistentvolumeclaim', `${pod}-${textOf(volume, 'name')}`)
}

/** The claim itself, or the one that was made of a template, which the pod's status tells. */
function claimName(claim: Field, pod: KubernetesObject): string {
  const given = textOf(claim, 'resourceClaimName')
  if (given !== '') return given
  const made = itemsOf(pod, 'status', 'resourceClaimStatuses').find(
    (status) => textOf(status, 'name') === textOf(claim, 'name'),
  )
  return textOf(made, 'resourceClaimName')
}

/** Sources of a volume whose secret is in the claim's namespace where the reference names none. */
const IN_CLAIM_NAMESPACE = ['cephfs', 'flexVolume', 'iscsi', 'rbd', 'scaleIO']

/** References of a CSI volume that the kubelet follows; those of the controllers are not for it. */
const KUBELET_CSI = ['nodePublishSecretRef', 'nodeStageSecretRef', 'nodeExpandSecretRef']

/** The claim that a volume is bound to, and the secrets that a node needs to mount it. */
export function neededByVolume(
  volume: KubernetesObject,
): { readonly claim: Related; readonly secrets: readonly Related[] } | undefined {
  const claimRef = fieldOf(volume, 'spec', 'claimRef')
  if (typeof claimRef !== 'object' || claimRef === null) return undefined
  const namespace = textOf(claimRef, 'namespace')
  const claim: Related = { kind: 'persistentvolumeclaim', namespace, name: textOf(claimRef, 'name') }
  const secrets: Related[] = []
  const need = (of: string, name: string) => {
    if (name !== '') secrets.push({ kind: 'secret', namespace: of, name })
  }
  const spec = fieldOf(volume, 'spec')
  need(textOf(spec, 'azureFile', 'secretNamespace') || namespace, textOf(spec, 'azureFile', 'secretName'))
  for (const source of IN_CLAIM_NAMESPACE) {
    const reference = fieldOf(spec, source, 'secretRef')
    need(textOf(reference, 'namespace') || namespace, textOf(reference, 'name'))
  }
  need(namespace, textOf(spec, 'cinder', 'secretRef', 'name'))
  const storageos = fieldOf(spec, 'storageos', 'secretRef')
  need(textOf(storageos, 'namespace'), textOf(storageos, 'name'))
  for (const field of KUBELET_CSI) {
    const reference = fieldOf(spec, 'csi', field)
    need(textOf(reference, 'namespace'), textOf(reference, 'name'))
  }
  return { claim, secrets }
}
