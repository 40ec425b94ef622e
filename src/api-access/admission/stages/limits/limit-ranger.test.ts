import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { createAdmissionChain } from '../../chain/admit.ts'
import { podOf, requestFor, surroundingsOf } from '../../request.fixture.ts'
import type { AdmissionRequest } from '../../stage.ts'
import { limitRanger } from './limit-ranger.ts'

const chain = createAdmissionChain([limitRanger])

const limitRange = (...limits: readonly object[]): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'limits', namespace: 'shop' },
  spec: { limits },
})

const container = (requests?: object, limits?: object, name = 'c') => ({
  name,
  image: 'i',
  ...((requests || limits) && { resources: { ...(requests && { requests }), ...(limits && { limits }) } }),
})

function admit(object: KubernetesObject, limits: readonly object[], more: Partial<AdmissionRequest> = {}) {
  return chain.admit(requestFor(object, more), surroundingsOf([limitRange(...limits)]))
}

test('gives containers what they do not state, and notes it', async () => {
  const limits = [
    {
      type: 'Container',
      default: { cpu: '500m', memory: '128Mi' },
      defaultRequest: { cpu: '100m', memory: '64Mi' },
    },
  ]
  const pod = podOf({
    containers: [container(undefined, undefined, 'a'), container({ cpu: '1' }, { memory: '1Gi' }, 'b')],
    initContainers: [container({ cpu: '1', memory: '1' }, { cpu: '2', memory: '2' }, 'i')],
  })
  const { object } = await admit(pod, limits)
  const spec = object?.['spec'] as { containers: { resources: unknown }[]; initContainers: unknown[] }
  expect(spec.containers.map(({ resources }) => resources)).toEqual([
    { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
    // As the API server does before admission, a request that is not stated is the limit.
    { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '500m', memory: '1Gi' } },
  ])
  expect(object?.metadata?.annotations).toEqual({
    'kubernetes.io/limit-ranger':
      'LimitRanger plugin set: cpu, memory request for container a; cpu, memory limit for container a; cpu limit for container b',
  })
})

