import { expect, test } from 'vitest'
import { evalPodSecurityPolicy, type PolicyRequest } from './answer.ts'
import type { PodSecurityPolicySpec } from './types.ts'

const ANY = {
  seLinux: { rule: 'RunAsAny' },
  runAsUser: { rule: 'RunAsAny' },
  supplementalGroups: { rule: 'RunAsAny' },
  fsGroup: { rule: 'RunAsAny' },
}

const policy = (name: string, spec: PodSecurityPolicySpec = {}) => ({
  metadata: { name },
  spec: { ...ANY, ...spec },
})

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'web' }] },
}

function answer(request: Partial<PolicyRequest>) {
  const answered = evalPodSecurityPolicy({ policies: [], operation: 'CREATE', pod, ...request })
  if ('error' in answered) throw new Error(answered.error.code)
  return answered
}

test('a policy that changes nothing goes before one that does, then names decide', () => {
  const mutating = policy('a', { fsGroup: { rule: 'MustRunAs', ranges: [{ min: 5, max: 9 }] } })
  expect(answer({ policies: [mutating, policy('z'), policy('b')] }).policy).toBe('b')
  const chosen = answer({ policies: [{ ...mutating, metadata: { name: 'c' } }, mutating] })
  expect(chosen.policy).toBe('a')
  expect(chosen.pod.spec?.securityContext).toEqual({ fsGroup: 5 })
  expect(chosen.pod.metadata?.annotations).toEqual({ 'kubernetes.io/psp': 'a' })
})

test('an update may not be mutated, and is let pass where only owners and finalizers differ', () => {
  const policies = [policy('a', { fsGroup: { rule: 'MustRunAs', ranges: [{ min: 5, max: 9 }] } })]
  const update = { policies, operation: 'UPDATE', oldPod: pod } as const
  const renamed = { ...pod, metadata: { name: 'web', labels: { tier: 'front' } } }
  expect(answer({ ...update, pod: renamed })).toMatchObject({ allowed: false, policy: null, errors: [] })
  const released = { ...pod, metadata: { name: 'web', finalizers: ['example.com/wait'] } }
  expect(answer({ ...update, pod: released })).toEqual({
    allowed: true,
    policy: null,
    pod: released,
    errors: [],
    auditAnnotations: {},
  })
})

test('mutate: false judges the pod exactly as it stands', () => {
  const policies = [policy('a', { fsGroup: { rule: 'MustRunAs', ranges: [{ min: 5, max: 9 }] } })]
  expect(answer({ policies, mutate: false })).toEqual({
    allowed: false,
    policy: null,
    pod,
    errors: [
      {
        field: 'spec.securityContext.fsGroup',
        type: 'FieldValueInvalid',
        message:
          'spec.securityContext.fsGroup: Invalid value: []int64(nil): unable to validate empty groups against required ranges',
      },
    ],
    auditAnnotations: {},
  })
  expect(answer({ policies: [policy('b')], mutate: false })).toMatchObject({
    allowed: true,
    policy: 'b',
    pod,
    auditAnnotations: { 'podsecuritypolicy.policy.k8s.io/validate-policy': 'b' },
  })
})

test('policies that the user may not use neither allow a pod nor tell what they have against it', () => {
  const privileged = {
    ...pod,
    spec: { containers: [{ name: 'web', securityContext: { privileged: true } }] },
  }
  const policies = [policy('open', { privileged: true }), policy('closed')]
  expect(answer({ policies, pod: privileged }).policy).toBe('open')
  const denied = answer({ policies, pod: privileged, authorized: ['closed'] })
  expect(denied.errors.map(({ field }) => field)).toEqual(['spec.containers[0].securityContext.privileged'])
  expect(answer({ policies, pod: privileged, authorized: [] })).toMatchObject({ allowed: false, errors: [] })
})

test('policies whose rules cannot be used are left out; where none remains that is the error', () => {
  const policies = [{ metadata: { name: 'broken' }, spec: {} }]
  expect(answer({ policies })).toMatchObject({
    allowed: false,
    errors: [{ field: '', type: 'InternalError', message: 'no providers available to validate pod request' }],
  })
})

test('in the node network every container port is a host port', () => {
  const policies = [policy('a', { hostNetwork: true, hostPorts: [{ min: 8000, max: 8080 }] })]
  const listening = (containerPort: number) =>
    answer({ policies, pod: { spec: { hostNetwork: true, containers: [{ ports: [{ containerPort }] }] } } })
  expect(listening(8000).allowed).toBe(true)
  expect(listening(80).errors.map(({ message }) => message)).toEqual([
    'spec.containers[0].hostPort: Invalid value: 80: Host port 80 is not allowed to be used. Allowed ports: [8000-8080]',
  ])
})

test('what is no pod, no policy or of a wrong type is not judged', () => {
  const request = { policies: [policy('a')], operation: 'CREATE', pod } as const
  const codeOf = (changed: object) => {
    const refused = evalPodSecurityPolicy({ ...request, ...changed })
    return 'error' in refused ? refused.error.code : undefined
  }
  expect(codeOf({ pod: { ...pod, kind: 'Deployment' } })).toBe('not-a-pod')
  expect(codeOf({ policies: [{ kind: 'Pod' }] })).toBe('not-a-policy')
  expect(codeOf({ pod: { spec: { containers: 'web' } } })).toBe('field-type')
  expect(codeOf({ policies: [{ spec: { privileged: 'false' } }] })).toBe('field-type')
  expect(codeOf({})).toBe(undefined)
})
