import type { Message } from '../../../messages/index.ts'
import type { RequestAttributes } from '../../request/index.ts'
import type { NodeGraph } from './graph.ts'
import { nodeMessages } from './messages.ts'
import type { RelatedKind } from './references.ts'

const { make } = nodeMessages

/** Feature gates that change what nodes may do; each is on unless it is said to be off. */
export type NodeFeatures = Readonly<Record<string, boolean>>

/** One node's request for a resource, with what is needed to decide it. */
export interface NodeRequest {
  readonly node: string
  readonly attributes: RequestAttributes
  readonly graph: NodeGraph
  readonly features: NodeFeatures
}

/** `allow`, or why there is no opinion. */
export type NodeOutcome = 'allow' | Message

type Rule = (request: NodeRequest) => NodeOutcome | 'by-node-rules'

const NOT_TOLD = make['not-told']({})

/**
 * Resources that nodes do not all share, by `group/resource`.
 *
 * Source: kubernetes, `plugin/pkg/auth/authorizer/node`; documentation, "Using Node Authorization".
 */
export const SUBDIVIDED: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['/secrets', (request) => readNamespaced(request, 'secret')],
  ['/configmaps', (request) => readNamespaced(request, 'configmap')],
  ['/persistentvolumeclaims', claim],
  ['/persistentvolumes', (request) => get(request, 'persistentvolume')],
  ['resource.k8s.io/resourceclaims', resourceClaim],
  ['storage.k8s.io/volumeattachments', (request) => get(request, 'volumeattachment')],
  ['/serviceaccounts', serviceAccount],
  ['coordination.k8s.io/leases', lease],
  ['storage.k8s.io/csinodes', csiNode],
  ['resource.k8s.io/resourceslices', resourceSlice],
  ['certificates.k8s.io/podcertificaterequests', podCertificateRequest],
  ['/nodes', (request) => (isOn(request, 'AuthorizeNodeWithSelectors') ? ownNode(request) : 'by-node-rules')],
  ['/pods', (request) => (isOn(request, 'AuthorizeNodeWithSelectors') ? pod(request) : 'by-node-rules')],
])

function isOn({ features }: NodeRequest, feature: string): boolean {
  return features[feature] !== false
}

function related({ node, attributes, graph }: NodeRequest, kind: RelatedKind): NodeOutcome {
  const { namespace, name } = attributes
  if (name === '') return make['no-name']({})
  return graph.isRelated(node, { kind, namespace, name }) ? 'allow' : make.unrelated({ node })
}

function get(request: NodeRequest, kind: RelatedKind): NodeOutcome {
  const { verb, subresource } = request.attributes
  if (verb !== 'get') return make['only-get']({})
  if (subresource !== '') return make['no-subresource']({ verb: 'get' })
  return related(request, kind)
}

/** A list or watch of one object by its name is a read of that object. */
function readNamespaced(request: NodeRequest, kind: RelatedKind): NodeOutcome {
  const { verb, subresource, namespace } = request.attributes
  if (!isReading(verb)) return make['only-read']({})
  if (subresource !== '') return make['no-subresource']({ verb: 'read' })
  if (namespace === '') return make['only-namespaced']({})
  return related(request, kind)
}

function updateStatus(request: NodeRequest, kind: RelatedKind): NodeOutcome {
  const { verb } = request.attributes
  return verb === 'update' || verb === 'patch' ? related(request, kind) : make['only-update']({})
}

function claim(request: NodeRequest): NodeOutcome {
  const isStatus = request.attributes.subresource === 'status'
  if (isStatus && isOn(request, 'ExpandPersistentVolumes'))
    return updateStatus(request, 'persistentvolumeclaim')
  return get(request, 'persistentvolumeclaim')
}

function resourceClaim(request: NodeRequest): NodeOutcome {
  return get(request, 'resourceclaim')
}

/** The token of an account whose pod is on the node; since 1.33 also the account: for pulling its images, for its UID. */
function serviceAccount(request: NodeRequest): NodeOutcome {
  const { verb, name, subresource } = request.attributes
  if (!isOn(request, 'TokenRequest')) return make.disabled({ feature: 'TokenRequest' })
  if (verb === 'get' && subresource === '')
    return isOn(request, 'KubeletServiceAccountTokenForCredentialProviders') ||
      isOn(request, 'PodCertificateRequest')
      ? readNamespaced(request, 'serviceaccount')
      : make['no-accounts']({})
  if (verb !== 'create' || name === '') return make['only-token-of-one']({})
  if (subresource !== 'token') return make['only-token']({})
  return related(request, 'serviceaccount')
}

