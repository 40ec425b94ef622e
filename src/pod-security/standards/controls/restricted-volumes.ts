import type { PodSpec } from '../../../kubernetes/index.ts'
import type { Control } from '../control.ts'
import { valuesOf, volumeNames } from '../setters.ts'
import { joinQuoted, pluralize, sortedSet } from '../wording.ts'

type Volume = NonNullable<PodSpec['volumes']>[number]

/** In the order in which Kubernetes looks for what a volume is. */
const FORBIDDEN_SOURCES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
] as const satisfies (keyof Volume)[]

/**
 * "The Restricted policy only permits the following volume types." (Pod Security Standards, Restricted)
 */
export const restrictedVolumes: Control = {
  id: 'restrictedVolumes',
  level: 'restricted',
  revisions: [
    {
      since: 0,
      overrides: ['hostPathVolumes'],
      forbids: ({ spec }) => spec.volumes?.some(isForbidden) ?? false,
      offences: ({ spec }) =>
        (spec.volumes ?? []).flatMap((volume, index) => {
          if (!isForbidden(volume)) return []
          const source = FORBIDDEN_SOURCES.find((field) => volume[field] != null)
          const place = ['spec', 'volumes', index]
          return [
            {
              setter: { kind: 'volume' as const, name: volume.name ?? '' },
              kind: 'forbidden' as const,
              fields: [source === undefined ? place : [...place, source]] as const,
              values: [source ?? 'unknown'],
            },
          ]
        }),
    },
  ],
  describe(offences) {
    const names = volumeNames(offences)
    const types = sortedSet(valuesOf(offences))
    return {
      reason: 'restricted volume types',
      detail: [
        pluralize('volume', 'volumes', names.length),
        joinQuoted(names),
        pluralize('uses', 'use', names.length),
        pluralize('restricted volume type', 'restricted volume types', types.length),
        joinQuoted(types),
      ].join(' '),
    }
  },
}

/** "Every item in the spec.volumes[*] list must set one of the following fields to a non-null value" */
function isForbidden(volume: Volume): boolean {
  return (
    volume.configMap == null &&
    volume.csi == null &&
    volume.downwardAPI == null &&
    volume.emptyDir == null &&
    volume.ephemeral == null &&
    volume.image == null &&
    volume.persistentVolumeClaim == null &&
    volume.projected == null &&
    volume.secret == null
  )
}
