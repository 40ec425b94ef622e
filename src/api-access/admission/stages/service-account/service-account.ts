import type { GroupResource, KubernetesObject, Pod, PodSpec } from '../../../../kubernetes/index.ts'
import { errorText } from '../../../../messages/index.ts'
import { forbidden, Refused } from '../../refusals.ts'
import type { AdmissionRequest, AdmissionStage, AdmissionSurroundings } from '../../stage.ts'
import { isAboutPods, MIRROR_ANNOTATION, objectOf, podOf } from '../pods/pod-request.ts'
import { refersToSecrets } from '../pods/references.ts'
import { forbiddenInContainers, forbiddenSecretReference } from './mountable-secrets.ts'
import { type TokenVolume, withTokenVolume } from './token-volume.ts'

const SERVICE_ACCOUNTS: GroupResource = { group: '', resource: 'serviceaccounts' }
const ENFORCE_MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets'

/** The controller makes the account `default` of a new namespace a moment after it. */
const DEFAULT_TRIES = 10
const RETRY_MILLISECONDS = 150

export interface ServiceAccountOptions {
  /**
   * How containers are given their token: `bound`, a projected volume with a token that expires (since Kubernetes
   * 1.21), or `secret`, the Secret of the account's own (before).
   */
  readonly tokens?: 'bound' | 'secret'
  /** Five letters or digits for the names of volumes. */
  readonly randomSuffix: () => string
  readonly sleep: (milliseconds: number) => Promise<unknown>
}

/** A ServiceAccount, as far as admission looks at it. */
export interface Account {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly annotations: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  readonly imagePullSecrets: readonly string[]
  readonly automount: boolean | undefined
}

/**
 * "Implements automation for serviceAccounts" (Kubernetes documentation, "ServiceAccount" and "ServiceAccount admission
 * controller"): a pod without an account gets `default`, an account that does not exist is refused, containers get
 * the account's token mounted unless the pod or the account will not have it, and a pod without image pull secrets
 * the account's.
 */
export function createServiceAccount(options: ServiceAccountOptions): AdmissionStage {
  const { tokens = 'bound' } = options
  return {
    name: 'ServiceAccount',
    async mutate(request, surroundings) {
      if (!isConcerned(request)) return {}
      const pod = podOf(request.object)
      if (isMirror(pod)) {
        checkMirror(request, pod)
        return {}
      }
      // "serviceAccount is a deprecated alias for serviceAccountName" (API reference, PodSpec).
      const serviceAccountName = pod.spec?.serviceAccountName || pod.spec?.serviceAccount || 'default'
      const account = await accountOf(request, serviceAccountName, surroundings, options)
      let spec: PodSpec = { ...pod.spec, serviceAccountName }
      if (pod.spec?.automountServiceAccountToken ?? account.automount ?? true) {
        const volume: TokenVolume = { tokens, account, randomSuffix: options.randomSuffix }
        spec = withTokenVolume(spec, volume, surroundings.objects)
      }
      if ((spec.imagePullSecrets ?? []).length === 0 && account.imagePullSecrets.length > 0)
        spec = { ...spec, imagePullSecrets: account.imagePullSecrets.map((name) => ({ name })) }
      checkReferences(request, { ...pod, spec }, account)
      return { object: objectOf({ ...pod, spec }) }
    },
    async validate(request, surroundings) {
      if (isNewEphemeralContainer(request)) {
        await checkEphemeralContainers(request, (name) => accountOf(request, name, surroundings, options))
        return {}
      }
      if (!isConcerned(request)) return {}
      const pod = podOf(request.object)
      if (isMirror(pod)) checkMirror(request, pod)
      else {
        const name = pod.spec?.serviceAccountName ?? ''
        checkReferences(request, pod, await accountOf(request, name, surroundings, options))
      }
      return {}
    },
  }
}

function isConcerned(request: AdmissionRequest): boolean {
  return isAboutPods(request) && request.operation === 'CREATE' && request.object !== undefined
}

