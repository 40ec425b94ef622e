import { setTimeout as sleep } from 'node:timers/promises'
import type { AdmissionSurroundings } from '../../api-access/admission/index.ts'
import {
  type ClusterClient,
  discoverKind,
  type KubernetesObject,
  type ObjectView,
  type ResourceType,
  type WatchedObjects,
} from '../../kubernetes/index.ts'

/** A kind whose definition was not there is asked for again after this long. */
const ASK_AGAIN_MILLISECONDS = 5_000
/** How long a request waits for the first list of parameters, as in the API server (`policy/generic`, CollectParams). */
const PATIENCE_MILLISECONDS = 1_000
const LOOK_MILLISECONDS = 20
/** Each is watched for as long as the process runs. */
const MOST_KINDS = 100

const POLICIES = ['validatingadmissionpolicies', 'mutatingadmissionpolicies'].map((resource) => ({
  group: 'admissionregistration.k8s.io',
  resource,
}))

/**
 * Follows the parameters of policies: which kinds they are of, nobody knows before there is a policy. A kind is watched
 * from the moment that a policy names it, or a request needs it.
 *
 * @param objects - the view in which parameters are then found; its user must be allowed to list and watch them
 * @param policies - sees the policies, those of files too
 */
export function paramKinds(
  client: Pick<ClusterClient, 'request'>,
  objects: WatchedObjects,
  policies: ObjectView,
): NonNullable<AdmissionSurroundings['paramType']> {
  const known = new Map<string, Promise<ResourceType | undefined>>()

  const typeOf = (kind: Parameters<NonNullable<AdmissionSurroundings['paramType']>>[0]) => {
    const key = `${kind.apiVersion} ${kind.kind}`
    const before = known.get(key)
    if (before !== undefined) return before
    if (known.size >= MOST_KINDS) return Promise.resolve(undefined)
    const type = discoverKind(client, kind)
    known.set(key, type)
    const forget = () => setTimeout(() => known.delete(key), ASK_AGAIN_MILLISECONDS).unref()
    type.then((found) => (found === undefined ? forget() : objects.follow(found)), forget)
    return type
  }
  const warm = (policy: KubernetesObject) => {
    const { paramKind } = (policy['spec'] ?? {}) as { paramKind?: { apiVersion: string; kind: string } }
    // What goes wrong here goes wrong again for the request that needs it.
    if (paramKind !== undefined) typeOf(paramKind).catch(() => undefined)
  }
  for (const type of POLICIES) {
    policies.subscribe(type, ({ after }) => after !== undefined && warm(after))
    for (const policy of policies.list(type)) warm(policy)
  }

  return async (kind) => {
    const type = await typeOf(kind)
    if (type === undefined) return undefined
    for (
      let waited = 0;
      !objects.isComplete(type) && waited < PATIENCE_MILLISECONDS;
      waited += LOOK_MILLISECONDS
    )
      await sleep(LOOK_MILLISECONDS)
    return type
  }
}
