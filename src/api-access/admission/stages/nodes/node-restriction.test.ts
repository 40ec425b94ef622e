import 'reflect-metadata'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import type { RequestAttributes } from '../../../request/index.ts'
import { createAdmissionChain } from '../../chain/admit.ts'
import { podOf, requestFor, surroundingsOf } from '../../request.fixture.ts'
import type { AdmissionRequest, AdmissionSurroundings } from '../../stage.ts'
import { nodeRestriction } from './node-restriction.ts'

const NODE_USER = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] }

const node = (spec: object = {}, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1', uid: 'node-uid', ...metadata },
  spec,
})

const owner = { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'node-uid', controller: true }
const mirror = (spec: object = {}, metadata: object = {}) =>
  podOf(
    { nodeName: 'n1', ...spec },
    { annotations: { 'kubernetes.io/config.mirror': 'x' }, ownerReferences: [owner], ...metadata },
  )
const apiAccess = { name: 'kube-api-access', projected: { sources: [{ serviceAccountToken: {} }] } }
const bound = (nodeName: string, more: object = {}) =>
  podOf({ nodeName, volumes: [apiAccess] }, { uid: 'pod-uid', ...more })

async function refusalOf(
  object: KubernetesObject,
  more: Partial<AdmissionRequest> = {},
  objects: readonly KubernetesObject[] = [node(), bound('n1')],
) {
  const chain = createAdmissionChain([nodeRestriction])
  const request = requestFor(object, { user: NODE_USER, ...more })
  return (await chain.admit(request, surroundingsOf(objects))).refusal?.message
}

const update = (oldObject: KubernetesObject, more: object = {}) =>
  ({ operation: 'UPDATE', oldObject, ...more }) as Partial<AdmissionRequest>

describe('who is restricted', () => {
  const foreign = node({}, { name: 'n2' })
  test.each([
    ['a person', { name: 'jane', groups: ['system:authenticated'] }, undefined],
    ['a node’s name without the group', { name: 'system:node:n1', groups: [] }, undefined],
    ['the group without the name', { name: 'kubelet', groups: ['system:nodes'] }, undefined],
    ['a node', NODE_USER, 'nodes "n2" is forbidden: node "n1" is not allowed to modify node "n2"'],
    [
      'a node without a name',
      { name: 'system:node:', groups: ['system:nodes'] },
      'nodes "n2" is forbidden: could not determine node from user "system:node:"',
    ],
  ])('%s', async (_, user, message) => {
    expect(await refusalOf(foreign, { user })).toBe(message)
  })
})

