import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { podOf } from '../../request.fixture.ts'
import { asking, objectOf, quota, refusalOf } from './resource-quota.fixture.ts'

describe('objects of other types', () => {
  const volumes = (names: object, storage = '1Gi', more: object = {}) => ({
    ...objectOf('PersistentVolumeClaim', { resources: { requests: { storage } }, ...names }),
    ...more,
  })
  const gold = 'gold.storageclass.storage.k8s.io'
  const devices = (...requests: object[]) => objectOf('ResourceClaim', { devices: { requests } })
  const gpu = { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 2 }
  const gpus = 'gpu.deviceclass.resource.k8s.io/devices'
  test.each<[string, KubernetesObject, KubernetesObject, string | undefined]>([
    [
      'a config map by its count',
      objectOf('ConfigMap', {}),
      quota({ 'count/configmaps': '0' }),
      'count/configmaps=1',
    ],
    ['a config map by its old name', objectOf('ConfigMap', {}), quota({ configmaps: '0' }), 'configmaps=1'],
    [
      'a deployment by its count',
      objectOf('Deployment', {}),
      quota({ 'count/deployments.apps': '0' }),
      'count/deployments.apps=1',
    ],
    [
      'ports of a node',
      objectOf('Service', { type: 'NodePort', ports: [{ port: 1 }, { port: 2 }] }),
      quota({ 'services.nodeports': '1' }),
      'services.nodeports=2',
    ],
    [
      'a load balancer',
      objectOf('Service', { type: 'LoadBalancer', ports: [{ port: 1 }] }),
      quota({ 'services.loadbalancers': '0', 'services.nodeports': '0' }),
      'services.loadbalancers=1,services.nodeports=1',
    ],
    [
      'no port of a node',
      objectOf('Service', { type: 'ClusterIP', ports: [{ port: 1 }] }),
      quota({ 'services.nodeports': '0' }),
      undefined,
    ],
    [
      'a claim by its class',
      volumes({ storageClassName: 'gold' }),
      quota({ [`${gold}/persistentvolumeclaims`]: '0', [`${gold}/requests.storage`]: '1Mi' }),
      `${gold}/persistentvolumeclaims=1,${gold}/requests.storage=1Gi`,
    ],
    [
      'not a claim of another class',
      volumes({ storageClassName: 'silver' }),
      quota({ [`${gold}/persistentvolumeclaims`]: '0' }),
      undefined,
    ],
    [
      'a claim by what it was given, where that is more',
      volumes({}, '1Gi', { status: { allocatedResources: { storage: '3Gi' } } }),
      quota({ 'requests.storage': '2Gi' }),
      'requests.storage=3Gi',
    ],
    [
      'a claim of a class of attributes',
      volumes({ volumeAttributesClassName: 'fast' }),
      quota(
        { persistentvolumeclaims: '0' },
        {},
        {
          scopeSelector: {
            matchExpressions: [{ scopeName: 'VolumeAttributesClass', operator: 'In', values: ['fast'] }],
          },
        },
      ),
      'persistentvolumeclaims=1',
    ],
    [
      'not a claim without such a class',
      volumes({}),
      quota({ persistentvolumeclaims: '0' }, {}, { scopes: ['VolumeAttributesClass'] }),
      undefined,
    ],
    [
      'devices of a class that a pod asks for',
      podOf(asking({ 'deviceclass.resource.kubernetes.io/gpu': '2' })),
      quota({ 'requests.deviceclass.resource.kubernetes.io/gpu': '1' }),
      'requests.deviceclass.resource.kubernetes.io/gpu=2',
    ],
    [
      'a claim of devices by its count',
      devices(),
      quota({ 'count/resourceclaims.resource.k8s.io': '0' }),
      'count/resourceclaims.resource.k8s.io=1',
    ],
    ['devices of a class', devices({ exactly: gpu }, { exactly: gpu }), quota({ [gpus]: '3' }), `${gpus}=4`],
    ['devices of a class in older versions', devices(gpu), quota({ [gpus]: '1' }), `${gpus}=2`],
    [
      'one where it is not said',
      devices({ exactly: { deviceClassName: 'gpu' } }),
      quota({ [gpus]: '0' }),
      `${gpus}=1`,
    ],
    [
      'one where nothing is said of it, as Go reads that',
      devices(
        { exactly: { ...gpu, allocationMode: '', count: 0 } },
        { exactly: { ...gpu, allocationMode: null, count: null } },
        { exactly: { ...gpu, count: 0 } },
      ),
      quota({ [gpus]: '2' }),
      `${gpus}=3`,
    ],
    [
      'not what is no number of devices, which the API server refuses itself',
      devices({ exactly: { ...gpu, count: 1.5 } }, { exactly: { ...gpu, count: -1 } }),
      quota({ [gpus]: '0' }),
      undefined,
    ],
    [
      'as many as there may be of all',
      devices({ exactly: { deviceClassName: 'gpu', allocationMode: 'All' } }),
      quota({ [gpus]: '31' }),
      `${gpus}=32`,
    ],
    [
      'the most of alternatives, by class',
      devices({ firstAvailable: [gpu, { ...gpu, count: 5 }, { ...gpu, deviceClassName: 'tpu', count: 9 }] }),
      quota({ [gpus]: '4' }),
      `${gpus}=5`,
    ],
    [
      'not devices of another class, nor of a mode that nobody knows',
      devices(
        { exactly: { ...gpu, deviceClassName: 'tpu' } },
        { exactly: { ...gpu, allocationMode: 'Some' } },
        {},
      ),
      quota({ [gpus]: '0' }),
      undefined,
    ],
  ])('%s', async (_, object, given, requested) => {
    const message = await refusalOf(object, [given])
    if (requested === undefined) expect(message).toBeUndefined()
    else expect(message).toContain(`exceeded quota: quota, requested: ${requested}, used:`)
  })
})
