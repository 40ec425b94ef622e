import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../kubernetes/index.ts'
import { createRenderer } from '../../../messages/index.ts'
import type { SelectorRequirement } from '../../request/index.ts'
import { type AttributesJson, requestOf } from '../conformance.fixture.ts'
import { decideNode } from './authorizer.ts'
import type { NodeFeatures } from './decide.ts'
import { type GraphKind, NodeGraph } from './graph.ts'
import { nodeMessages } from './messages.ts'

const render = createRenderer([nodeMessages], 'en')

function graphWith(...objects: readonly (readonly [GraphKind, object])[]): NodeGraph {
  const graph = new NodeGraph()
  for (const [kind, object] of objects) graph.put(kind, object as KubernetesObject)
  return graph
}

const POD = {
  metadata: { namespace: 'shop', name: 'web' },
  spec: {
    nodeName: 'a',
    serviceAccountName: 'bot',
    imagePullSecrets: [{ name: 'pull' }],
    initContainers: [{ envFrom: [{ secretRef: { name: 'init' } }, { configMapRef: { name: 'init' } }] }],
    containers: [{ env: [{ valueFrom: { secretKeyRef: { name: 'key' } } }, { name: 'PLAIN', value: 'x' }] }],
    ephemeralContainers: [{ env: [{ valueFrom: { configMapKeyRef: { name: 'debug' } } }] }],
    volumes: [
      {
        name: 'v',
        projected: { sources: [{ secret: { name: 'projected' } }, { configMap: { name: 'p' } }] },
      },
      { name: 'csi', csi: { nodePublishSecretRef: { name: 'csi' } } },
      { name: 'scratch', ephemeral: { volumeClaimTemplate: {} } },
      { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
    ],
    resourceClaims: [
      { name: 'gpu', resourceClaimTemplateName: 't' },
      { name: 'nic', resourceClaimName: 'nic' },
    ],
  },
  status: {
    resourceClaimStatuses: [{ name: 'gpu', resourceClaimName: 'web-gpu-x1' }],
    extendedResourceClaimStatus: { resourceClaimName: 'web-extended' },
  },
}
const VOLUME = {
  metadata: { name: 'pv' },
  spec: {
    claimRef: { namespace: 'shop', name: 'data' },
    csi: {
      nodeStageSecretRef: { namespace: 'storage', name: 'stage' },
      controllerPublishSecretRef: { namespace: 'storage', name: 'controller' },
    },
  },
}
const OBJECTS = [
  ['Pod', POD],
  [
    'Pod',
    { metadata: { namespace: 'shop', name: 'other' }, spec: { nodeName: 'b', serviceAccountName: 'other' } },
  ],
  ['PersistentVolume', VOLUME],
  ['ResourceSlice', { metadata: { name: 'slice' }, spec: { nodeName: 'a' } }],
  ['VolumeAttachment', { metadata: { name: 'va' }, spec: { nodeName: 'a' } }],
  ['PodCertificateRequest', { metadata: { namespace: 'shop', name: 'pcr' }, spec: { nodeName: 'a' } }],
] as const

function decide(attributes: AttributesJson, features: NodeFeatures = {}, graph = graphWith(...OBJECTS)) {
  const user = { name: 'system:node:a', groups: ['system:nodes'] }
  const { verdict, reason } = decideNode(
    graph,
    requestOf({ user, resourceRequest: true, ...attributes }),
    features,
  )
  return verdict === 'allow' ? 'allow' : render(reason)
}

const get = (resource: string, name: string, namespace = 'shop', apiGroup = '') => ({
  verb: 'get',
  apiGroup,
  resource,
  namespace,
  name,
})

const UNRELATED = "no relationship found between node 'a' and this object"

describe('what a pod on the node needs', () => {
  test.each([
    ...['pull', 'init', 'key', 'projected', 'csi'].map((name) => get('secrets', name)),
    ...['init', 'debug', 'p'].map((name) => get('configmaps', name)),
    ...['data', 'web-scratch'].map((name) => get('persistentvolumeclaims', name)),
    ...['web-gpu-x1', 'nic', 'web-extended'].map((name) =>
      get('resourceclaims', name, 'shop', 'resource.k8s.io'),
    ),
    get('persistentvolumes', 'pv', ''),
    get('secrets', 'stage', 'storage'),
    get('volumeattachments', 'va', '', 'storage.k8s.io'),
    get('resourceslices', 'slice', '', 'resource.k8s.io'),
    get('podcertificaterequests', 'pcr', 'shop', 'certificates.k8s.io'),
    get('pods', 'web'),
    get('serviceaccounts', 'bot'),
    { verb: 'create', resource: 'serviceaccounts', subresource: 'token', namespace: 'shop', name: 'bot' },
  ])('$verb $resource $name', (attributes) => {
    expect(decide(attributes)).toBe('allow')
    expect(decide(attributes, {}, graphWith())).toBe(UNRELATED)
  })

  test.each([
    get('secrets', 'controller', 'storage'),
    get('secrets', 'pull', 'default'),
    get('pods', 'other'),
    get('serviceaccounts', 'other'),
  ])('nothing else: $resource $name', (attributes) => {
    expect(decide(attributes)).toBe(UNRELATED)
  })

  test('a mirror pod gives the node nothing but itself', () => {
    const metadata = { ...POD.metadata, annotations: { 'kubernetes.io/config.mirror': 'x' } }
    const graph = graphWith(['Pod', { ...POD, metadata }])
    expect(decide(get('pods', 'web'), {}, graph)).toBe('allow')
    expect(decide(get('secrets', 'pull'), {}, graph)).toBe(UNRELATED)
  })

  test('what goes is forgotten, what changes is looked at again', () => {
    const graph = graphWith(...OBJECTS)
    graph.put('Pod', { ...POD, spec: { ...POD.spec, imagePullSecrets: [] } } as unknown as KubernetesObject)
    expect(decide(get('secrets', 'pull'), {}, graph)).toBe(UNRELATED)
    expect(decide(get('secrets', 'key'), {}, graph)).toBe('allow')
    graph.remove('PersistentVolume', VOLUME as unknown as KubernetesObject)
    expect(decide(get('secrets', 'stage', 'storage'), {}, graph)).toBe(UNRELATED)
    graph.remove('Pod', POD as unknown as KubernetesObject)
    expect(decide(get('secrets', 'key'), {}, graph)).toBe(UNRELATED)
  })
})

describe('lists held to the node by a field selector', () => {
  const selecting = (
    key: string,
    value: string,
  ): { readonly fieldSelector: readonly SelectorRequirement[] } => ({
    fieldSelector: [{ key, operator: 'In', values: [value] }],
  })
  const pods = { verb: 'list', resource: 'pods' }
  const slices = { verb: 'deletecollection', apiGroup: 'resource.k8s.io', resource: 'resourceslices' }
  const requests = { verb: 'watch', apiGroup: 'certificates.k8s.io', resource: 'podcertificaterequests' }

  test.each<[AttributesJson, string]>([
    [{ ...pods, ...selecting('spec.nodeName', 'a') }, 'allow'],
    [
      { ...pods, ...selecting('spec.nodeName', 'b') },
      'can only list/watch pods with spec.nodeName field selector',
    ],
    [pods, 'can only list/watch pods with spec.nodeName field selector'],
    [{ ...slices, ...selecting('spec.nodeName', 'a') }, 'allow'],
    [slices, 'can only list/watch/deletecollection resourceslices with nodeName field selector'],
    [{ ...requests, ...selecting('spec.nodeName', 'a') }, 'allow'],
    [requests, 'can only list/watch podcertificaterequests with nodeName field selector'],
    [{ verb: 'list', resource: 'nodes' }, "node 'a' cannot read all nodes, only its own Node object"],
    [{ verb: 'get', resource: 'nodes', name: 'b' }, "node 'a' cannot read 'b', only its own Node object"],
    [{ verb: 'get', resource: 'nodes', name: 'a' }, 'allow'],
  ])('%j: %s', (attributes, expected) => {
    expect(decide(attributes)).toBe(expected)
  })

  test.each([pods, slices, { verb: 'list', resource: 'nodes' }])(
    'not before 1.32: $resource',
    (attributes) => {
      expect(decide(attributes, { AuthorizeNodeWithSelectors: false })).toBe('allow')
    },
  )
})

describe('certificates of pods', () => {
  const asking = (verb: string, more: AttributesJson = {}): AttributesJson => ({
    verb,
    apiGroup: 'certificates.k8s.io',
    resource: 'podcertificaterequests',
    namespace: 'shop',
    ...more,
  })
  test.each<[AttributesJson, string]>([
    [asking('create'), 'allow'],
    [asking('get', { name: 'pcr' }), 'allow'],
    [asking('get', { name: 'of-another' }), UNRELATED],
    [
      asking('update', { name: 'pcr', subresource: 'status' }),
      'nodes may not access the status subresource of PodCertificateRequests',
    ],
    [asking('delete', { name: 'pcr' }), 'nodes may not delete podcertificaterequests'],
  ])('%j: %s', (attributes, expected) => {
    expect(decide(attributes)).toBe(expected)
  })

  test.each(['PodCertificateRequest', 'AuthorizeNodeWithSelectors'])('not without %s', (feature) => {
    expect(decide(asking('create'), { [feature]: false })).toBe('')
  })
})

describe('accounts', () => {
  const account = get('serviceaccounts', 'bot')
  const both = { KubeletServiceAccountTokenForCredentialProviders: false, PodCertificateRequest: false }

  test.each(Object.keys(both))('are read while either feature wants them: not %s', (feature) => {
    expect(decide(account, { [feature]: false })).toBe('allow')
  })

  test.each<[string, AttributesJson, NodeFeatures, string]>([
    ['without both', account, both, 'not allowed to get service accounts'],
    ['without a name', { ...account, name: '' }, {}, 'No Object name found'],
    [
      'by a subresource',
      { ...account, subresource: 'token' },
      {},
      'can only create tokens for individual service accounts',
    ],
    ['as a list', { ...account, verb: 'list' }, {}, 'can only create tokens for individual service accounts'],
  ])('are not read %s', (_, attributes, features, expected) => {
    expect(decide(attributes, features)).toBe(expected)
  })
})

describe('who is a node', () => {
  test.each([
    [{ name: 'system:node:a', groups: ['system:authenticated'] }, ''],
    [{ name: 'jane', groups: ['system:nodes'] }, ''],
    [{ name: 'system:node:', groups: ['system:nodes'] }, 'unknown node for user "system:node:"'],
  ])('%j is none', (user, reason) => {
    expect(decide({ ...get('secrets', 'pull'), user })).toBe(reason)
  })

  test('a resource of the core group is not taken for one of another', () => {
    const name = 'leases.coordination.k8s.io'
    expect(decide({ verb: 'create', resource: name, namespace: 'kube-node-lease' })).toBe('')
  })
})