describe('pods', () => {
  test.each<[string, KubernetesObject, string | undefined]>([
    ['a mirror pod of its own', mirror(), undefined],
    [
      'an ordinary pod',
      podOf({ nodeName: 'n1' }),
      'pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods',
    ],
    [
      'a pod of another node',
      mirror({ nodeName: 'n2' }),
      'node "n1" can only create pods with spec.nodeName set to itself',
    ],
    [
      'no owner',
      mirror({}, { ownerReferences: [] }),
      'node "n1" can only create pods with an owner reference set to itself',
    ],
    [
      'two owners',
      mirror({}, { ownerReferences: [owner, owner] }),
      'node "n1" can only create pods with a single owner reference set to itself',
    ],
    [
      'another owner',
      mirror({}, { ownerReferences: [{ ...owner, name: 'n2' }] }),
      'node "n1" can only create pods with an owner reference set to itself',
    ],
    [
      'an owner that does not control',
      mirror({}, { ownerReferences: [{ ...owner, controller: false }] }),
      'node "n1" can only create pods with a controller owner reference set to itself',
    ],
    [
      'an owner that blocks',
      mirror({}, { ownerReferences: [{ ...owner, blockOwnerDeletion: true }] }),
      'node "n1" must not set blockOwnerDeletion on an owner reference',
    ],
    [
      'an earlier node of the name',
      mirror({}, { ownerReferences: [{ ...owner, uid: 'old' }] }),
      'node n1 UID mismatch: expected old got node-uid',
    ],
    [
      'an account',
      mirror({ serviceAccountName: 'a' }),
      'node "n1" can not create pods that reference serviceaccounts',
    ],
    [
      'a secret',
      mirror({ imagePullSecrets: [{ name: 's' }] }),
      'node "n1" can not create pods that reference secrets',
    ],
    [
      'a config map',
      mirror({ volumes: [{ name: 'v', configMap: { name: 'c' } }] }),
      'node "n1" can not create pods that reference configmaps',
    ],
    [
      'a claim',
      mirror({ volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }),
      'node "n1" can not create pods that reference persistentvolumeclaims',
    ],
    [
      'devices',
      mirror({ resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }] }),
      'node "n1" can not create pods that reference resourceclaims',
    ],
    ...[
      ['ephemeral', { volumeClaimTemplate: {} }, 'persistentvolumeclaims (via ephemeral volumes)'],
      ['csi', { driver: 'd' }, 'csidrivers (via CSI volumes)'],
      ['glusterfs', { endpoints: 'e', path: '/' }, 'endpoints (via glusterFS volumes)'],
      ['azureFile', { shareName: 's' }, 'secrets (via azureFile volumes)'],
    ].map(([sort, source, reference]): [string, KubernetesObject, string] => [
      `a volume of ${sort}`,
      mirror({ volumes: [{ name: 'v', [String(sort)]: source }] }),
      `node "n1" can not create pods that reference ${reference}`,
    ]),
    ...[
      ['serviceAccountToken', { path: 't' }, 'serviceaccounts (via projected volumes)'],
      ['clusterTrustBundle', { name: 'b', path: 'b' }, 'clustertrustbundles'],
      ['podCertificate', { signerName: 's/s' }, 'podcertificates'],
    ].map(([sort, source, reference]): [string, KubernetesObject, string] => [
      `a projection of ${sort}`,
      mirror({ volumes: [{ name: 'v', projected: { sources: [{ [String(sort)]: source }] } }] }),
      `node "n1" can not create pods that reference ${reference}`,
    ]),
    [
      'a volume of a sort to come',
      mirror({ volumes: [{ name: 'v', teleport: {} }] }),
      'error checking mirror pod for API references: unknown volume type for volume  "v"',
    ],
    [
      'a projection of a sort to come',
      mirror({ volumes: [{ name: 'v', projected: { sources: [{ teleport: {} }] } }] }),
      'error checking mirror pod for API references: unknown source for projected volume "v"',
    ],
    [
      'nothing of the API',
      mirror({
        volumes: [
          { name: 'h', hostPath: { path: '/' } },
          { name: 'none' },
          { name: 'p', projected: { sources: [{ downwardAPI: {} }] } },
        ],
      }),
      undefined,
    ],
  ])('%s', async (_, pod, cause) => {
    expect(await refusalOf(pod)).toBe(cause && `pods "web" is forbidden: ${cause}`)
  })

  test.each([
    ['its own', bound('n1'), undefined],
    [
      'another’s',
      bound('n2'),
      'pods "web" is forbidden: node "n1" can only delete pods with spec.nodeName set to itself',
    ],
  ])('deletes %s', async (_, pod, message) => {
    expect(await refusalOf(pod, { operation: 'DELETE' }, [pod])).toBe(message)
  })

  test('one that does not exist is not found', async () => {
    expect(await refusalOf(podOf(), { operation: 'DELETE' }, [])).toBe('pods "web" not found')
  })

  test.each([
    [
      'updates',
      bound('n1'),
      update(bound('n1')),
      'unexpected operation "UPDATE", node "n1" can only create and delete mirror pods',
    ],
    [
      'binds',
      bound('n1'),
      { subresource: 'binding' },
      `unexpected pod subresource "binding", only 'status' and 'eviction' are allowed`,
    ],
    [
      'another’s status',
      bound('n2'),
      update(bound('n2'), { subresource: 'status' }),
      'node "n1" can only update pod status for pods with spec.nodeName set to itself',
    ],
    [
      'labels by the status',
      bound('n1', { labels: { a: 'b' } }),
      update(bound('n1'), { subresource: 'status' }),
      'node "n1" cannot update labels through pod status',
    ],
    [
      'another claim by the status',
      {
        ...bound('n1'),
        status: { extendedResourceClaimStatus: { resourceClaimName: 'x', requestMappings: [] } },
      },
      update(bound('n1'), { subresource: 'status' }),
      'node "n1" cannot update extended resource claim status',
    ],
  ])('never %s', async (_, pod, more, cause) => {
    expect(await refusalOf(pod, more as Partial<AdmissionRequest>)).toBe(`pods "web" is forbidden: ${cause}`)
  })

  test.each([
    ['n1', undefined],
    ['n2', 'pods "web" is forbidden: node n1 can only evict pods with spec.nodeName set to itself'],
  ])('evicts from %s', async (nodeName, message) => {
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'web', namespace: 'shop' },
    }
    const { resource, kind } = requestFor(podOf())
    const request = { ...requestFor(podOf()), object: eviction, subresource: 'eviction', resource, kind }
    const chain = createAdmissionChain([nodeRestriction])
    const result = await chain.admit({ ...request, user: NODE_USER }, surroundingsOf([bound(nodeName)]))
    expect(result.refusal?.message).toBe(message)
  })
})

