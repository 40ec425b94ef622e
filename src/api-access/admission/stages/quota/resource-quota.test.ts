import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { createAdmissionChain } from '../../chain/admit.ts'
import { podOf, requestFor, surroundingsOf, viewOf } from '../../request.fixture.ts'
import type { AdmissionRequest } from '../../stage.ts'
import { asking, objectOf, quota, refusalOf } from './resource-quota.fixture.ts'
import { createResourceQuota } from './resource-quota.ts'

describe('refuses, in Kubernetes’ words,', () => {
  test.each([
    [
      'one pod too many',
      podOf(),
      quota({ pods: '1' }, { pods: '1' }),
      'exceeded quota: quota, requested: pods=1, used: pods=1, limited: pods=1',
    ],
    [
      'several resources at once, by name',
      podOf(asking({ cpu: '1', memory: '1Gi' })),
      quota(
        { 'requests.memory': '1Gi', 'requests.cpu': '1500m', pods: '9' },
        { 'requests.cpu': '1', 'requests.memory': '512Mi' },
      ),
      'exceeded quota: quota, requested: requests.cpu=1,requests.memory=1Gi, used: requests.cpu=1,requests.memory=512Mi, limited: requests.cpu=1500m,requests.memory=1Gi',
    ],
    [
      'a pod that does not state',
      podOf(),
      quota({ 'limits.cpu': '1', 'requests.memory': '1Gi' }),
      'failed quota: quota: must specify limits.cpu for: web; requests.memory for: web',
    ],
    [
      'a quota that was not counted yet',
      podOf(),
      { ...quota({ pods: '1' }), status: { hard: { pods: '1' } } },
      'status unknown for quota: quota, resources: pods',
    ],
    [
      'an object by count',
      objectOf('Deployment', {}),
      quota({ 'count/deployments.apps': '0' }),
      'exceeded quota: quota, requested: count/deployments.apps=1, used: count/deployments.apps=0, limited: count/deployments.apps=0',
    ],
    [
      'a Secret by its old name',
      objectOf('Secret', {}),
      quota({ secrets: '0' }),
      'exceeded quota: quota, requested: secrets=1, used: secrets=0, limited: secrets=0',
    ],
    [
      'node ports',
      objectOf('Service', { type: 'NodePort', ports: [{}, {}] }),
      quota({ 'services.nodeports': '1' }),
      'exceeded quota: quota, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1',
    ],
    [
      'storage',
      objectOf('PersistentVolumeClaim', { resources: { requests: { storage: '2Gi' } } }),
      quota({ 'requests.storage': '1Gi' }),
      'exceeded quota: quota, requested: requests.storage=2Gi, used: requests.storage=0, limited: requests.storage=1Gi',
    ],
    [
      'storage of a class',
      objectOf('PersistentVolumeClaim', {
        storageClassName: 'gold',
        resources: { requests: { storage: '2Gi' } },
      }),
      quota({ 'gold.storageclass.storage.k8s.io/requests.storage': '1Gi', 'requests.storage': '9Gi' }),
      'exceeded quota: quota, requested: gold.storageclass.storage.k8s.io/requests.storage=2Gi, used: gold.storageclass.storage.k8s.io/requests.storage=0, limited: gold.storageclass.storage.k8s.io/requests.storage=1Gi',
    ],
    [
      'an extended resource',
      podOf(asking({ 'nvidia.com/gpu': '2' })),
      quota({ 'requests.nvidia.com/gpu': '1' }),
      'exceeded quota: quota, requested: requests.nvidia.com/gpu=2, used: requests.nvidia.com/gpu=0, limited: requests.nvidia.com/gpu=1',
    ],
    [
      'huge pages',
      podOf(asking({ 'hugepages-2Mi': '4Mi' })),
      quota({ 'hugepages-2Mi': '2Mi' }),
      'exceeded quota: quota, requested: hugepages-2Mi=4Mi, used: hugepages-2Mi=0, limited: hugepages-2Mi=2Mi',
    ],
    [
      'an init container beside a sidecar',
      podOf({
        ...asking({ cpu: '1' }),
        initContainers: [
          { name: 's', restartPolicy: 'Always', resources: { requests: { cpu: '1' } } },
          { name: 'i', resources: { requests: { cpu: '2' } } },
        ],
      }),
      quota({ 'requests.cpu': '2' }),
      'exceeded quota: quota, requested: requests.cpu=3, used: requests.cpu=0, limited: requests.cpu=2',
    ],
    [
      'what a pod states for its containers together',
      podOf({
        ...asking({ cpu: '1', memory: '1Gi', 'nvidia.com/gpu': '1' }, { cpu: '4' }),
        resources: {
          requests: { cpu: '3', 'nvidia.com/gpu': '9' },
          limits: { cpu: '6', 'hugepages-2Mi': '4Mi' },
        },
      }),
      quota({
        'requests.cpu': '2',
        'limits.cpu': '5',
        'requests.memory': '1Mi',
        'hugepages-2Mi': '2Mi',
        'requests.nvidia.com/gpu': '0',
      }),
      'exceeded quota: quota, requested: hugepages-2Mi=4Mi,limits.cpu=6,requests.cpu=3,requests.memory=1Gi,requests.nvidia.com/gpu=1, used: ',
    ],
    [
      'no limit, though the runtime needs some',
      podOf({
        ...asking({ cpu: '1', memory: '1Gi' }, { cpu: '2' }),
        overhead: { cpu: '250m', memory: '1Gi' },
      }),
      quota({ 'requests.cpu': '1', 'limits.cpu': '2', 'requests.memory': '1Gi', 'limits.memory': '9Gi' }),
      'failed quota: quota: must specify limits.memory for: c',
    ],
    [
      'what the runtime needs, with a limit where there is one',
      podOf({ ...asking({ cpu: '1' }, { cpu: '2' }), overhead: { cpu: '250m', memory: '1Gi' } }),
      quota({ 'requests.cpu': '1', 'limits.cpu': '2' }),
      'exceeded quota: quota, requested: limits.cpu=2250m,requests.cpu=1250m, used: ',
    ],
  ])('%s', async (_, object, given, cause) => {
    expect(await refusalOf(object, [given])).toMatch(`is forbidden: ${cause}`)
  })
})

