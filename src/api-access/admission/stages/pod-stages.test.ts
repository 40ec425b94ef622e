import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../kubernetes/index.ts'
import { createAdmissionChain } from '../chain/admit.ts'
import { namespaceOf, podOf, requestFor, surroundingsOf } from '../request.fixture.ts'
import type { AdmissionRequest, AdmissionStage } from '../stage.ts'
import { alwaysPullImages } from './always-pull-images.ts'
import { createDefaultTolerationSeconds } from './default-toleration-seconds.ts'
import { denyServiceExternalIPs } from './deny-service-external-ips.ts'
import { createNamespaceLifecycle } from './namespace-lifecycle.ts'
import { createPodNodeSelector } from './pod-node-selector.ts'
import { createPodTolerationRestriction } from './pod-toleration-restriction.ts'

function admit(
  stage: AdmissionStage,
  object: KubernetesObject,
  objects: readonly KubernetesObject[] = [],
  more: Partial<AdmissionRequest> = {},
) {
  return createAdmissionChain([stage]).admit(requestFor(object, more), surroundingsOf(objects))
}

const specOf = (object: KubernetesObject | undefined) => object?.['spec'] as Record<string, unknown>

describe('AlwaysPullImages', () => {
  test('sets the policy of every container, and leaves one that has it', async () => {
    const pod = podOf({
      initContainers: [{ name: 'i', image: 'i', imagePullPolicy: 'Never' }],
      containers: [{ name: 'c', image: 'c' }],
      ephemeralContainers: [{ name: 'e', image: 'e', imagePullPolicy: 'Always' }],
    })
    const { object, refusal } = await admit(alwaysPullImages, pod)
    expect(refusal).toBeUndefined()
    const policies = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
      (specOf(object)[list] as { imagePullPolicy?: string }[]).map(({ imagePullPolicy }) => imagePullPolicy),
    )
    expect(policies).toEqual(['Always', 'Always', 'Always'])
  })

  test('sets the policy of images that are mounted, and refuses where it was set back', async () => {
    const volumes = [
      { name: 'a', image: { reference: 'a', pullPolicy: 'IfNotPresent' } },
      { name: 'b', image: { reference: 'b' } },
      { name: 'c', emptyDir: {} },
    ]
    const pod = podOf({ containers: [{ name: 'c', image: 'c', imagePullPolicy: 'Always' }], volumes })
    const { object } = await admit(alwaysPullImages, pod)
    expect(specOf(object)['volumes']).toEqual([
      { name: 'a', image: { reference: 'a', pullPolicy: 'Always' } },
      { name: 'b', image: { reference: 'b', pullPolicy: 'Always' } },
      { name: 'c', emptyDir: {} },
    ])
    const setBack: AdmissionStage = { name: 'sets back', mutate: () => ({ object: pod }) }
    const { refusal } = await createAdmissionChain([alwaysPullImages, setBack]).admit(
      requestFor(pod),
      surroundingsOf([]),
    )
    const forbidden = 'pods "web" is forbidden: spec.volumes'
    expect(refusal?.message).toBe(
      `[${forbidden}[0].image.pullPolicy: Unsupported value: "IfNotPresent": supported values: "Always", ${forbidden}[1].image.pullPolicy: Unsupported value: "": supported values: "Always"]`,
    )
  })

  test('an update that mounts another image sets the policy', async () => {
    const mounting = (reference: string) =>
      podOf({ volumes: [{ name: 'v', image: { reference } }] }, { labels: { a: reference } })
    const policyAfter = async (reference: string) => {
      const more = { operation: 'UPDATE', oldObject: mounting('one') } as const
      const { object } = await admit(alwaysPullImages, mounting(reference), [], more)
      return (specOf(object)['volumes'] as { image: { pullPolicy?: string } }[])[0]?.image.pullPolicy
    }
    expect([await policyAfter('one'), await policyAfter('two')]).toEqual([undefined, 'Always'])
  })

  test('an update by which a container runs what was only mounted sets the policy', async () => {
    const running = (image: string) =>
      podOf({
        containers: [{ name: 'c', image, imagePullPolicy: 'IfNotPresent' }],
        volumes: [{ name: 'v', image: { reference: 'data', pullPolicy: 'IfNotPresent' } }],
      })
    const more = { operation: 'UPDATE', oldObject: running('web') } as const
    const { object } = await admit(alwaysPullImages, running('data'), [], more)
    expect(specOf(object)['containers']).toEqual([{ name: 'c', image: 'data', imagePullPolicy: 'Always' }])
  })

  test('refuses what a later stage set back, in one error without a reason', async () => {
    const chain = createAdmissionChain([
      alwaysPullImages,
      { name: 'sets back', mutate: ({ object }) => ({ object: { ...object, ...podOf() } }) },
    ])
    const { refusal } = await chain.admit(requestFor(podOf()), surroundingsOf([]))
    expect(refusal).toEqual({
      code: 500,
      reason: '',
      message:
        'pods "web" is forbidden: spec.containers[0].imagePullPolicy: Unsupported value: "": supported values: "Always"',
    })
  })

  test.each([
    ['with the images that it has is left as it is', 'web:1', undefined],
    ['that brings an image sets the policy', 'web:2', 'Always'],
  ])('an update %s', async (_, image, imagePullPolicy) => {
    const changed = podOf({ containers: [{ name: 'web', image }] }, { labels: { a: 'b' } })
    const update = requestFor(changed, { operation: 'UPDATE', oldObject: podOf() })
    const { object, refusal } = await createAdmissionChain([alwaysPullImages]).admit(
      update,
      surroundingsOf([]),
    )
    expect(refusal).toBeUndefined()
    expect(specOf(object)['containers']).toEqual([
      { name: 'web', image, ...(imagePullPolicy && { imagePullPolicy }) },
    ])
  })

  test('keeps fields that the schema does not know', async () => {
    const { object } = await admit(alwaysPullImages, podOf({ newerField: { a: 1 } }))
    expect(specOf(object)['newerField']).toEqual({ a: 1 })
  })

  test.each([
    ['a container that is none', { containers: ['x'] }],
    ['a list that is none', { containers: 'x' }],
  ])('refuses %s with 400', async (_, spec) => {
    expect((await admit(alwaysPullImages, podOf(spec))).refusal?.code).toBe(400)
  })

  test('lets subresources and deletions pass', async () => {
    const { object } = await admit(alwaysPullImages, podOf(), [], { subresource: 'status' })
    expect(specOf(object)['containers']).toEqual([{ name: 'web', image: 'web:1' }])
  })
})

