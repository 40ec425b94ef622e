import type { V1Volume } from '@kubernetes/client-node'
import { type FieldError, type Given, invalid, type Pod } from '../../../kubernetes/index.ts'
import { containersOf, given, items } from '../pod-view.ts'
import { type PodSecurityPolicySpec, WILDCARD } from '../types.ts'
import { judgeHostPath } from './host-path.ts'
import { hasOnlyServiceAccountTokenSources } from './projected-token.ts'

type Volume = Given<V1Volume>

/** The API's name of each volume source with the policy's name for it, in the order of precedence. */
const VOLUME_TYPES: readonly (readonly [field: string, type: string])[] = [
  ['hostPath', 'hostPath'],
  ['emptyDir', 'emptyDir'],
  ['gcePersistentDisk', 'gcePersistentDisk'],
  ['awsElasticBlockStore', 'awsElasticBlockStore'],
  ['gitRepo', 'gitRepo'],
  ['secret', 'secret'],
  ['nfs', 'nfs'],
  ['iscsi', 'iscsi'],
  ['glusterfs', 'glusterfs'],
  ['persistentVolumeClaim', 'persistentVolumeClaim'],
  ['rbd', 'rbd'],
  ['flexVolume', 'flexVolume'],
  ['cinder', 'cinder'],
  ['cephfs', 'cephFS'],
  ['flocker', 'flocker'],
  ['downwardAPI', 'downwardAPI'],
  ['fc', 'fc'],
  ['azureFile', 'azureFile'],
  ['configMap', 'configMap'],
  ['vsphereVolume', 'vsphereVolume'],
  ['quobyte', 'quobyte'],
  ['azureDisk', 'azureDisk'],
  ['photonPersistentDisk', 'photonPersistentDisk'],
  ['storageos', 'storageos'],
  ['projected', 'projected'],
  ['portworxVolume', 'portworxVolume'],
  ['scaleIO', 'scaleIO'],
  ['csi', 'csi'],
  ['ephemeral', 'ephemeral'],
]

/** Every volume type that a policy can name. */
export const POLICY_VOLUME_TYPES: readonly string[] = VOLUME_TYPES.map(([, type]) => type)

/**
 * "Controlling volumes: The usage of specific volume types can be controlled by setting the volumes field of a PSP",
 * with what `allowedHostPaths`, `allowedFlexVolumes` and `allowedCSIDrivers` say of three of the types.
 */
export function validateVolumes(spec: PodSecurityPolicySpec, pod: Pod): FieldError[] {
  return items(pod.spec?.volumes).flatMap((volume, index) => validateVolume(spec, pod, volume, index))
}

/**
 * The policy's name for a volume's type. "If not specified, the volume is an EmptyDir": the API server fills that in
 * before any admission.
 *
 * @returns undefined for a source that this API does not have
 */
function volumeTypeOf(volume: Volume): string | undefined {
  const sources: Readonly<Record<string, unknown>> = { ...volume }
  const known = VOLUME_TYPES.find(([field]) => given(sources[field]) !== undefined)
  if (known) return known[1]
  const others = Object.keys(sources).filter((key) => key !== 'name' && given(sources[key]) !== undefined)
  return others.length === 0 ? 'emptyDir' : undefined
}

function validateVolume(
  spec: PodSecurityPolicySpec,
  pod: Pod,
  volume: Volume,
  index: number,
): readonly FieldError[] {
  const path = ['spec', 'volumes', index]
  const type = volumeTypeOf(volume)
  if (type === undefined) return [invalid(path, '', `unknown volume type for volume: ${volume.name ?? ''}`)]
  if (!allowsType(spec.volumes ?? [], type, volume))
    return [invalid(path, type, `${type} volumes are not allowed to be used`)]
  if (type === 'hostPath') {
    const hostPath = volume.hostPath?.path ?? ''
    const judgement = judgeHostPath(spec.allowedHostPaths ?? [], hostPath)
    if (judgement === 'denied')
      return [invalid([...path, 'hostPath', 'pathPrefix'], hostPath, 'is not allowed to be used')]
    return judgement === 'read-only' ? validateReadOnlyMounts(pod, volume.name ?? '') : []
  }
  if (type === 'flexVolume') {
    const driver = volume.flexVolume?.driver ?? ''
    const drivers = (spec.allowedFlexVolumes ?? []).map((allowed) => allowed.driver ?? '')
    if (drivers.length === 0 || drivers.includes(driver)) return []
    return [invalid([...path, 'driver'], driver, 'Flexvolume driver is not allowed to be used')]
  }
  if (type === 'csi') {
    const driver = volume.csi?.driver ?? ''
    const drivers = (spec.allowedCSIDrivers ?? []).map((allowed) => allowed.name ?? '')
    if (drivers.length === 0 || drivers.includes(driver)) return []
    return [invalid([...path, 'csi', 'driver'], driver, 'Inline CSI driver is not allowed to be used')]
  }
  return []
}

function allowsType(allowed: readonly string[], type: string, volume: Volume): boolean {
  if (allowed.includes(WILDCARD) || allowed.includes(type)) return true
  // Since 1.20 the service account's token comes as a projected volume in every pod; a policy that allows secrets
  // always allowed it, so it still does.
  return type === 'projected' && allowed.includes('secret') && hasOnlyServiceAccountTokenSources(volume)
}

/** "readOnly: when set to true, will allow host volumes matching the pathPrefix only if all volume mounts are readOnly." */
function validateReadOnlyMounts(pod: Pod, volume: string): FieldError[] {
  return containersOf(pod).flatMap(({ path, container }) =>
    items(container.volumeMounts).flatMap((mount, index) =>
      (mount.name ?? '') === volume && mount.readOnly !== true
        ? [invalid([...path, 'volumeMounts', index, 'readOnly'], false, 'must be read-only')]
        : [],
    ),
  )
}
