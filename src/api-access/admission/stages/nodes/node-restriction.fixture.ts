import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { createAdmissionChain } from '../../chain/admit.ts'
import { podOf, requestFor, surroundingsOf } from '../../request.fixture.ts'
import type { AdmissionRequest } from '../../stage.ts'
import { nodeRestriction } from './node-restriction.ts'

export const NODE_USER = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] }

export const node = (spec: object = {}, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1', uid: 'node-uid', ...metadata },
  spec,
})

export const owner = { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'node-uid', controller: true }
export const mirror = (spec: object = {}, metadata: object = {}) =>
  podOf(
    { nodeName: 'n1', ...spec },
    { annotations: { 'kubernetes.io/config.mirror': 'x' }, ownerReferences: [owner], ...metadata },
  )
const apiAccess = { name: 'kube-api-access', projected: { sources: [{ serviceAccountToken: {} }] } }
export const bound = (nodeName: string, more: object = {}) =>
  podOf({ nodeName, volumes: [apiAccess] }, { uid: 'pod-uid', ...more })

export async function refusalOf(
  object: KubernetesObject,
  more: Partial<AdmissionRequest> = {},
  objects: readonly KubernetesObject[] = [node(), bound('n1')],
) {
  const chain = createAdmissionChain([nodeRestriction])
  const request = requestFor(object, { user: NODE_USER, ...more })
  return (await chain.admit(request, surroundingsOf(objects))).refusal?.message
}

export const update = (oldObject: KubernetesObject, more: object = {}) =>
  ({ operation: 'UPDATE', oldObject, ...more }) as Partial<AdmissionRequest>