test('containers need not state what their pod states for them together', async () => {
  const pod = podOf({ ...asking(), resources: { requests: { cpu: '1' } } })
  expect(await refusalOf(pod, [quota({ 'requests.cpu': '1', 'limits.memory': '1Gi' })])).toBeUndefined()
})

describe('a scope', () => {
  const full = (spec: object) => quota({ pods: '0' }, {}, spec as Record<string, unknown>)
  const priority = (operator: string, ...values: string[]) => ({
    scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator, values }] },
  })
  test.each([
    [{ scopes: ['Terminating'] }, { activeDeadlineSeconds: 0 }, true],
    [{ scopes: ['Terminating'] }, {}, false],
    [{ scopes: ['NotTerminating'] }, {}, true],
    [{ scopes: ['BestEffort'] }, {}, true],
    [{ scopes: ['BestEffort'] }, asking({ cpu: '1' }), false],
    [{ scopes: ['NotBestEffort'] }, asking({}, { memory: '1' }), true],
    [{ scopes: ['BestEffort'] }, { resources: { requests: { cpu: '1' } } }, false],
    [{ scopes: ['NotBestEffort', 'Terminating'] }, asking({ cpu: '1' }), false],
    [priority('In', 'high'), { priorityClassName: 'high' }, true],
    [priority('In', 'high'), {}, false],
    [priority('NotIn', 'high'), {}, true],
    [priority('Exists'), { priorityClassName: 'low' }, true],
    [priority('DoesNotExist'), {}, true],
    [
      { scopes: ['CrossNamespacePodAffinity'] },
      {
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, podAffinityTerm: { topologyKey: 'a', namespaces: ['b'] } },
            ],
          },
        },
      },
      true,
    ],
    [{ scopes: ['CrossNamespacePodAffinity'] }, { affinity: { podAffinity: {} } }, false],
  ])('%j with %j counts: %s', async (spec, pod, counts) => {
    expect((await refusalOf(podOf(pod), [full(spec)])) !== undefined).toBe(counts)
  })
})

