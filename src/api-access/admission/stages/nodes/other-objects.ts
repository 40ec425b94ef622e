import { errorText } from '../../../../messages/index.ts'
import 'reflect-metadata'
import { Pkcs10CertificateRequest } from '@peculiar/x509'
import {
  fieldsOf,
  type GroupResource,
  goQuote,
  type KubernetesObject,
  stringOf,
} from '../../../../kubernetes/index.ts'
import { diff, isSame } from '../../chain/json-patch.ts'
import { find, type NodeQuestion, refuse } from './node-question.ts'
import { nodeNameOf } from './pods-of-node.ts'
import { admitAudience } from './token-audience.ts'

const PODS: GroupResource = { group: '', resource: 'pods' }
const LEASES_NAMESPACE = 'kube-node-lease'

/** What a node may write of a claim's status: it is the one to grow a volume's file system. */
const CLAIM_STATUS = ['capacity', 'conditions', 'allocatedResources', 'allocatedResourceStatuses']

/** A token that a node asks for is bound to a pod that runs on it. */
export async function admitTokenRequest(question: NodeQuestion): Promise<void> {
  const { request, node } = question
  if (request.operation !== 'CREATE' || request.subresource !== 'token') return
  const reference = fieldsOf(fieldsOf(request.object?.['spec'])['boundObjectRef'])
  const { apiVersion, kind, name, uid } = reference
  if (apiVersion !== 'v1' || kind !== 'Pod' || typeof name !== 'string' || name === '')
    refuse(question, 'node requested token not bound to a pod')
  if (typeof uid !== 'string' || uid === '')
    refuse(question, 'node requested token with a pod binding without a uid')
  const pod = await find(question, PODS, request.namespace, name)
  const recorded = pod.metadata?.uid ?? ''
  if (uid !== recorded)
    refuse(
      question,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    )
  if (nodeNameOf(pod) !== node)
    refuse(question, 'node requested token bound to a pod scheduled on a different node')
  await admitAudience(question, pod)
}

export function admitLease(question: NodeQuestion): void {
  if (question.request.namespace !== LEASES_NAMESPACE)
    refuse(question, `can only access leases in the ${goQuote(LEASES_NAMESPACE)} system namespace`)
  admitOwnName(question, 'node lease')
}

/** Objects that each node has one of, of its own name. */
export function admitOwnName(question: NodeQuestion, sort: 'CSINode' | 'node lease'): void {
  const { operation, name, object } = question.request
  const named = operation === 'CREATE' ? object?.metadata?.name : name
  if (named !== question.node)
    refuse(question, `can only access ${sort} with the same name as the requesting node`)
}

export function admitClaimStatus(question: NodeQuestion): void {
  const { request, node } = question
  if (request.operation !== 'UPDATE') refuse(question, `unexpected operation ${goQuote(request.operation)}`)
  const [before, after] = [request.oldObject, request.object].map(withoutOwnFields)
  if (isSame(before, after)) return
  const changed = diff(before, after).map(({ path }) => path)
  refuse(
    question,
    `node ${goQuote(node)} is not allowed to update fields other than status.capacity and status.conditions: ${changed.join(', ')}`,
  )
}

function withoutOwnFields(claim: KubernetesObject | undefined): unknown {
  const { resourceVersion: _, managedFields: __, ...metadata } = fieldsOf(claim?.metadata)
  const status = Object.entries(fieldsOf(claim?.['status'])).filter(([name]) => !CLAIM_STATUS.includes(name))
  return { ...claim, metadata, status: Object.fromEntries(status) }
}

/**
 * The Node authorizer does not see what is created, nor each of what one request deletes.
 *
 * @throws Refused for a slice of another node, or of none
 */
export function admitResourceSlice(question: NodeQuestion): void {
  const { operation, object, oldObject } = question.request
  if (operation !== 'CREATE' && operation !== 'DELETE') return
  const slice = operation === 'CREATE' ? object : oldObject
  if (fieldsOf(slice?.['spec'])['nodeName'] === question.node) return
  const verb = operation === 'CREATE' ? 'create' : 'delete'
  refuse(question, `can only ${verb} ResourceSlice with the same NodeName as the requesting node`)
}

const NODE_SIGNERS = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet']
const COMMON_NAME = '2.5.4.3'

/** @throws Refused for a node's certificate with the name of another node (since 1.32) */
export function admitCertificateRequest(question: NodeQuestion): void {
  const { operation, subresource, object } = question.request
  const { signerName, request } = fieldsOf(object?.['spec'])
  if (operation !== 'CREATE' || subresource !== '' || !NODE_SIGNERS.some((each) => each === signerName))
    return
  const wanted = `system:node:${question.node}`
  if (commonNameOf(question, request) !== wanted)
    refuse(question, `can only create a node CSR with CN=${wanted}`)
}

function commonNameOf(question: NodeQuestion, request: unknown): string | undefined {
  const text = Buffer.from(stringOf(request), 'base64').toString()
  if (!text.includes('-----BEGIN CERTIFICATE REQUEST-----'))
    refuse(question, 'unable to parse csr: PEM block type must be CERTIFICATE REQUEST')
  try {
    return new Pkcs10CertificateRequest(text).subjectName.getField(COMMON_NAME).at(-1)
  } catch (error) {
    return refuse(question, `unable to parse csr: ${errorText(error)}`)
  }
}