describe('DefaultTolerationSeconds', () => {
  const toleration = (key: string, tolerationSeconds = 300) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds,
  })
  test.each([
    ['none', undefined, [toleration('not-ready'), toleration('unreachable')]],
    ['one of them', [toleration('not-ready', 5)], [toleration('not-ready', 5), toleration('unreachable')]],
    ['all keys', [{ operator: 'Exists' }], [{ operator: 'Exists' }]],
    [
      'all keys of another effect',
      [{ operator: 'Exists', effect: 'NoSchedule' }],
      [{ operator: 'Exists', effect: 'NoSchedule' }, toleration('not-ready'), toleration('unreachable')],
    ],
  ])('adds what is missing to a pod that tolerates %s', async (_, tolerations, expected) => {
    const { object } = await admit(createDefaultTolerationSeconds(), podOf({ tolerations }))
    expect(specOf(object)['tolerations']).toEqual(expected)
  })

  test('takes the seconds that it is given', async () => {
    const stage = createDefaultTolerationSeconds({ notReady: 1, unreachable: 0 })
    expect(specOf((await admit(stage, podOf())).object)['tolerations']).toEqual([
      toleration('not-ready', 1),
      toleration('unreachable', 0),
    ])
  })
})

describe('DenyServiceExternalIPs', () => {
  const service = (externalIPs?: readonly string[]): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { externalIPs },
  })
  test.each([
    ['a service without', service(), undefined, true],
    ['an empty list', service([]), undefined, true],
    ['a new address', service(['192.0.2.1']), undefined, false],
    ['a kept address', service(['192.0.2.1']), service(['192.0.2.1', '192.0.2.2']), true],
    ['an added address', service(['192.0.2.1', '192.0.2.3']), service(['192.0.2.1']), false],
  ])('%s', async (_, object, oldObject, isAllowed) => {
    const more = oldObject === undefined ? {} : { operation: 'UPDATE' as const, oldObject }
    const { refusal } = await admit(denyServiceExternalIPs, object, [], more)
    expect(refusal?.message).toBe(
      isAllowed
        ? undefined
        : 'services "web" is forbidden: Use of external IPs is denied by admission control.',
    )
  })
})

