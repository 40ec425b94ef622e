import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { createAdmissionChain } from '../../chain/admit.ts'
import { podOf, requestFor, surroundingsOf } from '../../request.fixture.ts'
import type { AdmissionSurroundings } from '../../stage.ts'
import { createServiceAccount, type ServiceAccountOptions } from './service-account.ts'

const account = (more: Readonly<Record<string, unknown>> = {}, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'default', namespace: 'shop', uid: 'u1', ...metadata },
  ...more,
})

const token = (name: string, annotations: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name,
    namespace: 'shop',
    annotations: {
      'kubernetes.io/service-account.name': 'default',
      'kubernetes.io/service-account.uid': 'u1',
      ...annotations,
    },
  },
  type: 'kubernetes.io/service-account-token',
})

async function admit(
  pod: KubernetesObject,
  objects: readonly KubernetesObject[],
  options: Partial<ServiceAccountOptions> = {},
  more: Partial<AdmissionSurroundings> = {},
) {
  const stage = createServiceAccount({
    randomSuffix: () => 'abcde',
    sleep: async () => undefined,
    ...options,
  })
  const result = await createAdmissionChain([stage]).admit(requestFor(pod), surroundingsOf(objects, more))
  return { ...result, spec: result.object?.['spec'] as Record<string, unknown> & { containers: object[] } }
}

const MOUNT = {
  name: 'kube-api-access-abcde',
  readOnly: true,
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
}

