import { expect, test } from 'vitest'
import { evalPodSecurity } from './answer.ts'

const template = { spec: { hostPID: true, containers: [{ name: 'a' }] } }
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template } }

test('a workload is judged by its template', () => {
  expect(evalPodSecurity({ level: 'baseline', version: 'v1.22', object: deployment })).toEqual({
    allowed: false,
    violations: [{ check: 'hostNamespaces', reason: 'host namespaces', detail: 'hostPID=true' }],
    message: 'violates PodSecurity "baseline:v1.22": host namespaces (hostPID=true)',
  })
})

test('the message is that of the API server', () => {
  const spec = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [{ name: 'c', securityContext: { capabilities: { drop: ['ALL'] } } }],
  }
  const answer = evalPodSecurity({
    level: 'restricted',
    version: 'latest',
    object: { apiVersion: 'v1', kind: 'Pod', spec },
  })
  expect(answer).toHaveProperty(
    'message',
    'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false)',
  )
})

test('privileged allows everything', () => {
  const allowed = { allowed: true, violations: [], message: '' }
  expect(evalPodSecurity({ level: 'privileged', version: 'latest', object: deployment })).toEqual(allowed)
})

test('a workload without a pod spec is judged as one with an empty pod', () => {
  const object = { apiVersion: 'v1', kind: 'Pod' }
  expect(evalPodSecurity({ level: 'restricted', version: 'latest', object })).toHaveProperty('allowed', true)
})

test.each([
  ['not-a-workload', 'latest', { apiVersion: 'v1', kind: 'Service' }],
  ['not-a-workload', 'latest', { apiVersion: 'example.com/v1', kind: 'Deployment', spec: { template } }],
  ['invalid-version', '1.22', deployment],
])('%s', (code, version, object) => {
  const answer = evalPodSecurity({ level: 'baseline', version, object })
  expect(answer).toMatchObject({ error: { code } })
})
