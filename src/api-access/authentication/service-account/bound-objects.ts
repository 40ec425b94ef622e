import type { GroupResource, KubernetesObject, ObjectView } from '../../../kubernetes/index.ts'
import { AuthenticationError } from '../authentication-error.ts'
import { isSameSecret } from '../bearer/secret-digest.ts'
import { jwtMessages } from '../jwt/messages.ts'
import type { ObjectReference, ServiceAccountClaims } from './claims.ts'

const { make } = jwtMessages

/** The resources that a view must have for tokens to be judged. */
const SERVICE_ACCOUNTS: GroupResource = { group: '', resource: 'serviceaccounts' }
export const SECRETS: GroupResource = { group: '', resource: 'secrets' }
const PODS: GroupResource = { group: '', resource: 'pods' }
const NODES: GroupResource = { group: '', resource: 'nodes' }

/** Marks the Secret of a legacy token that was not used for long (Kubernetes documentation, "Legacy token cleaner"). */
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since'

/**
 * How long an object that is being deleted still counts: "the token will … be considered invalid if the
 * deletionTimestamp is more than 60 seconds in the past" (Kubernetes documentation, "Bound service account tokens").
 */
const DELETION_MILLISECONDS = 60_000

/**
 * Checks that the service account and all that a token is bound to are still there, and are the same.
 *
 * @param token - a legacy one must be what its Secret holds
 * @param now - milliseconds since 1970
 * @throws AuthenticationError ERR_TOKEN_REVOKED; ERR_OBJECTS_UNKNOWN while the view is not complete
 */
export function checkBoundObjects(
  { account, legacySecret, pod, secret, node }: ServiceAccountClaims,
  token: string,
  view: ObjectView,
  now: number,
): void {
  const { namespace } = account
  alive(view, SERVICE_ACCOUNTS, 'ServiceAccount', namespace, account, now)
  if (legacySecret !== undefined) checkLegacySecret(view, namespace, legacySecret, token)
  if (pod !== undefined) alive(view, PODS, 'Pod', namespace, pod, now)
  if (secret !== undefined) alive(view, SECRETS, 'Secret', namespace, secret, now)
  // Of a pod's token the node is told only to know it; the pod stands for it.
  if (node !== undefined && pod === undefined) alive(view, NODES, 'Node', '', node, now)
}

function alive(
  view: ObjectView,
  type: GroupResource,
  kind: string,
  namespace: string,
  { name, uid }: ObjectReference,
  now: number,
): void {
  const found = known(view, type, namespace, name)
  if (found === undefined || isDeleted(found, now - DELETION_MILLISECONDS))
    throw revoked(make['bound-object-gone']({ kind, name }))
  if (found.metadata?.uid !== uid) throw revoked(make['bound-object-other']({ kind, name }))
}

function checkLegacySecret(view: ObjectView, namespace: string, name: string, token: string): void {
  const secret = known(view, SECRETS, namespace, name)
  if (secret === undefined || secret.metadata?.deletionTimestamp !== undefined)
    throw revoked(make['bound-object-gone']({ kind: 'Secret', name }))
  const { token: held = '' } = (secret['data'] ?? {}) as { token?: string }
  const isMarked = (secret.metadata?.labels?.[INVALID_SINCE] ?? '') !== ''
  if (isMarked || !isSameSecret(Buffer.from(held, 'base64').toString(), token))
    throw revoked(make.invalidated({ name }))
}

/** @throws AuthenticationError ERR_OBJECTS_UNKNOWN */
export function known(
  view: ObjectView,
  type: GroupResource,
  namespace: string,
  name: string,
): KubernetesObject | undefined {
  const { resource } = type
  if (!view.isComplete(type))
    throw new AuthenticationError('ERR_OBJECTS_UNKNOWN', make['objects-unknown']({ resource }))
  return view.get(type, namespace, name)
}

function isDeleted({ metadata }: KubernetesObject, before: number): boolean {
  const time = metadata?.deletionTimestamp
  return time !== undefined && Date.parse(time) < before
}

function revoked(detail: AuthenticationError['detail']): AuthenticationError {
  return new AuthenticationError('ERR_TOKEN_REVOKED', detail)
}
