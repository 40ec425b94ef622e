import {
  fieldsOf,
  type GroupResource,
  type KubernetesObject,
  listOf,
  type ObjectView,
  quantityOf,
} from '../../../../kubernetes/index.ts'
import { withDefaultRequests } from '../pods/default-requests.ts'
import { podOf } from '../pods/pod-request.ts'
import { excess, NOTHING, type ResourceList } from '../pods/resource-list.ts'
import { DeviceClasses } from './device-classes.ts'
import { DEVICES_OF_CLASS, devicesOf } from './devices.ts'
import { type Evaluator, isWriteOfObject, WITHOUT_SCOPES } from './evaluator.ts'
import { usageOfPod } from './pod-usage.ts'

const PODS: GroupResource = { group: '', resource: 'pods' }
const CLASSES: GroupResource = { group: 'resource.k8s.io', resource: 'deviceclasses' }
const CLAIMS: GroupResource = { group: 'resource.k8s.io', resource: 'resourceclaims' }
const COUNT = `count/${CLAIMS.resource}.${CLAIMS.group}`

/** On a claim that the scheduler made for what a pod asks for as extended resources (KEP-5004). */
const EXTENDED_ANNOTATION = 'resource.kubernetes.io/extended-resource-claim'

/**
 * ResourceClaims: their number, their devices by class, and these as the extended resources by whose names pods ask for
 * them, so that a quota of `requests.example.com/gpu` holds however the devices are asked for. What a pod was charged
 * for already, the claim that was made for it does not take again (`pkg/quota/v1/evaluator/core`, `claimEvaluator`, as
 * since 1.36; feature DRAExtendedResource, on since then).
 */
export function deviceClaims(view: ObjectView): Evaluator {
  const classes = new DeviceClasses(() => view.list(CLASSES))
  return {
    ...WITHOUT_SCOPES,
    handles: isWriteOfObject,
    beside: PODS,
    reads: [CLASSES, PODS],
    counts: (name) => name === COUNT || name.endsWith(DEVICES_OF_CLASS) || classes.isRequested(name),
    usage(claim, now) {
      const devices = devicesOf(claim)
      const extended = excess(classes.asRequests(devices), chargedToPod(claim, view, now))
      return new Map([
        [COUNT, quantityOf(1)],
        ...devices,
        ...[...extended].filter(([, { nanos }]) => nanos > 0n),
      ])
    },
  }
}

/** What the pod takes that the claim was made for: one claim of each pod, for anybody could make another like it. */
function chargedToPod(claim: KubernetesObject, view: ObjectView, now: number): ResourceList {
  const owner = podOwnerOf(claim)
  const { namespace = '', name } = claim.metadata ?? {}
  const pod = owner && view.get(PODS, namespace, owner.name)
  if (pod === undefined || pod.metadata?.uid !== owner?.uid) return NOTHING
  const { extendedResourceClaimStatus } = fieldsOf(pod['status'])
  const isTheClaim =
    extendedResourceClaimStatus == null
      ? isFirst(claim, owner?.uid, view, now)
      : fieldsOf(extendedResourceClaimStatus)['resourceClaimName'] === name
  return isTheClaim ? usageOfPod(withDefaultRequests(podOf(pod)), now) : NOTHING
}

function podOwnerOf({ metadata }: KubernetesObject) {
  if (metadata?.annotations?.[EXTENDED_ANNOTATION] !== 'true') return undefined
  const owner = listOf(metadata.ownerReferences)
    .map(fieldsOf)
    .find(({ controller }) => controller === true)
  const { apiVersion, kind, name, uid } = owner ?? {}
  if (apiVersion !== 'v1' || kind !== 'Pod' || typeof name !== 'string') return undefined
  return { name, uid }
}

/** As long as the pod does not say which claim was made for it, it is the first; of those of one second, by name. */
function isFirst(claim: KubernetesObject, pod: unknown, view: ObjectView, now: number): boolean {
  const { namespace, name = '' } = claim.metadata ?? {}
  const made = madeAt(claim, now)
  return [...view.list(CLAIMS, namespace)].every((other) => {
    const otherName = other.metadata?.name ?? ''
    if (otherName === name || podOwnerOf(other)?.uid !== pod) return true
    const otherMade = madeAt(other, now)
    return otherMade > made || (otherMade === made && otherName > name)
  })
}

/** One that is being made has no time yet. */
function madeAt({ metadata }: KubernetesObject, now: number): number {
  const time = metadata?.creationTimestamp
  return time === undefined ? now : new Date(time).getTime()
}