function isNewEphemeralContainer({ operation, resource, subresource, object }: AdmissionRequest): boolean {
  const isPart =
    resource.group === '' && resource.resource === 'pods' && subresource === 'ephemeralcontainers'
  // Servers before 1.22 are sent a list of its own kind, not the pod.
  return isPart && operation === 'UPDATE' && object?.kind === 'Pod'
}

/** What a pod may not refer to when it is made, it may not refer to by a container that is added later. */
async function checkEphemeralContainers(
  request: AdmissionRequest,
  accountNamed: (name: string) => Promise<Account>,
): Promise<void> {
  const pod = podOf(request.object)
  const name = pod.spec?.serviceAccountName ?? ''
  if (name === '') {
    const { namespace } = request
    const cause = `no service account specified for pod ${namespace}/${pod.metadata?.name ?? ''}`
    throw new Refused(forbidden(request, cause))
  }
  const account = await accountNamed(name)
  if (!enforcesMountable(account)) return
  const problem = forbiddenInContainers(pod, 'ephemeralContainers', account)
  if (problem !== undefined) throw new Refused(forbidden(request, problem))
}

function isMirror({ metadata }: Pod): boolean {
  return Object.hasOwn(metadata?.annotations ?? {}, MIRROR_ANNOTATION)
}

/** A kubelet's own pods are not changed, and may use nothing of the API. */
function checkMirror(request: AdmissionRequest, pod: Pod): void {
  const refuse = (cause: string) => {
    throw new Refused(forbidden(request, cause))
  }
  if ((pod.spec?.serviceAccountName ?? '') !== '') refuse('a mirror pod may not reference service accounts')
  if (refersToSecrets(pod)) refuse('a mirror pod may not reference secrets')
  const projections = (pod.spec?.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? [])
  if (projections.some(({ serviceAccountToken }) => serviceAccountToken !== undefined))
    refuse('a mirror pod may not use ServiceAccountToken volume projections')
}

function enforcesMountable({ annotations }: Account): boolean {
  return /^(1|t|T|TRUE|true|True)$/.test(annotations[ENFORCE_MOUNTABLE] ?? '')
}

function checkReferences(request: AdmissionRequest, pod: Pod, account: Account): void {
  if (!enforcesMountable(account)) return
  const problem = forbiddenSecretReference(pod, account)
  if (problem !== undefined) throw new Refused(forbidden(request, problem))
}

async function accountOf(
  request: AdmissionRequest,
  name: string,
  { objects, lookUp }: AdmissionSurroundings,
  { sleep }: ServiceAccountOptions,
): Promise<Account> {
  const { namespace } = request
  const refuse = (problem: string) =>
    new Refused(forbidden(request, `error looking up service account ${namespace}/${name}: ${problem}`))
  const known = objects.get(SERVICE_ACCOUNTS, namespace, name)
  if (known !== undefined) return decode(known)
  if (lookUp === undefined && !objects.isComplete(SERVICE_ACCOUNTS)) throw refuse('not yet synced')
  const tries = name === 'default' && lookUp !== undefined ? DEFAULT_TRIES : 1
  for (let attempt = 0; attempt < tries; attempt++) {
    if (attempt > 0) await sleep(RETRY_MILLISECONDS)
    try {
      const found = await lookUp?.(SERVICE_ACCOUNTS, namespace, name)
      if (found !== undefined) return decode(found)
    } catch (error) {
      throw refuse(errorText(error))
    }
  }
  throw refuse(`serviceaccount "${name}" not found`)
}

function decode({ metadata, ...object }: KubernetesObject): Account {
  const automount = object['automountServiceAccountToken']
  return {
    name: metadata?.name ?? '',
    namespace: metadata?.namespace ?? '',
    uid: metadata?.uid ?? '',
    annotations: metadata?.annotations ?? {},
    secrets: namesOf(object['secrets']),
    imagePullSecrets: namesOf(object['imagePullSecrets']),
    automount: typeof automount === 'boolean' ? automount : undefined,
  }
}

function namesOf(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return []
  return list.map((item: { name?: unknown } | null) => (typeof item?.name === 'string' ? item.name : ''))
}