describe('an update that brings a pod into another scope', () => {
  const quotas = (terminating: string, rest: string) => [
    { ...quota({ pods: terminating }, {}, { scopes: ['Terminating'] }) },
    { ...quota({ pods: rest }, { pods: rest }, { scopes: ['NotTerminating'] }) },
  ]
  const podUntil = (activeDeadlineSeconds?: number) =>
    podOf({ activeDeadlineSeconds, ...asking({ cpu: '1' }) }, { resourceVersion: '1' })
  const update = (before: KubernetesObject, after: KubernetesObject, objects: KubernetesObject[]) =>
    refusalOf(after, objects, { operation: 'UPDATE', oldObject: before })

  test('takes a place there, though the pod takes no more than before', async () => {
    expect(await update(podUntil(), podUntil(5), quotas('0', '1'))).toBe(
      'pods "web" is forbidden: exceeded quota: quota, requested: pods=1, used: pods=0, limited: pods=0',
    )
    expect(await update(podUntil(), podUntil(5), quotas('1', '1'))).toBeUndefined()
  })

  test('takes none where it stays: no update of a pod is refused that changes no scope', async () => {
    expect(await update(podUntil(9), podUntil(5), quotas('0', '0'))).toBeUndefined()
    const unstated = podOf({}, { resourceVersion: '1' })
    expect(await update(unstated, unstated, [quota({ 'requests.cpu': '0' })])).toBeUndefined()
  })
})

describe('what is used', () => {
  test('is what the view shows where the status lags behind', async () => {
    const running = podOf(asking({ cpu: '1' }), { name: 'other' })
    const given = quota({ 'requests.cpu': '1500m' })
    expect(await refusalOf(podOf(asking({ cpu: '1' })), [given, running])).toContain('used: requests.cpu=1,')
  })

  test('does not count pods that have ended, but as objects', async () => {
    const ended = { ...podOf({}, { name: 'other' }), status: { phase: 'Succeeded' } }
    expect(await refusalOf(podOf(), [quota({ pods: '1' }), ended])).toBeUndefined()
    expect(await refusalOf(podOf(), [quota({ 'count/pods': '1' }), ended])).toContain('used: count/pods=1')
  })

  test('of a change is only what it takes more', async () => {
    const claim = (storage: string) =>
      objectOf('PersistentVolumeClaim', { resources: { requests: { storage } } })
    const given = quota({ 'requests.storage': '3Gi' }, { 'requests.storage': '2Gi' })
    const grow = (to: string) =>
      refusalOf(claim(to), [given], { operation: 'UPDATE', oldObject: claim('2Gi') })
    expect(await grow('3Gi')).toBeUndefined()
    expect(await grow('4Gi')).toContain('requested: requests.storage=2Gi')
  })

  test('is reserved: requests that come at once never take more than there is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 5 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 12 }),
        async (hard, sizes) => {
          const chain = createAdmissionChain([createResourceQuota()])
          const surroundings = surroundingsOf([quota({ 'requests.cpu': String(hard) })])
          const results = await Promise.all(
            sizes.map((cpu, index) => {
              const pod = podOf(asking({ cpu: String(cpu) }), { name: `pod-${index}` })
              return chain.admit(requestFor(pod), surroundings)
            }),
          )
          const granted = sizes.filter((_, index) => results[index]?.refusal === undefined)
          expect(granted.reduce((sum, cpu) => sum + cpu, 0)).toBeLessThanOrEqual(hard)
        },
      ),
    )
  })

  test('of objects that nobody watches is what the status says, with what it has not counted yet', async () => {
    const chain = createAdmissionChain([createResourceQuota()])
    const ask = async (name: string, used: number) => {
      const view = viewOf([quota({ 'count/configmaps': '4' }, { 'count/configmaps': String(used) })])
      const objects = {
        ...view,
        isComplete: ({ resource }: { resource: string }) => resource !== 'configmaps',
      }
      const object = { ...objectOf('ConfigMap', {}), metadata: { name, namespace: 'shop' } }
      return (await chain.admit(requestFor(object), surroundingsOf([], { objects }))).refusal?.message
    }
    // The status counts each grant at once, or all of them late: of four there is room for as many.
    expect([await ask('a', 0), await ask('b', 1), await ask('c', 1), await ask('d', 3)]).toEqual(
      Array(4).fill(undefined),
    )
    expect(await ask('e', 3)).toContain('used: count/configmaps=4')
    expect(await ask('f', 4)).toContain('used: count/configmaps=4')
  })

  test('is not reserved by a dry run, and a reservation ends', async () => {
    let time = 0
    const chain = createAdmissionChain([createResourceQuota()])
    const surroundings = surroundingsOf([quota({ pods: '1' })], { now: () => time })
    const ask = async (more: Partial<AdmissionRequest> = {}) =>
      (await chain.admit(requestFor(podOf(), more), surroundings)).refusal === undefined
    expect([await ask({ dryRun: true }), await ask(), await ask()]).toEqual([true, true, false])
    time = 31_000
    expect(await ask()).toBe(true)
  })
})