describe('refuses, in Kubernetes’ words,', () => {
  const cpu = (value: string) => ({ cpu: value })
  test.each([
    [
      'no request',
      [container()],
      { min: cpu('100m') },
      'minimum cpu usage per Container is 100m.  No request is specified',
    ],
    [
      'a small request',
      [container(cpu('0.05'))],
      { min: cpu('100m') },
      'minimum cpu usage per Container is 100m, but request is 50m',
    ],
    [
      'a small limit',
      [container(cpu('100m'), cpu('50m'))],
      { min: cpu('100m') },
      'minimum cpu usage per Container is 100m, but limit is 50m',
    ],
    [
      'no limit',
      [container(cpu('1'))],
      { max: cpu('2') },
      'maximum cpu usage per Container is 2.  No limit is specified',
    ],
    [
      'a large limit',
      [container(cpu('1'), cpu('2500m'))],
      { max: cpu('2') },
      'maximum cpu usage per Container is 2, but limit is 2500m',
    ],
    [
      'a large request',
      [container(cpu('3'), cpu('2'))],
      { max: cpu('2') },
      'maximum cpu usage per Container is 2, but request is 3',
    ],
    [
      'a ratio without request',
      [container()],
      { maxLimitRequestRatio: cpu('2') },
      'cpu max limit to request ratio per Container is 2, but no request is specified or request is 0',
    ],
    [
      'a ratio without limit',
      [container(cpu('1'))],
      { maxLimitRequestRatio: cpu('2') },
      'cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0',
    ],
    [
      'a large ratio',
      [container(cpu('1'), cpu('3'))],
      { maxLimitRequestRatio: cpu('2') },
      'cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000',
    ],
    [
      'several, each once',
      [container(), container(undefined, undefined, 'd')],
      { min: cpu('1'), max: cpu('2') },
      '[minimum cpu usage per Container is 1.  No request is specified, maximum cpu usage per Container is 2.  No limit is specified]',
    ],
  ])('%s', async (_, containers, limit, cause) => {
    const { refusal } = await admit(podOf({ containers }), [{ type: 'Container', ...limit }])
    expect(refusal?.message).toBe(`pods "web" is forbidden: ${cause}`)
  })

  test.each([
    [
      'the sum of containers',
      [container(cpu('1500m'), cpu('1500m')), container(cpu('1'), cpu('1'))],
      [],
      'but limit is 2500m',
    ],
    [
      'one large init container',
      [container(cpu('1'), cpu('1'))],
      [container(cpu('3'), cpu('3'))],
      'but limit is 3',
    ],
    [
      'a limit that one does not state',
      [container(cpu('1'), cpu('1')), container(cpu('1'))],
      [],
      '.  No limit is specified',
    ],
  ])('of a pod: %s', async (_, containers, initContainers, cause) => {
    const { refusal } = await admit(podOf({ containers, initContainers }), [{ type: 'Pod', max: cpu('2') }])
    expect(refusal?.message).toContain(
      `maximum cpu usage per Pod is 2${cause.startsWith('.') ? '' : ', '}${cause}`,
    )
  })

  test('of a pod: what it states for its containers together', async () => {
    const containers = [container(cpu('1'), cpu('1'))]
    const limits = [{ type: 'Pod', max: cpu('2') }]
    const { refusal } = await admit(podOf({ containers, resources: { limits: cpu('3') } }), limits)
    expect(refusal?.message).toContain('but limit is 3')
    const within = await admit(podOf({ containers: [container()], resources: { limits: cpu('2') } }), limits)
    expect(within.refusal).toBeUndefined()
  })

  test.each([
    [
      { min: { storage: '2Gi' } },
      '1Gi',
      'minimum storage usage per PersistentVolumeClaim is 2Gi, but request is 1Gi',
    ],
    [
      { max: { storage: '2Gi' } },
      '3Gi',
      'maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi',
    ],
  ])('of a claim: %j', async (limit, storage, cause) => {
    const claim: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'shop' },
      spec: { resources: { requests: { storage } } },
    }
    const { refusal } = await admit(claim, [{ type: 'PersistentVolumeClaim', ...limit }])
    expect(refusal?.message).toBe(`persistentvolumeclaims "data" is forbidden: ${cause}`)
  })
})

test('lets pass what is within, updates of pods, and what goes', async () => {
  const limits = [{ type: 'Container', min: { cpu: '1' }, max: { cpu: '2' } }]
  const fits = await admit(podOf({ containers: [container({ cpu: '1' }, { cpu: '2' })] }), limits)
  const update = await admit(podOf(), limits, { operation: 'UPDATE', oldObject: podOf() })
  expect([fits.refusal, update.refusal]).toEqual([undefined, undefined])
})

test('fails closed before the limits have been read', async () => {
  const surroundings = surroundingsOf([])
  const objects = { ...surroundings.objects, isComplete: () => false }
  const { refusal } = await chain.admit(requestFor(podOf()), { ...surroundings, objects })
  expect(refusal?.message).toContain(
    'unable to CREATE /v1, Resource=pods at this time because there was an error enforcing limit ranges',
  )
})

test('holds a resize of a pod to the limits', async () => {
  const before = podOf({ containers: [container({ cpu: '1' }, { cpu: '1' })] })
  const after = podOf({ containers: [container({ cpu: '9' }, { cpu: '9' })] })
  const resize = { operation: 'UPDATE', subresource: 'resize', oldObject: before } as const
  const { refusal } = await admit(after, [{ type: 'Container', max: { cpu: '2' } }], resize)
  expect(refusal?.message).toBe(
    'pods "web" is forbidden: maximum cpu usage per Container is 2, but limit is 9',
  )
})
