import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { createAdmissionChain } from '../../chain/admit.ts'
import { podOf, requestFor, surroundingsOf } from '../../request.fixture.ts'
import type { AdmissionRequest, AdmissionSurroundings } from '../../stage.ts'
import { bound, NODE_USER } from './node-restriction.fixture.ts'
import { nodeRestriction } from './node-restriction.ts'

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