describe('its Node', () => {
  const labels = (given: Readonly<Record<string, string>>) => node({}, { labels: given })
  test.each([
    ['plain labels', { role: 'web', 'example.com/a': 'b' }, undefined],
    [
      'labels of kubelets',
      { 'kubernetes.io/hostname': 'n1', 'kubelet.kubernetes.io/x': '', 'a.node.kubernetes.io/y': '' },
      undefined,
    ],
    [
      'restricted labels',
      { 'node-restriction.kubernetes.io/pci': '', 'x.node-restriction.kubernetes.io/a': '' },
      'node-restriction.kubernetes.io/pci, x.node-restriction.kubernetes.io/a',
    ],
    [
      'roles',
      { 'node-role.kubernetes.io/master': '', 'foo.k8s.io/x': '' },
      'foo.k8s.io/x, node-role.kubernetes.io/master',
    ],
  ])('may be made with %s', async (_, given, forbidden) => {
    expect(await refusalOf(labels(given))).toBe(
      forbidden &&
        `nodes "n1" is forbidden: node "n1" is not allowed to set the following labels: ${forbidden}`,
    )
  })

  test.each([
    ['status alone', node(), node({}, { resourceVersion: '2' }), undefined],
    [
      'a restricted label that stays',
      labels({ 'node-role.kubernetes.io/a': '' }),
      labels({ 'node-role.kubernetes.io/a': '' }),
      undefined,
    ],
    [
      'a restricted label that goes',
      node(),
      labels({ 'node-role.kubernetes.io/a': '' }),
      'is not allowed to modify labels: node-role.kubernetes.io/a',
    ],
    [
      'taints',
      node(),
      node({ taints: [{ key: 'a', effect: 'NoSchedule' }] }),
      'node "n1" is not allowed to modify taints',
    ],
    [
      'a configuration source',
      node({ configSource: { configMap: {} } }),
      node(),
      'node "n1" is not allowed to update configSource to a new non-nil configSource',
    ],
    [
      'owners',
      node({}, { ownerReferences: [owner] }),
      node(),
      'node "n1" is not allowed to modify ownerReferences',
    ],
  ])('may change %s', async (_, after, before, cause) => {
    expect(await refusalOf(after, update(before))).toBe(cause && `nodes "n1" is forbidden: ${cause}`)
  })
})

const reference = { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: 'pod-uid' }

/** A token of an account, which the node asks for. */
function tokenRequest(spec: object): AdmissionRequest {
  const metadata = { name: 'robot', namespace: 'shop' }
  return {
    ...requestFor({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }),
    object: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata,
      spec,
    } as KubernetesObject,
    subresource: 'token',
    user: NODE_USER,
  }
}

describe('tokens', () => {
  test.each([
    ['for a pod of its own', reference, 'n1', undefined],
    ['for nothing', undefined, 'n1', 'node requested token not bound to a pod'],
    ['for a Secret', { ...reference, kind: 'Secret' }, 'n1', 'node requested token not bound to a pod'],
    [
      'without a uid',
      { ...reference, uid: '' },
      'n1',
      'node requested token with a pod binding without a uid',
    ],
    [
      'for an earlier pod',
      { ...reference, uid: 'old' },
      'n1',
      'the UID in the bound object reference (old) does not match the UID in record. The object might have been deleted and then recreated',
    ],
    [
      'for a pod elsewhere',
      reference,
      'n2',
      'node requested token bound to a pod scheduled on a different node',
    ],
  ])('%s', async (_, boundObjectRef, nodeName, cause) => {
    const request = tokenRequest({ boundObjectRef })
    const { refusal } = await createAdmissionChain([nodeRestriction]).admit(
      request,
      surroundingsOf([bound(nodeName)]),
    )
    expect(refusal?.message).toBe(cause && `serviceaccounts "robot" is forbidden: ${cause}`)
  })
})

