import { describe, expect, test } from 'vitest'
import { fixedObjects } from './fixed-objects.ts'
import { PODS, pod, viewCases } from './object-view.fixture.ts'

describe('fixedObjects', () => {
  viewCases(async (objects) => ({ view: fixedObjects(objects), close: async () => undefined }))

  test('of several with one key the last counts', () => {
    const view = fixedObjects([pod('a', 'one', { v: '1' }), pod('a', 'one', { v: '2' })])
    expect([...view.list(PODS)].map(({ metadata }) => metadata?.labels)).toEqual([{ v: '2' }])
  })

  test('a cluster-scoped object has no namespace, whatever it says', () => {
    const metadata = { name: 'admin', namespace: 'x' }
    const view = fixedObjects([
      { apiVersion: 'rbac.authorization.k8s.io/v1beta1', kind: 'ClusterRole', metadata },
    ])
    const type = { group: 'rbac.authorization.k8s.io', resource: 'clusterroles' }
    expect(view.get(type, '', 'admin')?.metadata).toEqual({ name: 'admin' })
    expect(view.get(type, 'x', 'admin')).toBeUndefined()
  })

  test('a custom resource is known by its definition, else by the usual plural', () => {
    const spec = { group: 'example.com', scope: 'Cluster', names: { kind: 'Ox', plural: 'oxen' } }
    const view = fixedObjects([
      { apiVersion: 'example.com/v1', kind: 'Ox', metadata: { name: 'one' } },
      { apiVersion: 'example.com/v1', kind: 'Gateway', metadata: { name: 'two', namespace: 'a' } },
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'oxen.example.com' },
        spec,
      },
    ])
    expect(view.get({ group: 'example.com', resource: 'oxen' }, '', 'one')).toBeDefined()
    expect(view.get({ group: 'example.com', resource: 'gateways' }, 'a', 'two')).toBeDefined()
  })
})
