import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { createAdmissionChain } from '../../chain/admit.ts'
import { requestFor, surroundingsOf } from '../../request.fixture.ts'
import type { AdmissionRequest } from '../../stage.ts'
import { createResourceQuota } from './resource-quota.ts'

export const quota = (
  hard: Readonly<Record<string, string>>,
  used: Readonly<Record<string, string>> = {},
  spec: Readonly<Record<string, unknown>> = {},
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'quota', namespace: 'shop' },
  spec: { hard, ...spec },
  status: { hard, used: { ...Object.fromEntries(Object.keys(hard).map((name) => [name, '0'])), ...used } },
})

export const asking = (requests: object = {}, limits: object = {}) => ({
  containers: [{ name: 'c', image: 'i', resources: { requests, limits } }],
})

export async function refusalOf(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  more: Partial<AdmissionRequest> = {},
  configuration?: unknown,
) {
  const chain = createAdmissionChain([createResourceQuota(configuration)])
  return (await chain.admit(requestFor(object, more), surroundingsOf(objects))).refusal?.message
}

export const objectOf = (kind: string, spec: Readonly<Record<string, unknown>>): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', namespace: 'shop', resourceVersion: '1' },
  spec,
})
