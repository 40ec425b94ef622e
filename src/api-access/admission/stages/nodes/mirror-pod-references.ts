import { type Fields, fieldsOf, goQuote, listOf, type Pod } from '../../../../kubernetes/index.ts'
import { refersToConfigMaps, refersToSecrets } from '../pods/references.ts'

/** Volumes that need nothing of the API beside what is looked for in all volumes at once. */
const FREE = new Set([
  'awsElasticBlockStore',
  'azureDisk',
  'cephfs',
  'cinder',
  'downwardAPI',
  'emptyDir',
  'fc',
  'flexVolume',
  'flocker',
  'gcePersistentDisk',
  'gitRepo',
  'hostPath',
  'image',
  'iscsi',
  'nfs',
  'photonPersistentDisk',
  'portworxVolume',
  'quobyte',
  'rbd',
  'scaleIO',
  'storageos',
  'vsphereVolume',
])

const OF_VOLUMES: Readonly<Record<string, string>> = {
  csi: 'csidrivers (via CSI volumes)',
  glusterfs: 'endpoints (via glusterFS volumes)',
  persistentVolumeClaim: 'persistentvolumeclaims',
  ephemeral: 'persistentvolumeclaims (via ephemeral volumes)',
  azureFile: 'secrets (via azureFile volumes)',
}

const OF_PROJECTIONS: Readonly<Record<string, string>> = {
  serviceAccountToken: 'serviceaccounts (via projected volumes)',
  clusterTrustBundle: 'clustertrustbundles',
  podCertificate: 'podcertificates',
}

/**
 * What a pod refers to in the API, in the words of the API server since 1.34 (`pkg/api/pod`, `HasAPIObjectReference`):
 * a node that made such a pod would be let read it. A volume of a sort that is not known refers to who knows what.
 *
 * @returns the plural of the type; `{ problem }` for what is not known; undefined where there is nothing
 */
export function referenceOf(pod: Pod): string | { readonly problem: string } | undefined {
  if ((pod.spec?.serviceAccountName ?? '') !== '') return 'serviceaccounts'
  if (refersToSecrets(pod)) return 'secrets'
  if (refersToConfigMaps(pod)) return 'configmaps'
  if ((pod.spec?.resourceClaims ?? []).length > 0) return 'resourceclaims'
  for (const volume of pod.spec?.volumes ?? []) {
    const found = ofVolume(fieldsOf(volume))
    if (found !== undefined) return found
  }
  return undefined
}

function ofVolume(volume: Fields): ReturnType<typeof referenceOf> {
  for (const sort of sortsOf(volume)) {
    if (FREE.has(sort)) continue
    if (sort === 'projected') {
      const found = ofProjections(volume)
      if (found !== undefined) return found
      continue
    }
    // The API server says two blanks.
    return (
      OF_VOLUMES[sort] ?? {
        problem: `unknown volume type for volume  ${goQuote(String(volume['name'] ?? ''))}`,
      }
    )
  }
  return undefined
}

function ofProjections(volume: Fields): ReturnType<typeof referenceOf> {
  const { sources } = fieldsOf(volume['projected'])
  for (const source of listOf(sources))
    for (const sort of sortsOf(fieldsOf(source)))
      if (sort !== 'downwardAPI')
        return (
          OF_PROJECTIONS[sort] ?? {
            problem: `unknown source for projected volume ${goQuote(String(volume['name'] ?? ''))}`,
          }
        )
  return undefined
}

/** A volume has one; one without is an empty folder. */
function sortsOf(volume: Fields): string[] {
  return Object.entries(volume).flatMap(([key, value]) => (key === 'name' || value == null ? [] : [key]))
}
