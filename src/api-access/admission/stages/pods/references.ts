import type { Pod } from '../../../../kubernetes/index.ts'
import { containersOf } from './containers.ts'

/**
 * Whether a pod refers to a Secret: by its image pull secrets, its containers' environment or a volume of any sort
 * (`pkg/api/v1/pod`, `VisitPodSecretNames`).
 */
export function refersToSecrets({ spec }: Pod): boolean {
  if ((spec?.imagePullSecrets ?? []).length > 0) return true
  const pod: Pod = spec === undefined ? {} : { spec }
  const inContainers = containersOf(pod).some(
    ({ env = [], envFrom = [] }) =>
      envFrom.some(({ secretRef }) => secretRef !== undefined) ||
      env.some(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined),
  )
  return inContainers || (spec?.volumes ?? []).some(isSecretVolume)
}

/** Whether a pod refers to a ConfigMap (`VisitPodConfigmapNames`). */
export function refersToConfigMaps({ spec }: Pod): boolean {
  const pod: Pod = spec === undefined ? {} : { spec }
  const inContainers = containersOf(pod).some(
    ({ env = [], envFrom = [] }) =>
      envFrom.some(({ configMapRef }) => configMapRef !== undefined) ||
      env.some(({ valueFrom }) => valueFrom?.configMapKeyRef !== undefined),
  )
  return (
    inContainers ||
    (spec?.volumes ?? []).some(
      ({ configMap, projected }) =>
        configMap !== undefined ||
        (projected?.sources ?? []).some((source) => source.configMap !== undefined),
    )
  )
}

type Volume = NonNullable<NonNullable<Pod['spec']>['volumes']>[number]

function isSecretVolume(volume: Volume): boolean {
  const { azureFile, projected, secret, csi } = volume
  if (azureFile !== undefined) return (azureFile.secretName ?? '') !== ''
  if (projected !== undefined) return (projected.sources ?? []).some((source) => source.secret !== undefined)
  if (secret !== undefined) return true
  if (csi !== undefined) return csi.nodePublishSecretRef !== undefined
  const { cephfs, cinder, flexVolume, rbd, scaleIO, iscsi, storageos } = volume
  return [cephfs, cinder, flexVolume, rbd, scaleIO, iscsi, storageos].some(
    (source) => source?.secretRef !== undefined,
  )
}
