import {
  fieldsOf,
  type GroupResource,
  goQuote,
  type KubernetesObject,
  listOf,
} from '../../../../kubernetes/index.ts'
import { plainError, Refused } from '../../refusals.ts'
import { MIRROR_ANNOTATION } from '../pods/pod-request.ts'
import { find, type NodeQuestion, refuse } from './node-question.ts'
import { nodeNameOf } from './pods-of-node.ts'

/** Types, and how an error of the API server calls one object of each. */
const NODES = { group: '', resource: 'nodes', singular: 'node', words: 'node' }
const PODS = { group: '', resource: 'pods', singular: 'pod', words: 'pod' }
const ACCOUNTS = {
  group: '',
  resource: 'serviceaccounts',
  singular: 'serviceaccount',
  words: 'service account',
}

/**
 * A PodCertificateRequest of a node (KEP-4317): for a pod that runs on it and is none of a manifest, with the UIDs of
 * the pod, its service account and the node as they are, from a signer that the pod mounts certificates of. What a view that lags behind may be the cause of is no denial
 * (500): the kubelet tries again.
 *
 * @throws Refused
 */
export async function admitPodCertificateRequest(question: NodeQuestion): Promise<void> {
  const { operation, subresource, namespace, object } = question.request
  if (operation !== 'CREATE') refuse(question, `unexpected operation ${operation}`)
  if (subresource !== '') refuse(question, `unexpected subresource ${subresource}`)
  const spec = fieldsOf(object?.['spec'])
  const field = (name: string): string => (typeof spec[name] === 'string' ? spec[name] : '')
  const nodeName = field('nodeName')
  const podName = field('podName')
  const accountName = field('serviceAccountName')
  const about = `PodCertificateRequest for pod ${goQuote(`${namespace}/${podName}`)}`

  if (nodeName !== question.node)
    refuse(
      question,
      `PodCertificateRequest.Spec.NodeName=${goQuote(nodeName)}, which is not the requesting node ${goQuote(question.node)}`,
    )
  const node = await named(question, NODES, '', nodeName)
  if (uidOf(node) !== field('nodeUID'))
    tryAgain(
      `${about} names node UID ${goQuote(field('nodeUID'))}, inconsistent with the running node (${goQuote(uidOf(node))})`,
    )

  const pod = await named(question, PODS, namespace, podName)
  if (uidOf(pod) !== field('podUID'))
    tryAgain(
      `${about} contains pod UID (${goQuote(field('podUID'))}) which differs from running pod ${goQuote(uidOf(pod))}`,
    )
  if (nodeNameOf(pod) !== nodeName)
    refuse(
      question,
      `pod ${goQuote(`${namespace}/${podName}`)} is not running on node ${goQuote(nodeName)} named in the PodCertificateRequest`,
    )
  if (Object.hasOwn(pod.metadata?.annotations ?? {}, MIRROR_ANNOTATION))
    refuse(question, `pod ${goQuote(`${namespace}/${podName}`)} is a mirror pod`)

  const { serviceAccountName: running } = fieldsOf(pod['spec'])
  if (accountName !== (running ?? ''))
    refuse(
      question,
      `${about} contains serviceAccountName (${goQuote(accountName)}) that differs from running pod (${goQuote(String(running ?? ''))})`,
    )
  const account = await named(question, ACCOUNTS, namespace, accountName)
  if (uidOf(account) !== field('serviceAccountUID'))
    tryAgain(
      `${about} names service account UID ${goQuote(field('serviceAccountUID'))}, which differs from the running service account (${goQuote(uidOf(account))})`,
    )
  await admitSigner(question, pod, accountName, field('signerName'))
}

/**
 * "A node may only create a PodCertificateRequest referring to a particular signer name if the pod actually mounts a
 * podCertificate projected volume source that refers to that signer name, or if an authorization check for the user …
 * succeeds" (release notes of 1.37): the verb for an account, as the resource the signer, whose `/` would tell RBAC of a
 * subresource.
 */
async function admitSigner(
  question: NodeQuestion,
  pod: KubernetesObject,
  account: string,
  signer: string,
): Promise<void> {
  if (signersMountedBy(pod).includes(signer)) return
  const { request, surroundings } = question
  const { verdict } = await surroundings.authorize({
    user: request.user,
    verb: 'request-serviceaccounts-podcertificate-signer',
    apiGroup: request.resource.group,
    apiVersion: request.resource.version,
    resource: signer.replaceAll('/', ':'),
    subresource: '',
    namespace: request.namespace,
    name: account,
    path: '',
    resourceRequest: true,
  })
  if (verdict === 'allow') return
  refuse(
    question,
    `signer ${goQuote(signer)} not found in pod spec volume, ${request.user.name} is not authorized to request certificates from this signer`,
  )
}

function signersMountedBy(pod: KubernetesObject): readonly unknown[] {
  return listOf(fieldsOf(pod['spec'])['volumes'])
    .flatMap((volume) => listOf(fieldsOf(fieldsOf(volume)['projected'])['sources']))
    .map((source) => fieldsOf(fieldsOf(source)['podCertificate'])['signerName'])
}

async function named(
  question: NodeQuestion,
  { singular, words, ...type }: GroupResource & { readonly singular: string; readonly words: string },
  namespace: string,
  name: string,
): Promise<KubernetesObject> {
  try {
    return await find(question, type, namespace, name, singular)
  } catch (error) {
    if (!(error instanceof Refused) || error.refusal.reason !== 'NotFound') throw error
    const key = namespace === '' ? name : `${namespace}/${name}`
    return tryAgain(
      `while retrieving ${words} ${goQuote(key)} named in the PodCertificateRequest: ${error.message}`,
    )
  }
}

function tryAgain(message: string): never {
  throw new Refused(plainError(message))
}

function uidOf(object: KubernetesObject): string {
  return object.metadata?.uid ?? ''
}