describe('audiences of tokens', () => {
  const driver = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: 'csi.example' },
    spec: { tokenRequests: [{ audience: 'vault' }] },
  }
  const azure = { ...driver, metadata: { name: 'file.csi.azure.com' } }
  const claim = (name: string, volumeName = 'pv') => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'shop' },
    spec: { volumeName },
  })
  const volume = (source: object) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pv' },
    spec: source,
  })
  const served = volume({ csi: { driver: 'csi.example' } })
  const token = (audience?: string) => ({ projected: { sources: [{ serviceAccountToken: { audience } }] } })
  const claimed = { persistentVolumeClaim: { claimName: 'data' } }
  const missing = (audience: string) =>
    `audience "${audience}" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience`
  test.each<[string, object[], string[] | undefined, KubernetesObject[], string | undefined]>([
    ['of the API server, for a pod that has such a token', [token()], undefined, [], undefined],
    ['of the API server, by an empty name', [token()], [''], [], undefined],
    ['of the API server, for a pod without', [], undefined, [], missing('')],
    ['of a projected token', [token(), token('vault')], ['vault'], [], undefined],
    ['of none', [token('vault')], ['other'], [], missing('other')],
    ['two at once', [token('a'), token('b')], ['a', 'b'], [], 'node may only request 0 or 1 audiences'],
    ['of a driver', [{ csi: { driver: 'csi.example' } }], ['vault'], [driver], undefined],
    ['not of the driver', [{ csi: { driver: 'csi.example' } }], ['x'], [driver], missing('x')],
    [
      'of a driver that is not there',
      [{ csi: { driver: 'csi.example' } }],
      ['vault'],
      [],
      'error validating audience "vault": csidriver.storage.k8s.io "csi.example" not found',
    ],
    ['of the driver of a claim', [claimed], ['vault'], [driver, claim('data'), served], undefined],
    [
      'of a claim that is not there',
      [claimed],
      ['vault'],
      [driver, served],
      'error validating audience "vault": persistentvolumeclaim "data" not found',
    ],
    [
      'of a volume that is not there',
      [claimed, { persistentVolumeClaim: { claimName: 'log' } }],
      ['vault'],
      [driver, claim('data')],
      'error validating audience "vault": [persistentvolume "pv" not found, persistentvolumeclaim "log" not found]',
    ],
    ['of another volume than one that is not there', [claimed, token('vault')], ['vault'], [], undefined],
    [
      'of the driver of an ephemeral volume',
      [{ name: 'scratch', ephemeral: { volumeClaimTemplate: {} } }],
      ['vault'],
      [driver, claim('web-scratch'), served],
      undefined,
    ],
    ['of the driver that serves a volume of old', [{ azureFile: {} }], ['vault'], [azure], undefined],
    [
      'of the driver that serves a persistent volume of old',
      [claimed],
      ['vault'],
      [azure, claim('data'), volume({ azureFile: {} })],
      undefined,
    ],
    ['of what no driver serves', [{ emptyDir: {} }, { hostPath: {} }], ['vault'], [driver], missing('vault')],
  ])('%s', async (_, volumes, audiences, objects, cause) => {
    expect(await refusalFor(volumes, audiences, objects)).toBe(
      cause && `serviceaccounts "robot" is forbidden: ${cause}`,
    )
  })

  test('that a node was granted', async () => {
    const asked: unknown[] = []
    const granted = await refusalFor([], ['registry'], [], async (attributes) => {
      asked.push(attributes)
      return { verdict: 'allow', reason: { id: 'test.yes', data: {} } }
    })
    expect(granted).toBeUndefined()
    expect(asked).toMatchObject([
      {
        user: { name: 'system:node:n1' },
        verb: 'request-serviceaccounts-token-audience',
        apiGroup: '',
        apiVersion: 'v1',
        resource: 'registry',
        namespace: 'shop',
        name: 'robot',
      },
    ])
  })

  async function refusalFor(
    volumes: object[],
    audiences: string[] | undefined,
    objects: KubernetesObject[],
    authorize?: AdmissionSurroundings['authorize'],
  ): Promise<string | undefined> {
    const pod = podOf({ nodeName: 'n1', volumes }, { uid: 'pod-uid' })
    const request = tokenRequest({ audiences, boundObjectRef: reference })
    const surroundings = surroundingsOf([pod, ...objects], authorize && { authorize })
    const { refusal } = await createAdmissionChain([nodeRestriction]).admit(request, surroundings)
    return refusal?.message
  }
})