describe('NamespaceLifecycle', () => {
  const active = { ...namespaceOf('shop'), status: { phase: 'Active' } }
  const ending = { ...namespaceOf('shop'), status: { phase: 'Terminating' } }

  test.each(['default', 'kube-system', 'kube-public'])('keeps %s from being deleted', async (name) => {
    const { object: _, ...request } = requestFor(namespaceOf(name), { operation: 'DELETE' })
    const chain = createAdmissionChain([createNamespaceLifecycle()])
    const { refusal } = await chain.admit(request, surroundingsOf([]))
    expect(refusal?.message).toBe(`namespaces "${name}" is forbidden: this namespace may not be deleted`)
  })

  test('refuses objects in a namespace that does not exist', async () => {
    const { refusal } = await admit(createNamespaceLifecycle(), podOf())
    expect(refusal).toMatchObject({ code: 404, reason: 'NotFound', message: 'namespaces "shop" not found' })
  })

  test('refuses new objects in one that ends, and says why for programs', async () => {
    const { refusal } = await admit(createNamespaceLifecycle(), podOf(), [ending])
    expect(refusal?.message).toBe(
      'pods "web" is forbidden: unable to create new content in namespace shop because it is being terminated',
    )
    expect(refusal?.details?.['causes']).toEqual([
      {
        reason: 'NamespaceTerminating',
        message: 'namespace shop is being terminated',
        field: 'metadata.namespace',
      },
    ])
  })

  test('lets objects there be changed, and access be asked about', async () => {
    const stage = createNamespaceLifecycle()
    const update = await admit(stage, podOf(), [ending], { operation: 'UPDATE', oldObject: podOf() })
    expect(update.refusal).toBeUndefined()
    const resource = { group: 'authorization.k8s.io', version: 'v1', resource: 'localsubjectaccessreviews' }
    expect((await admit(stage, podOf(), [], { resource })).refusal).toBeUndefined()
  })

  test('does not believe the view of a namespace that was deleted just now', async () => {
    const chain = createAdmissionChain([createNamespaceLifecycle()])
    let asked = 0
    const surroundings = surroundingsOf([active], {
      lookUp: async () => {
        asked++
        return ending
      },
    })
    expect((await chain.admit(requestFor(podOf()), surroundings)).refusal).toBeUndefined()
    const { object: _, ...deletion } = requestFor(namespaceOf('shop'), { operation: 'DELETE' })
    await chain.admit(deletion, surroundings)
    expect((await chain.admit(requestFor(podOf()), surroundings)).refusal?.code).toBe(403)
    expect(asked).toBe(1)
  })

  test('fails closed where the namespaces cannot be known', async () => {
    const chain = createAdmissionChain([createNamespaceLifecycle()])
    const lookUp = () => Promise.reject(new Error('connection refused'))
    const { refusal } = await chain.admit(requestFor(podOf()), surroundingsOf([], { lookUp }))
    expect(refusal).toMatchObject({ code: 500, message: 'Internal error occurred: connection refused' })
  })
})

