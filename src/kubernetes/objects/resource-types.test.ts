import { expect, test } from 'vitest'
import { resourceTypeOf } from './resource-types.ts'

test.each([
  ['v1', 'Endpoints', '', 'endpoints', true],
  ['v1', 'ComponentStatus', '', 'componentstatuses', false],
  ['v1', 'PersistentVolumeClaim', '', 'persistentvolumeclaims', true],
  ['networking.k8s.io/v1', 'NetworkPolicy', 'networking.k8s.io', 'networkpolicies', true],
  ['networking.k8s.io/v1', 'IngressClass', 'networking.k8s.io', 'ingressclasses', false],
  ['networking.k8s.io/v1', 'IPAddress', 'networking.k8s.io', 'ipaddresses', false],
  ['storage.k8s.io/v1', 'CSIStorageCapacity', 'storage.k8s.io', 'csistoragecapacities', true],
  ['resource.k8s.io/v1alpha2', 'ResourceClaimParameters', 'resource.k8s.io', 'resourceclaimparameters', true],
  ['discovery.k8s.io/v1', 'EndpointSlice', 'discovery.k8s.io', 'endpointslices', true],
  ['example.com/v1', 'Pod', 'example.com', 'pods', undefined],
  ['example.com/v1', 'Mesh', 'example.com', 'meshes', undefined],
  ['example.com/v1', 'constructor', 'example.com', 'constructors', undefined],
])('%s %s', (apiVersion, kind, group, resource, namespaced) => {
  expect(resourceTypeOf({ apiVersion, kind })).toEqual({ group, resource, namespaced })
})