describe('other objects', () => {
  const lease = (name: string, namespace = 'kube-node-lease') => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace },
  })
  const csiNode = (name: string) => ({ apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name } })
  const claim = (status: object, metadata: object = {}) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'shop', ...metadata },
    status,
  })
  test.each([
    [lease('n1'), {}, undefined],
    [lease('n2'), {}, 'can only access node lease with the same name as the requesting node'],
    [
      lease('n2'),
      update(lease('n2')),
      'can only access node lease with the same name as the requesting node',
    ],
    [lease('n1', 'shop'), {}, 'can only access leases in the "kube-node-lease" system namespace'],
    [csiNode('n1'), {}, undefined],
    [csiNode('n2'), {}, 'can only access CSINode with the same name as the requesting node'],
    [claim({}), {}, 'may only update PVC status'],
    [
      claim({ capacity: { storage: '2Gi' } }),
      update(claim({ capacity: {} }), { subresource: 'status' }),
      undefined,
    ],
    [
      claim({ phase: 'Lost' }),
      update(claim({}), { subresource: 'status' }),
      'node "n1" is not allowed to update fields other than status.capacity and status.conditions: /status/phase',
    ],
    [
      claim({}, { labels: { a: 'b' } }),
      update(claim({}), { subresource: 'status' }),
      'node "n1" is not allowed to update fields other than status.capacity and status.conditions: /metadata/labels',
    ],
  ])('%j', async (object, more, cause) => {
    const message = await refusalOf(object as KubernetesObject, more as Partial<AdmissionRequest>)
    expect(message?.replace(/^.* is forbidden: /, '')).toBe(cause)
  })
})

describe('slices of devices', () => {
  const slice = (spec: object): KubernetesObject => ({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: { name: 's' },
    spec,
  })
  const refused = (verb: string) =>
    `resourceslices.resource.k8s.io "s" is forbidden: can only ${verb} ResourceSlice with the same NodeName as the requesting node`
  test.each([
    ['of the node', slice({ nodeName: 'n1' }), {}, undefined],
    ['of another node', slice({ nodeName: 'n2' }), {}, refused('create')],
    ['of all nodes', slice({ allNodes: true }), {}, refused('create')],
    [
      'of another node, deleted',
      slice({}),
      { operation: 'DELETE', oldObject: slice({ nodeName: 'n2' }) },
      refused('delete'),
    ],
    [
      'of another node, changed: the authorizer’s matter',
      slice({ nodeName: 'n2' }),
      { operation: 'UPDATE' },
      undefined,
    ],
  ] as const)('%s', async (_, object, more, message) => {
    expect(await refusalOf(object, more)).toBe(message)
  })
})

describe('certificates of nodes', () => {
  const SERVING = 'kubernetes.io/kubelet-serving'
  async function request(name: string, signerName = SERVING): Promise<KubernetesObject> {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const made = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: algorithm })
    return ofText(made.toString('pem'), signerName)
  }
  const ofText = (text: string, signerName = SERVING): KubernetesObject => ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'c' },
    spec: { signerName, request: Buffer.from(text).toString('base64') },
  })
  const refused = (cause: string) =>
    `certificatesigningrequests.certificates.k8s.io "c" is forbidden: ${cause}`
  const another = refused('can only create a node CSR with CN=system:node:n1')
  test.each([
    ['its own name', request('O=system:nodes, CN=system:node:n1'), undefined],
    ['the name of another node', request('O=system:nodes, CN=system:node:n2'), another],
    ['no name', request('O=system:nodes'), another],
    ['another signer', request('CN=jane', 'example.com/signer'), undefined],
    ['no request', ofText('x'), refused('unable to parse csr: PEM block type must be CERTIFICATE REQUEST')],
  ])('%s', async (_, object, message) => {
    expect(await refusalOf(await object)).toBe(message)
  })
})

