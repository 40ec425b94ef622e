import { goQuote } from '../../../../kubernetes/index.ts'
import { nodeOf } from '../../../authorization/index.ts'
import { Refused } from '../../refusals.ts'
import type { AdmissionStage } from '../../stage.ts'
import { admitNode } from './node-objects.ts'
import { type NodeQuestion, refuse } from './node-question.ts'
import {
  admitCertificateRequest,
  admitClaimStatus,
  admitLease,
  admitOwnName,
  admitResourceSlice,
  admitTokenRequest,
} from './other-objects.ts'
import { admitPodCertificateRequest } from './pod-certificates.ts'
import { admitPodEviction, admitPodStatus, admitPods } from './pods-of-node.ts'

/**
 * "Limits the Node and Pod objects a kubelet can modify. In order to be limited by this admission controller, kubelets
 * must use credentials in the `system:nodes` group, with a username in the form `system:node:<nodeName>`" (Kubernetes
 * documentation, "NodeRestriction").
 */
export const nodeRestriction: AdmissionStage = {
  name: 'NodeRestriction',
  async mutate(request, surroundings) {
    const { operation, user } = request
    if (operation === 'CONNECT') return {}
    const node = nodeOf(user)
    if (node === undefined) return {}
    const question: NodeQuestion = { request, surroundings, node }
    try {
      if (node === '') refuse(question, `could not determine node from user ${goQuote(user.name)}`)
      await dispatch(question)
    } catch (error) {
      if (error instanceof Refused) return { refusal: error.refusal }
      throw error
    }
    return {}
  },
}

async function dispatch(question: NodeQuestion): Promise<void> {
  const { resource, subresource } = question.request
  const qualified = resource.group === '' ? resource.resource : `${resource.resource}.${resource.group}`
  switch (qualified) {
    case 'pods':
      if (subresource === '') return admitPods(question)
      if (subresource === 'status') return admitPodStatus(question)
      if (subresource === 'eviction') return admitPodEviction(question)
      return refuse(
        question,
        `unexpected pod subresource ${goQuote(subresource)}, only 'status' and 'eviction' are allowed`,
      )
    case 'nodes':
      return admitNode(question)
    case 'persistentvolumeclaims':
      if (subresource === 'status') return admitClaimStatus(question)
      return refuse(question, 'may only update PVC status')
    case 'serviceaccounts':
      return admitTokenRequest(question)
    case 'leases.coordination.k8s.io':
      return admitLease(question)
    case 'csinodes.storage.k8s.io':
      return admitOwnName(question, 'CSINode')
    case 'resourceslices.resource.k8s.io':
      return admitResourceSlice(question)
    case 'certificatesigningrequests.certificates.k8s.io':
      return admitCertificateRequest(question)
    case 'podcertificaterequests.certificates.k8s.io':
      return admitPodCertificateRequest(question)
    default:
      return undefined
  }
}
