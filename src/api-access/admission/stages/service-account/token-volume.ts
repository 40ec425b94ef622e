import {
  type GroupResource,
  goQuote,
  type KubernetesObject,
  type ObjectView,
  type PodSpec,
} from '../../../../kubernetes/index.ts'
import { Refused, serverTimeout } from '../../refusals.ts'
import { mapContainers } from '../pods/containers.ts'
import type { Account, ServiceAccountOptions } from './service-account.ts'

const SECRETS: GroupResource = { group: '', resource: 'secrets' }
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const BOUND_PREFIX = 'kube-api-access-'

/** An hour and seven seconds, by which the API server knows that nobody chose it. */
const EXPIRATION_SECONDS = 3607

export interface TokenVolume extends Pick<ServiceAccountOptions, 'randomSuffix'> {
  readonly tokens: 'bound' | 'secret'
  readonly account: Account
}

/**
 * Mounts the account's token into every container that has nothing at its place yet, and adds the volume for it where
 * one of them needs it ("ServiceAccount admission controller", steps on automount).
 *
 * @throws Refused where the token is to come from a Secret and there is none yet
 */
export function withTokenVolume(spec: PodSpec, volume: TokenVolume, objects: ObjectView): PodSpec {
  const { tokens, account, randomSuffix } = volume
  const secret = tokens === 'secret' ? tokenSecretOf(account, objects) : undefined
  const volumes = spec.volumes ?? []
  const existing = volumes.find((each) =>
    secret === undefined ? (each.name ?? '').startsWith(BOUND_PREFIX) : each.secret?.secretName === secret,
  )
  const name = existing?.name ?? newName(secret, volumes, randomSuffix)
  const mount = { name, readOnly: true, mountPath: MOUNT_PATH }
  const pod = { spec }
  const mounted = mapContainers(pod, ['initContainers', 'containers'], (container) => {
    const mounts = container.volumeMounts ?? []
    if (mounts.some(({ mountPath }) => mountPath === MOUNT_PATH)) return container
    return { ...container, volumeMounts: [...mounts, mount] }
  })
  if (mounted === pod || mounted.spec === undefined) return spec
  if (existing !== undefined) return mounted.spec
  const source = secret === undefined ? { projected: PROJECTED } : { secret: { secretName: secret } }
  return { ...mounted.spec, volumes: [...volumes, { name, ...source }] }
}

/** The API server fills in 0644 where a volume's mode is not given. */
const PROJECTED = {
  sources: [
    { serviceAccountToken: { path: 'token', expirationSeconds: EXPIRATION_SECONDS } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
      },
    },
  ],
}

function newName(
  secret: string | undefined,
  volumes: NonNullable<PodSpec['volumes']>,
  randomSuffix: () => string,
): string {
  if (secret === undefined) return `${BOUND_PREFIX}${randomSuffix()}`
  // The name of a mount cannot have dots.
  const name = secret.replaceAll('.', '-')
  return volumes.some((volume) => volume.name === name) ? `${name}-${randomSuffix()}` : name
}

/** The first Secret that the account lists and that is a token of this very account. */
function tokenSecretOf(account: Account, objects: ObjectView): string {
  const found = account.secrets.find((name) => {
    const secret = objects.get(SECRETS, account.namespace, name)
    return secret !== undefined && isTokenOf(account, secret)
  })
  if (found !== undefined) return found
  const message = `No API token found for service account ${goQuote(account.name)}, retry after the token is automatically created and added to the service account`
  const refusal = serverTimeout({ group: '', resource: 'serviceaccounts' }, 'create pod')
  throw new Refused({ ...refusal, message, details: { ...refusal.details, retryAfterSeconds: 1 } })
}

function isTokenOf({ name, uid }: Account, { metadata, ...secret }: KubernetesObject): boolean {
  const annotations = metadata?.annotations ?? {}
  const owner = annotations['kubernetes.io/service-account.uid'] ?? ''
  return (
    secret['type'] === 'kubernetes.io/service-account-token' &&
    annotations['kubernetes.io/service-account.name'] === name &&
    (owner === '' || owner === uid)
  )
}