/** On creation the name is not known yet; admission (NodeRestriction) sees to it. */
function ownByName({ node, attributes }: NodeRequest, kind: string): NodeOutcome {
  return attributes.verb === 'create' || attributes.name === node ? 'allow' : make['own-name']({ kind })
}

const OWN_VERBS = new Set(['get', 'create', 'update', 'patch', 'delete'])

function lease(request: NodeRequest): NodeOutcome {
  if (!isOn(request, 'NodeLease')) return make.disabled({ feature: 'NodeLease' })
  const { verb, namespace } = request.attributes
  if (!OWN_VERBS.has(verb)) return make['own-kind-verbs']({ kind: 'node lease' })
  if (namespace !== 'kube-node-lease') return make['lease-namespace']({})
  return ownByName(request, 'node lease')
}

function csiNode(request: NodeRequest): NodeOutcome {
  if (!isOn(request, 'CSINodeInfo')) return make.disabled({ feature: 'CSINodeInfo' })
  const { verb, subresource } = request.attributes
  if (!OWN_VERBS.has(verb)) return make['own-kind-verbs']({ kind: 'CSINode' })
  if (subresource !== '') return make['kind-subresource']({ kind: 'CSINode' })
  return ownByName(request, 'CSINode')
}

function resourceSlice(request: NodeRequest): NodeOutcome {
  const { verb, subresource } = request.attributes
  if (subresource !== '') return make['kind-subresource']({ kind: 'ResourceSlice' })
  switch (verb) {
    case 'create':
      return 'allow'
    case 'get':
    case 'update':
    case 'patch':
    case 'delete':
      return related(request, 'resourceslice')
    case 'watch':
    case 'list':
    case 'deletecollection':
      if (!isOn(request, 'AuthorizeNodeWithSelectors') || selectsOwn(request, 'nodeName', 'spec.nodeName'))
        return 'allow'
      return make.selector({ what: 'list/watch/deletecollection resourceslices with nodeName' })
    default:
      return make['slice-verbs']({})
  }
}

/** A node makes them for its pods and reads its own; what comes of them is for the signer to write (KEP-4317). */
function podCertificateRequest(request: NodeRequest): NodeOutcome {
  const { verb, subresource } = request.attributes
  if (!isOn(request, 'PodCertificateRequest') || !isOn(request, 'AuthorizeNodeWithSelectors')) return NOT_TOLD
  if (subresource !== '') return make['certificate-subresource']({})
  if (verb === 'create') return 'allow'
  if (verb === 'get') return get(request, 'podcertificaterequest')
  if (!isReading(verb)) return make['certificate-verbs']({ verb })
  if (selectsOwn(request, 'spec.nodeName')) return 'allow'
  return make.selector({ what: 'list/watch podcertificaterequests with nodeName' })
}

function ownNode({ node, attributes }: NodeRequest): NodeOutcome {
  const { verb, subresource, name } = attributes
  const isWrite = verb === 'update' || verb === 'patch'
  if (subresource === 'status') return isWrite ? 'allow' : NOT_TOLD
  if (subresource !== '') return NOT_TOLD
  if (verb === 'create' || isWrite) return 'allow'
  if (!isReading(verb)) return NOT_TOLD
  // By name, not by the graph: a kubelet looks for its Node before there is one.
  if (name === node) return 'allow'
  return name === '' ? make['all-nodes']({ node }) : make['other-node']({ node, other: name })
}

function pod(request: NodeRequest): NodeOutcome {
  const { verb, subresource, name } = request.attributes
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? 'allow' : NOT_TOLD
  if (subresource === 'eviction') return verb === 'create' ? 'allow' : NOT_TOLD
  if (subresource !== '') return NOT_TOLD
  // Mirror pods; NodeRestriction sees to it that they are no others.
  if (verb === 'create' || verb === 'delete') return 'allow'
  if (verb === 'get') return get(request, 'pod')
  if (!isReading(verb)) return NOT_TOLD
  if (selectsOwn(request, 'spec.nodeName')) return 'allow'
  if (name !== '') return related(request, 'pod')
  return make.selector({ what: 'list/watch pods with spec.nodeName' })
}

function isReading(verb: string): boolean {
  return verb === 'get' || verb === 'list' || verb === 'watch'
}

/** Whether a field selector holds the request to what belongs to the node. */
function selectsOwn({ node, attributes }: NodeRequest, ...fields: readonly string[]): boolean {
  return (attributes.fieldSelector ?? []).some(
    ({ key, operator, values }) =>
      fields.includes(key) && operator === 'In' && values.length === 1 && values[0] === node,
  )
}
