import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { createAdmissionChain } from '../../chain/admit.ts'
import { podOf, requestFor, surroundingsOf } from '../../request.fixture.ts'
import type { AdmissionRequest } from '../../stage.ts'
import { bound, mirror, NODE_USER, node, owner, refusalOf, update } from './node-restriction.fixture.ts'
import { nodeRestriction } from './node-restriction.ts'

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