describe('certificates of pods', () => {
  const spec = {
    podName: 'web',
    podUID: 'pod-uid',
    serviceAccountName: 'robot',
    serviceAccountUID: 'robot-uid',
    nodeName: 'n1',
    nodeUID: 'node-uid',
    signerName: 'example.com/mesh',
  }
  const request = (changes: object = {}): KubernetesObject => ({
    apiVersion: 'certificates.k8s.io/v1beta1',
    kind: 'PodCertificateRequest',
    metadata: { name: 'r', namespace: 'shop' },
    spec: { ...spec, ...changes },
  })
  const account: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot', namespace: 'shop', uid: 'robot-uid' },
  }
  const running = (changes: object = {}, metadata: object = {}) =>
    podOf(
      {
        nodeName: 'n1',
        serviceAccountName: 'robot',
        volumes: [
          { name: 'c', projected: { sources: [{ podCertificate: { signerName: 'example.com/mesh' } }] } },
        ],
        ...changes,
      },
      { uid: 'pod-uid', ...metadata },
    )
  const refused = (cause: string) => [
    403,
    `podcertificaterequests.certificates.k8s.io "r" is forbidden: ${cause}`,
  ]
  const again = (message: string) => [500, message]
  const about = 'PodCertificateRequest for pod "shop/web"'

  test.each([
    ['of a pod of its own', {}, running(), undefined],
    [
      'of another node',
      { nodeName: 'n2' },
      running(),
      refused('PodCertificateRequest.Spec.NodeName="n2", which is not the requesting node "n1"'),
    ],
    [
      'of an earlier node',
      { nodeUID: 'old' },
      running(),
      again(`${about} names node UID "old", inconsistent with the running node ("node-uid")`),
    ],
    [
      'of a pod that is not there',
      { podName: 'db' },
      running(),
      again('while retrieving pod "shop/db" named in the PodCertificateRequest: pod "db" not found'),
    ],
    [
      'of an earlier pod',
      { podUID: 'old' },
      running(),
      again(`${about} contains pod UID ("old") which differs from running pod "pod-uid"`),
    ],
    [
      'of a pod elsewhere',
      {},
      running({ nodeName: 'n2' }),
      refused('pod "shop/web" is not running on node "n1" named in the PodCertificateRequest'),
    ],
    [
      'of a mirror pod',
      {},
      running({}, { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
      refused('pod "shop/web" is a mirror pod'),
    ],
    [
      'of another account',
      { serviceAccountName: 'root' },
      running(),
      refused(`${about} contains serviceAccountName ("root") that differs from running pod ("robot")`),
    ],
    [
      'of an account that is not there',
      { serviceAccountName: 'root' },
      running({ serviceAccountName: 'root' }),
      again(
        'while retrieving service account "shop/root" named in the PodCertificateRequest: serviceaccount "root" not found',
      ),
    ],
    [
      'of an earlier account',
      { serviceAccountUID: 'old' },
      running(),
      again(
        `${about} names service account UID "old", which differs from the running service account ("robot-uid")`,
      ),
    ],
  ])('%s', async (_, changes, pod, expected) => {
    const asked = requestFor(request(changes), { user: NODE_USER })
    const { refusal } = await createAdmissionChain([nodeRestriction]).admit(
      asked,
      surroundingsOf([node(), pod, account]),
    )
    expect(refusal && [refusal.code, refusal.message]).toEqual(expected)
  })

  test.each([
    ['that the pod does not mount', running({ volumes: [] })],
    ['of which the pod mounts another', running({ volumes: [{ name: 'v', projected: { sources: [{}] } }] })],
  ])('of a signer %s: what RBAC says', async (_, pod) => {
    const asked: RequestAttributes[] = []
    const refusalWhere = async (verdict: 'allow' | 'no-opinion') => {
      const authorize = async (attributes: RequestAttributes) => {
        asked.push(attributes)
        return { verdict, reason: { id: 'test.said', data: {} } }
      }
      const { refusal } = await createAdmissionChain([nodeRestriction]).admit(
        requestFor(request(), { user: NODE_USER }),
        surroundingsOf([node(), pod, account], { authorize }),
      )
      return refusal?.message
    }
    expect(await refusalWhere('allow')).toBe(undefined)
    expect(await refusalWhere('no-opinion')).toBe(
      refused(
        'signer "example.com/mesh" not found in pod spec volume, system:node:n1 is not authorized to request certificates from this signer',
      )[1],
    )
    expect(asked[0]).toMatchObject({
      user: NODE_USER,
      verb: 'request-serviceaccounts-podcertificate-signer',
      apiGroup: 'certificates.k8s.io',
      resource: 'example.com:mesh',
      namespace: 'shop',
      name: 'robot',
    })
  })

  test.each([
    ['another operation', update(request()), 'unexpected operation UPDATE'],
    ['a subresource', { subresource: 'status' }, 'unexpected subresource status'],
  ])('%s', async (_, more, cause) => {
    expect(await refusalOf(request(), more, [node(), running(), account])).toBe(refused(cause)[1])
  })
})
