import {
  type Fields,
  fieldsOf,
  goQuote,
  isRecord,
  type KubernetesObject,
  listOf,
  stringOf,
} from '../../../../kubernetes/index.ts'
import { aggregated, Refused } from '../../refusals.ts'
import { find, type NodeQuestion, refuse } from './node-question.ts'

/** Types, and how an error of the API server calls one object of each. */
const CLAIMS = { group: '', resource: 'persistentvolumeclaims', singular: 'persistentvolumeclaim' }
const VOLUMES = { group: '', resource: 'persistentvolumes', singular: 'persistentvolume' }
const DRIVERS = { group: 'storage.k8s.io', resource: 'csidrivers', singular: 'csidriver' }

/** Volumes of Kubernetes' own that a driver serves nowadays ("CSI migration"; `csi-translation-lib`). */
const MIGRATED: Readonly<Record<string, string>> = {
  awsElasticBlockStore: 'ebs.csi.aws.com',
  azureDisk: 'disk.csi.azure.com',
  azureFile: 'file.csi.azure.com',
  cinder: 'cinder.csi.openstack.org',
  gcePersistentDisk: 'pd.csi.storage.gke.io',
  portworxVolume: 'pxd.portworx.com',
  vsphereVolume: 'csi.vsphere.vmware.com',
}

/**
 * "The kubelet can only request service account tokens for audiences that are already referenced by pods running on that
 * node" or that it was granted by the verb `request-serviceaccounts-token-audience` (feature
 * ServiceAccountNodeAudienceRestriction, on since 1.33).
 *
 * @param pod - that the token is bound to
 * @throws Refused
 */
export async function admitAudience(question: NodeQuestion, pod: KubernetesObject): Promise<void> {
  const { request, surroundings } = question
  const audiences = listOf(fieldsOf(request.object?.['spec'])['audiences'])
  if (audiences.length > 1) refuse(question, 'node may only request 0 or 1 audiences')
  const audience = stringOf(audiences[0])
  if (await isReferenced(question, pod, audience)) return
  const { user, namespace, name } = request
  const { verdict } = await surroundings.authorize({
    user,
    verb: 'request-serviceaccounts-token-audience',
    apiGroup: '',
    apiVersion: 'v1',
    resource: audience,
    subresource: '',
    namespace,
    name,
    path: '',
    resourceRequest: true,
  })
  if (verdict === 'allow') return
  refuse(
    question,
    `audience ${goQuote(audience)} not found in pod spec volume, ${user.name} is not authorized to request tokens for this audience`,
  )
}

/** @throws Refused where no volume refers to it, and it cannot be told of one */
async function isReferenced(
  question: NodeQuestion,
  pod: KubernetesObject,
  audience: string,
): Promise<boolean> {
  const problems: string[] = []
  for (const volume of listOf(fieldsOf(pod['spec'])['volumes']).map(fieldsOf)) {
    const projections = listOf(fieldsOf(volume['projected'])['sources']).map(fieldsOf)
    const tokens = projections.map(({ serviceAccountToken }) => serviceAccountToken)
    if (tokens.some((token) => isRecord(token) && stringOf(token['audience']) === audience)) return true
    try {
      const driver = await driverOf(question, pod, volume)
      if (driver === '') continue
      const { tokenRequests } = fieldsOf((await known(question, DRIVERS, '', driver))['spec'])
      if (listOf(tokenRequests).some((each) => stringOf(fieldsOf(each)['audience']) === audience)) return true
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      problems.push(error.message)
    }
  }
  if (problems.length === 0) return false
  return refuse(question, `error validating audience ${goQuote(audience)}: ${aggregated(problems)}`)
}

/** @returns `''` for a volume that no driver serves */
async function driverOf(question: NodeQuestion, pod: KubernetesObject, volume: Fields): Promise<string> {
  const { ephemeral, persistentVolumeClaim, csi } = volume
  // "the name of the PVC will be `<pod name>-<volume name>`"
  if (isRecord(ephemeral) && isRecord(ephemeral['volumeClaimTemplate']))
    return driverOfClaim(question, `${pod.metadata?.name ?? ''}-${stringOf(volume['name'])}`)
  if (isRecord(persistentVolumeClaim))
    return driverOfClaim(question, stringOf(persistentVolumeClaim['claimName']))
  return isRecord(csi) ? stringOf(csi['driver']) : migratedDriver(volume)
}

async function driverOfClaim(question: NodeQuestion, name: string): Promise<string> {
  const claim = await known(question, CLAIMS, question.request.namespace, name)
  const volumeName = stringOf(fieldsOf(claim['spec'])['volumeName'])
  const source = fieldsOf((await known(question, VOLUMES, '', volumeName))['spec'])
  return isRecord(source['csi']) ? stringOf(source['csi']['driver']) : migratedDriver(source)
}

function migratedDriver(source: Fields): string {
  for (const [field, driver] of Object.entries(MIGRATED)) if (isRecord(source[field])) return driver
  return ''
}

function known(
  question: NodeQuestion,
  { singular, ...type }: typeof CLAIMS,
  namespace: string,
  name: string,
): Promise<KubernetesObject> {
  return find(question, type, namespace, name, singular)
}