describe('a limited resource', () => {
  const limited = (more: object) => ({ limitedResources: [{ resource: 'pods', ...more }] })
  const storage = {
    limitedResources: [{ resource: 'persistentvolumeclaims', matchContains: ['requests.storage'] }],
  }
  const claim = objectOf('PersistentVolumeClaim', { resources: { requests: { storage: '1Gi' } } })

  test('needs a quota', async () => {
    expect(await refusalOf(claim, [], {}, storage)).toBe(
      'persistentvolumeclaims "x" is forbidden: insufficient quota to consume: requests.storage',
    )
    expect(await refusalOf(claim, [quota({ 'requests.storage': '1Gi' })], {}, storage)).toBeUndefined()
  })

  test('needs a quota of its scope', async () => {
    const matchScopes = [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }]
    const pod = podOf({ priorityClassName: 'high' })
    expect(await refusalOf(pod, [], {}, limited({ matchScopes }))).toBe(
      'insufficient quota to match these scopes: [{PriorityClass In [high]}]',
    )
    const covering = quota({ pods: '1' }, {}, { scopeSelector: { matchExpressions: matchScopes } })
    expect(await refusalOf(pod, [covering], {}, limited({ matchScopes }))).toBeUndefined()
    expect(await refusalOf(podOf(), [], {}, limited({ matchScopes }))).toBeUndefined()
  })
})

test.each([
  ['being made smaller is still counted as it is', '1', '2', [], '2'],
  ['being made larger is counted as it will be', '3', '2', [], '3'],
  ['that cannot be made larger is counted as it is', '3', '2', ['Infeasible'], '2'],
  ['that has to wait is counted as it will be', '3', '2', ['Deferred'], '3'],
])('a pod %s', async (_, asked, has, reasons, used) => {
  const running = {
    ...podOf(asking({ cpu: asked }), { name: 'other' }),
    status: {
      phase: 'Running',
      conditions: reasons.map((reason) => ({ type: 'PodResizePending', status: 'True', reason })),
      containerStatuses: [
        { name: 'c', resources: { requests: { cpu: '1' } }, allocatedResources: { cpu: has } },
      ],
    },
  }
  const given = quota({ 'requests.cpu': '3' })
  expect(await refusalOf(podOf(asking({ cpu: '4' })), [given, running as KubernetesObject])).toContain(
    `used: requests.cpu=${used},`,
  )
})

test('charges a resize of a pod for what it adds', async () => {
  const pod = (cpu: string) => podOf(asking({ cpu }), { resourceVersion: '1' })
  const resize = { operation: 'UPDATE', subresource: 'resize', oldObject: pod('1') } as const
  const limits = quota({ 'requests.cpu': '3' }, { 'requests.cpu': '1' })
  expect(await refusalOf(pod('3'), [limits, pod('1')], resize)).toBeUndefined()
  expect(await refusalOf(pod('4'), [limits, pod('1')], resize)).toBe(
    'pods "web" is forbidden: exceeded quota: quota, requested: requests.cpu=3, used: requests.cpu=1, limited: requests.cpu=3',
  )
  expect(await refusalOf(pod('4'), [limits, pod('1')], { ...resize, subresource: 'status' })).toBeUndefined()
})
