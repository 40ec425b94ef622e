import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { createAdmissionChain } from '../../chain/admit.ts'
import { podOf, requestFor, surroundingsOf, viewOf } from '../../request.fixture.ts'
import { createResourceQuota } from './resource-quota.ts'

const IMPLICIT = 'requests.deviceclass.resource.kubernetes.io/gpu'
const EXPLICIT = 'requests.example.com/gpu'

const quota = (resource: string, hard: number): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'quota', namespace: 'shop' },
  spec: { hard: { [resource]: String(hard) } },
  status: { hard: { [resource]: String(hard) }, used: { [resource]: '0' } },
})

const deviceClass = (name: string, spec: object = {}): KubernetesObject => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'DeviceClass',
  metadata: { name },
  spec,
})
const GPU = deviceClass('gpu', { extendedResourceName: 'example.com/gpu' })

const claim = (name: string, count: number, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceClaim',
  metadata: { name, namespace: 'shop', ...metadata },
  spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'gpu', count } }] } },
})

/** As the scheduler makes one for a pod; or somebody who would like to be taken for it. */
const claimOfPod = (
  name: string,
  { owner = {}, ...metadata }: { owner?: object; creationTimestamp?: string } = {},
) =>
  claim(name, 2, {
    annotations: { 'resource.kubernetes.io/extended-resource-claim': 'true' },
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: 'pod-uid', controller: true, ...owner },
    ],
    ...metadata,
  })

const asking = (resource: string, amount: number, status: object = {}): KubernetesObject => ({
  ...podOf(
    { containers: [{ name: 'c', image: 'i', resources: { requests: { [resource]: String(amount) } } }] },
    { uid: 'pod-uid' },
  ),
  status,
})

async function refusalOf(object: KubernetesObject, objects: readonly KubernetesObject[]) {
  const chain = createAdmissionChain([createResourceQuota()])
  return (await chain.admit(requestFor(object), surroundingsOf(objects))).refusal?.message
}

describe('devices of a claim are requests for them', () => {
  test.each<[string, string, readonly KubernetesObject[], boolean]>([
    ['by the name that every class has', IMPLICIT, [GPU], true],
    ['of a class without another name', IMPLICIT, [deviceClass('gpu')], true],
    ['by the name that the class gives', EXPLICIT, [GPU], true],
    ['not of a class that there is not', IMPLICIT, [deviceClass('nic')], false],
    ['not by a name that no class gives', EXPLICIT, [deviceClass('gpu')], false],
    ['not by the name of another class', 'requests.example.com/nic', [GPU], false],
  ])('%s', async (_, resource, classes, isCounted) => {
    const message = await refusalOf(claim('c', 2), [quota(resource, 1), ...classes])
    expect(message).toBe(
      isCounted
        ? `resourceclaims.resource.k8s.io "c" is forbidden: exceeded quota: quota, requested: ${resource}=2, used: ${resource}=0, limited: ${resource}=1`
        : undefined,
    )
  })

  test('which pods and claims take of together', async () => {
    const there = [GPU, claim('there', 1), asking('example.com/gpu', 1)]
    expect(await refusalOf(claim('c', 2), [quota(EXPLICIT, 4), ...there])).toBeUndefined()
    const another = { ...asking('example.com/gpu', 2), metadata: { name: 'other', namespace: 'shop' } }
    for (const object of [claim('c', 2), another])
      expect(await refusalOf(object, [quota(EXPLICIT, 3), ...there])).toContain(
        `requested: ${EXPLICIT}=2, used: ${EXPLICIT}=2, limited: ${EXPLICIT}=3`,
      )
  })

  test('and where the classes have not been read, no claim is granted', async () => {
    const view = {
      ...viewOf([quota(EXPLICIT, 9)]),
      isComplete: ({ resource }: { resource: string }) => resource !== 'deviceclasses',
    }
    const chain = createAdmissionChain([createResourceQuota()])
    const { refusal } = await chain.admit(requestFor(claim('c', 1)), surroundingsOf([], { objects: view }))
    expect(refusal?.message).toContain('the deviceclasses of the cluster have not been read yet')
  })
})

describe('a claim made for a pod that was charged', () => {
  const pod = asking('example.com/gpu', 2)
  const said = (resourceClaimName: string) =>
    asking('example.com/gpu', 2, { extendedResourceClaimStatus: { resourceClaimName } })
  const earlier = claimOfPod('a', { creationTimestamp: '2023-11-14T00:00:00Z' })
  const later = claimOfPod('b', { creationTimestamp: '2023-11-14T00:00:01Z' })

  test.each<[string, KubernetesObject, readonly KubernetesObject[]]>([
    ['the first', claimOfPod('c'), [pod]],
    ['the one that the pod names', claimOfPod('c'), [said('c'), earlier]],
    ['the earlier of two', earlier, [pod, later]],
    ['the lower name of two at once', claimOfPod('a'), [pod, claimOfPod('b')]],
  ])('is not charged again: %s', async (_, object, objects) => {
    // The pod takes 2, and what is there before it is not what this is about.
    const others = objects.filter(({ kind }) => kind === 'ResourceClaim').length * 2
    expect(await refusalOf(object, [quota(EXPLICIT, 2 + others), GPU, ...objects])).toBeUndefined()
  })

  test.each<[string, KubernetesObject, readonly KubernetesObject[]]>([
    ['a second', claimOfPod('c'), [pod, earlier]],
    ['one that is not the pod’s', claimOfPod('c'), [said('a')]],
    ['of an earlier pod of the name', claimOfPod('c', { owner: { uid: 'old' } }), [pod]],
    ['of an owner that is no pod', claimOfPod('c', { owner: { kind: 'Job' } }), [pod]],
    ['of an owner that does not control', claimOfPod('c', { owner: { controller: false } }), [pod]],
    ['of no pod', claimOfPod('c'), []],
    [
      'without the annotation',
      claim('c', 2, { ownerReferences: claimOfPod('c').metadata?.ownerReferences ?? [] }),
      [pod],
    ],
  ])('is charged: %s', async (_, object, objects) => {
    expect(await refusalOf(object, [quota(EXPLICIT, 1), GPU, ...objects])).toContain(
      `requested: ${EXPLICIT}=2`,
    )
  })

  test('is charged for what is more than that', async () => {
    const small = asking('example.com/gpu', 1)
    expect(await refusalOf(claimOfPod('c'), [quota(EXPLICIT, 1), GPU, small])).toContain(
      `requested: ${EXPLICIT}=1, used: ${EXPLICIT}=1`,
    )
  })
})
