import { expect, test } from 'vitest'
import { formatFieldPath } from '../../../kubernetes/index.ts'
import { decodePolicy } from '../decode-policy.ts'
import { createProvider } from '../provider.ts'
import type { PodSecurityPolicySpec } from '../types.ts'
import { checkPod } from './check-pod.ts'

const ANY = {
  seLinux: { rule: 'RunAsAny' },
  runAsUser: { rule: 'RunAsAny' },
  supplementalGroups: { rule: 'RunAsAny' },
  fsGroup: { rule: 'RunAsAny' },
}

function provider(name: string, spec: PodSecurityPolicySpec) {
  const made = createProvider(decodePolicy({ metadata: { name }, spec: { ...ANY, ...spec } }).policy)
  if ('reasons' in made) throw new Error(made.reasons.join())
  return made
}

test("what each policy says about a workload's pods, with places in the workload", () => {
  const template = {
    path: ['spec', 'template'],
    metadata: {},
    spec: {
      hostPID: true,
      securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] },
      volumes: [{ name: 'root', hostPath: { path: '/' } }],
      containers: [{ name: 'web', ports: [{ containerPort: 80, hostPort: 80 }] }],
    },
  }
  const closed = provider('closed', { volumes: ['hostPath'], allowedHostPaths: [{ pathPrefix: '/var' }] })
  const { allowed, policies } = checkPod(template, [closed])
  expect(allowed).toBe(false)
  expect(policies[0]?.violations.map(({ path }) => formatFieldPath(path))).toEqual([
    'spec.template.spec.hostPID',
    'spec.template.spec.securityContext.sysctls[0]',
    'spec.template.spec.volumes[0].hostPath.path',
    'spec.template.spec.containers[0].ports',
  ])
})

test('what the chosen policy sets', () => {
  const template = { path: [], metadata: {}, spec: { containers: [{ name: 'web' }] } }
  const strict = provider('strict', {
    allowPrivilegeEscalation: false,
    requiredDropCapabilities: ['ALL'],
    fsGroup: { rule: 'MustRunAs', ranges: [{ min: 7, max: 9 }] },
  })
  const { policy, policies } = checkPod(template, [strict])
  expect(policy).toBe('strict')
  expect(policies[0]?.changes.map(({ path, value }) => [formatFieldPath(path), value])).toEqual([
    ['spec.containers[0].securityContext.capabilities.drop', ['ALL']],
    ['spec.containers[0].securityContext.allowPrivilegeEscalation', false],
    ['spec.securityContext.fsGroup', 7],
  ])
})