describe('a pod without an account', () => {
  test('gets default, and the token of it in every container', async () => {
    const pod = podOf({ initContainers: [{ name: 'i', image: 'i' }] })
    const { spec, refusal } = await admit(pod, [account()])
    expect(refusal).toBeUndefined()
    expect(spec['serviceAccountName']).toBe('default')
    expect(spec.containers).toEqual([{ name: 'web', image: 'web:1', volumeMounts: [MOUNT] }])
    expect(spec['initContainers']).toEqual([{ name: 'i', image: 'i', volumeMounts: [MOUNT] }])
    expect(spec['volumes']).toEqual([
      {
        name: 'kube-api-access-abcde',
        projected: {
          sources: [
            { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
            { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
            {
              downwardAPI: {
                items: [
                  { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } },
                ],
              },
            },
          ],
        },
      },
    ])
  })

  test('is refused where there is none', async () => {
    expect((await admit(podOf(), [])).refusal?.message).toBe(
      'pods "web" is forbidden: error looking up service account shop/default: serviceaccount "default" not found',
    )
  })

  test('waits for the default account of a new namespace', async () => {
    let tries = 0
    const lookUp = async () => (++tries >= 3 ? account() : undefined)
    expect((await admit(podOf(), [], {}, { lookUp })).refusal).toBeUndefined()
    expect(tries).toBe(4)
  })

  test('takes the name by its old field', async () => {
    const { spec } = await admit(podOf({ serviceAccount: 'robot' }), [account({}, { name: 'robot' })])
    expect(spec['serviceAccountName']).toBe('robot')
  })
})

describe('the token', () => {
  test.each([
    [undefined, undefined, true],
    [undefined, false, false],
    [true, false, true],
    [false, true, false],
  ])(
    'of a pod that says %s with an account that says %s is mounted: %s',
    async (pod, ofAccount, isMounted) => {
      const automount = (value: boolean | undefined) => ({ automountServiceAccountToken: value })
      const { spec } = await admit(podOf(automount(pod)), [account(automount(ofAccount))])
      expect(spec['volumes'] !== undefined).toBe(isMounted)
    },
  )

  test('is not mounted where something is at its place, nor added twice', async () => {
    const own = { name: 'mine', mountPath: MOUNT.mountPath }
    const taken = await admit(podOf({ containers: [{ name: 'a', image: 'i', volumeMounts: [own] }] }), [
      account(),
    ])
    expect(taken.spec['volumes']).toBeUndefined()
    const once = await admit(podOf(), [account()])
    const twice = await admit(once.object ?? podOf(), [account()])
    expect(twice.spec).toEqual(once.spec)
  })

  test('comes from the first Secret of the account that is a token of it, where tokens are Secrets', async () => {
    const secrets = [{ name: 'other' }, { name: 'of.another' }, { name: 'default.token' }]
    const objects = [
      account({ secrets }),
      token('of.another', { 'kubernetes.io/service-account.uid': 'u2' }),
      token('default.token'),
    ]
    const { spec } = await admit(podOf(), objects, { tokens: 'secret' })
    expect(spec['volumes']).toEqual([{ name: 'default-token', secret: { secretName: 'default.token' } }])
  })

  test('that is not there yet makes the client try again', async () => {
    const { refusal } = await admit(podOf(), [account()], { tokens: 'secret' })
    expect(refusal).toMatchObject({ code: 500, reason: 'ServerTimeout', details: { retryAfterSeconds: 1 } })
    expect(refusal?.message).toBe(
      'No API token found for service account "default", retry after the token is automatically created and added to the service account',
    )
  })
})

test('image pull secrets come from the account where the pod has none', async () => {
  const given = account({ imagePullSecrets: [{ name: 'registry' }] })
  expect((await admit(podOf(), [given])).spec['imagePullSecrets']).toEqual([{ name: 'registry' }])
  const own = podOf({ imagePullSecrets: [{ name: 'mine' }] })
  expect((await admit(own, [given])).spec['imagePullSecrets']).toEqual([{ name: 'mine' }])
})

describe('an account that enforces mountable secrets', () => {
  const strict = account(
    { secrets: [{ name: 'known' }] },
    { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
  )
  const env = (name: string) => ({
    name: 'c',
    image: 'i',
    env: [{ name: 'E', valueFrom: { secretKeyRef: { name, key: 'k' } } }],
  })
  test.each([
    [{ volumes: [{ name: 'v', secret: { secretName: 'known' } }] }, undefined],
    [
      { volumes: [{ name: 'v', secret: { secretName: 'x' } }] },
      'volume with secret.secretName="x" is not allowed because service account default does not reference that secret',
    ],
    [
      { containers: [env('x')] },
      'container c with envVar E referencing secret.secretName="x" is not allowed because service account default does not reference that secret',
    ],
    [
      { initContainers: [env('x')] },
      'init container c with envVar E referencing secret.secretName="x" is not allowed because service account default does not reference that secret',
    ],
    ...(['initContainers', 'containers'] as const).map(
      (list): [Readonly<Record<string, unknown>>, string] => [
        {
          [list]: [
            {
              name: 'c',
              image: 'i',
              envFrom: [{ configMapRef: { name: 'x' } }, { secretRef: { name: 'x' } }],
            },
          ],
        },
        `${list === 'containers' ? '' : 'init '}container c with envFrom referencing secret.secretName="x" is not allowed because service account default does not reference that secret`,
      ],
    ),
    [
      { imagePullSecrets: [{ name: 'x' }] },
      'imagePullSecrets[0].name="x" is not allowed because service account default does not reference that imagePullSecret',
    ],
  ])('%j: %s', async (spec, cause) => {
    const { refusal } = await admit(podOf(spec), [strict])
    expect(refusal?.message).toBe(cause && `pods "web" is forbidden: ${cause}`)
  })

  const from = (name: string) => ({ name: 'e', image: 'i', envFrom: [{ secretRef: { name } }] })
  test.each([
    [
      'a Secret that it lists',
      { serviceAccountName: 'default', ephemeralContainers: [from('known')] },
      undefined,
    ],
    [
      'another by envFrom',
      { serviceAccountName: 'default', ephemeralContainers: [from('x')] },
      'ephemeral container e with envFrom referencing secret.secretName="x" is not allowed because service account default does not reference that secret',
    ],
    [
      'another by a variable',
      { serviceAccountName: 'default', ephemeralContainers: [env('x')] },
      'ephemeral container c with envVar E referencing secret.secretName="x" is not allowed because service account default does not reference that secret',
    ],
    [
      'anything without an account',
      { ephemeralContainers: [] },
      'no service account specified for pod shop/web',
    ],
  ])('an ephemeral container that is added later: %s', async (_, spec, cause) => {
    const stage = createServiceAccount({ randomSuffix: () => 'abcde', sleep: async () => undefined })
    const added = requestFor(podOf(spec), { operation: 'UPDATE', subresource: 'ephemeralcontainers' })
    const { refusal } = await createAdmissionChain([stage]).admit(added, surroundingsOf([strict]))
    expect(refusal?.message).toBe(cause && `pods "web" is forbidden: ${cause}`)
  })
})

describe('a mirror pod', () => {
  const mirror = (spec: object = {}) =>
    podOf(spec as Record<string, unknown>, { annotations: { 'kubernetes.io/config.mirror': 'x' } })
  test('is left as it is', async () => {
    const pod = mirror()
    expect((await admit(pod, [])).object).toEqual(pod)
  })
  test.each([
    [{ serviceAccountName: 'default' }, 'a mirror pod may not reference service accounts'],
    [{ volumes: [{ name: 'v', secret: { secretName: 's' } }] }, 'a mirror pod may not reference secrets'],
    [
      { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] },
      'a mirror pod may not use ServiceAccountToken volume projections',
    ],
  ])('%j: %s', async (spec, cause) => {
    expect((await admit(mirror(spec), [])).refusal?.message).toBe(`pods "web" is forbidden: ${cause}`)
  })
})
