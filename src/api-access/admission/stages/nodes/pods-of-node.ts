import {
  fieldsOf,
  type GroupResource,
  goQuote,
  type KubernetesObject,
  type Pod,
} from '../../../../kubernetes/index.ts'
import { isSame } from '../../chain/json-patch.ts'
import { MIRROR_ANNOTATION, podOf } from '../pods/pod-request.ts'
import { referenceOf } from './mirror-pod-references.ts'
import { find, type NodeQuestion, refuse } from './node-question.ts'

const PODS: GroupResource = { group: '', resource: 'pods' }
const NODES: GroupResource = { group: '', resource: 'nodes' }

/** "kubelets are allowed to … create mirror pods, and to delete pods that are bound to them". */
export async function admitPods(question: NodeQuestion): Promise<void> {
  const { request, node } = question
  if (request.operation === 'CREATE') return admitMirrorPod(question)
  if (request.operation !== 'DELETE')
    refuse(
      question,
      `unexpected operation ${goQuote(request.operation)}, node ${goQuote(node)} can only create and delete mirror pods`,
    )
  const pod = await find(question, PODS, request.namespace, request.name)
  if (nodeNameOf(pod) !== node)
    refuse(question, `node ${goQuote(node)} can only delete pods with spec.nodeName set to itself`)
}

export async function admitPodStatus(question: NodeQuestion): Promise<void> {
  const { request, node } = question
  if (request.operation !== 'UPDATE') refuse(question, `unexpected operation ${goQuote(request.operation)}`)
  const before = podOf(request.oldObject)
  const after = podOf(request.object)
  if (before.spec?.nodeName !== node)
    refuse(
      question,
      `node ${goQuote(node)} can only update pod status for pods with spec.nodeName set to itself`,
    )
  if (!isSame(before.metadata?.labels ?? {}, after.metadata?.labels ?? {}))
    refuse(question, `node ${goQuote(node)} cannot update labels through pod status`)
  if (!isSame(before.status?.resourceClaimStatuses ?? [], after.status?.resourceClaimStatuses ?? []))
    refuse(question, `node ${goQuote(node)} cannot update resource claim statues`)
  if (!isSame(extendedClaimOf(request.oldObject), extendedClaimOf(request.object)))
    refuse(question, `node ${goQuote(node)} cannot update extended resource claim status`)
}

/** The claim by which a pod has devices that it asks for as extended resources (KEP-5004): the node may read it. */
function extendedClaimOf(pod: KubernetesObject | undefined): unknown {
  return fieldsOf(pod?.['status'])['extendedResourceClaimStatus'] ?? null
}

export async function admitPodEviction(question: NodeQuestion): Promise<void> {
  const { request, node } = question
  if (request.operation !== 'CREATE') refuse(question, `unexpected operation ${request.operation}`)
  const name = request.name || (request.object?.metadata?.name ?? '')
  if (name === '') refuse(question, 'could not determine pod from request data')
  const pod = await find(question, PODS, request.namespace, name)
  if (nodeNameOf(pod) !== node)
    refuse(question, `node ${node} can only evict pods with spec.nodeName set to itself`)
}

async function admitMirrorPod(question: NodeQuestion): Promise<void> {
  const { request } = question
  const node = goQuote(question.node)
  const pod = podOf(request.object)
  if (!Object.hasOwn(pod.metadata?.annotations ?? {}, MIRROR_ANNOTATION))
    refuse(
      question,
      `pod does not have ${goQuote(MIRROR_ANNOTATION)} annotation, node ${node} can only create mirror pods`,
    )
  if (pod.spec?.nodeName !== question.node)
    refuse(question, `node ${node} can only create pods with spec.nodeName set to itself`)
  await checkOwner(question, pod)

  const reference = referenceOf(pod)
  if (typeof reference === 'string')
    refuse(question, `node ${node} can not create pods that reference ${reference}`)
  if (reference !== undefined)
    refuse(question, `error checking mirror pod for API references: ${reference.problem}`)
}

/** A mirror pod belongs to its node, and goes with it. */
async function checkOwner(question: NodeQuestion, pod: Pod): Promise<void> {
  const node = goQuote(question.node)
  const [owner, ...others] = pod.metadata?.ownerReferences ?? []
  if (others.length > 0)
    refuse(question, `node ${node} can only create pods with a single owner reference set to itself`)
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== question.node)
    refuse(question, `node ${node} can only create pods with an owner reference set to itself`)
  if (owner.controller !== true)
    refuse(question, `node ${node} can only create pods with a controller owner reference set to itself`)
  if (owner.blockOwnerDeletion === true)
    refuse(question, `node ${node} must not set blockOwnerDeletion on an owner reference`)
  const { metadata } = await find(question, NODES, '', question.node)
  if (owner.uid !== metadata?.uid)
    refuse(
      question,
      `node ${question.node} UID mismatch: expected ${owner.uid ?? ''} got ${metadata?.uid ?? ''}`,
    )
}

export function nodeNameOf(pod: KubernetesObject): unknown {
  return fieldsOf(pod['spec'])['nodeName']
}