describe('PodNodeSelector', () => {
  const annotated = (selector: string) => ({
    ...namespaceOf('shop'),
    metadata: { name: 'shop', annotations: { 'scheduler.alpha.kubernetes.io/node-selector': selector } },
  })
  test.each([
    ['the annotation', annotated('env=test'), undefined, {}, { env: 'test' }],
    ['both', annotated('env=test'), { disk: 'ssd' }, {}, { env: 'test', disk: 'ssd' }],
    ['the cluster’s own', namespaceOf('shop'), undefined, { clusterDefaultNodeSelector: 'a=b' }, { a: 'b' }],
    [
      'none by an empty annotation',
      annotated(''),
      undefined,
      { clusterDefaultNodeSelector: 'a=b' },
      undefined,
    ],
    ['what is allowed', annotated('env=test'), undefined, { shop: 'env=test,x=y' }, { env: 'test' }],
  ])('selects by %s', async (_, namespace, nodeSelector, configuration, expected) => {
    const { object, refusal } = await admit(createPodNodeSelector(configuration), podOf({ nodeSelector }), [
      namespace,
    ])
    expect(refusal).toBeUndefined()
    expect(specOf(object)['nodeSelector']).toEqual(expected)
  })

  test.each([
    [{ env: 'prod' }, {}, 'pod node label selector conflicts with its namespace node label selector'],
    [
      { disk: 'ssd' },
      { shop: 'env=test' },
      'pod node label selector labels conflict with its namespace whitelist',
    ],
  ])('refuses %j', async (nodeSelector, configuration, cause) => {
    const stage = createPodNodeSelector(configuration)
    const { refusal } = await admit(stage, podOf({ nodeSelector }), [annotated('env=test')])
    expect(refusal?.message).toBe(`pods "web" is forbidden: ${cause}`)
  })

  test('refuses where the namespace’s selector cannot be read', async () => {
    const { refusal } = await admit(createPodNodeSelector(), podOf(), [annotated('env in (a)')])
    expect(refusal).toMatchObject({ code: 500, message: 'invalid selector: env in (a)' })
  })
})

describe('PodTolerationRestriction', () => {
  const annotated = (annotations: Readonly<Record<string, unknown>>) => ({
    ...namespaceOf('shop'),
    metadata: {
      name: 'shop',
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [
          `scheduler.alpha.kubernetes.io/${key}`,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      ),
    },
  })
  const a = { key: 'a', operator: 'Equal', value: '1', effect: 'NoSchedule' }
  const anyA = { key: 'a', operator: 'Exists' }
  const pressure = { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' }
  const demanding = { containers: [{ name: 'c', image: 'c', resources: { requests: { cpu: '1' } } }] }

  test.each([
    ['the namespace’s', annotated({ defaultTolerations: [a] }), {}, {}, [a]],
    ['the cluster’s', namespaceOf('shop'), { default: [a] }, {}, [a]],
    ['none by an empty annotation', annotated({ defaultTolerations: '' }), { default: [a] }, {}, undefined],
    ['the wider of two', annotated({ defaultTolerations: [anyA] }), {}, { tolerations: [a] }, [anyA]],
    ['its own once', annotated({ defaultTolerations: [a] }), {}, { tolerations: [a] }, [a]],
    ['memory pressure of a pod that asks for something', namespaceOf('shop'), {}, demanding, [pressure]],
  ])('tolerates %s', async (_, namespace, configuration, spec, expected) => {
    const stage = createPodTolerationRestriction(configuration)
    const { object, refusal } = await admit(stage, podOf(spec), [namespace])
    expect(refusal).toBeUndefined()
    expect(specOf(object)['tolerations']).toEqual(expected)
  })

  test.each([
    [annotated({ tolerationsWhitelist: [a] }), {}, 'namespace'],
    [namespaceOf('shop'), { whitelist: [a] }, 'cluster'],
  ])('refuses what is not allowed', async (namespace, configuration, scope) => {
    const stage = createPodTolerationRestriction(configuration)
    const { refusal } = await admit(stage, podOf({ tolerations: [{ key: 'b', operator: 'Exists' }] }), [
      namespace,
    ])
    expect(refusal).toEqual({
      code: 500,
      reason: '',
      message: `pod tolerations (possibly merged with namespace default tolerations) conflict with its ${scope} whitelist`,
    })
  })

  test('refuses where an annotation cannot be read', async () => {
    const stage = createPodTolerationRestriction()
    expect((await admit(stage, podOf(), [annotated({ defaultTolerations: '{' })])).refusal?.code).toBe(500)
  })
})
