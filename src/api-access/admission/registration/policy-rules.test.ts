import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fixedObjects, type KubernetesObject, type ServedResource } from '../../../kubernetes/index.ts'
import { policyRules } from './policy-rules.ts'

const SERVED: readonly ServedResource[] = [
  ...['nodes', 'nodes/status', 'pods', 'pods/exec', 'pods/status', 'endpoints'].map((name) => core(name)),
  { group: 'apps', name: 'deployments' },
  { group: 'apps', name: 'deployments/scale' },
  { group: 'coordination.k8s.io', name: 'leases' },
  { group: 'rbac.authorization.k8s.io', name: 'clusterroles' },
  { group: 'example.com', name: 'widgets' },
]

function core(name: string): ServedResource {
  return { group: '', name }
}

function policy(rule: object, kind = 'ValidatingAdmissionPolicy', name = 'a'): KubernetesObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name },
    spec: {
      matchConstraints: { resourceRules: [{ operations: ['CREATE'], apiVersions: ['v1'], ...rule }] },
    },
  }
}

function bound(name: string, kind = 'ValidatingAdmissionPolicyBinding'): KubernetesObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name },
    spec: { policyName: name },
  }
}

const NAMES = ['ValidatingAdmissionPolicy', 'MutatingAdmissionPolicy'] as const

async function rulesFor(rule: object) {
  const objects = fixedObjects([policy(rule), bound('a')])
  const { validating = [], leftOut } = await policyRules(NAMES, objects, async () => SERVED)
  const asked = validating.flatMap(({ apiGroups, resources }) =>
    resources.map((each) => `${apiGroups[0]}/${each}`),
  )
  return { asked, leftOut: leftOut.get('a') }
}

test.each<[string, object, readonly string[], readonly string[] | undefined]>([
  ['names', { apiGroups: ['apps'], resources: ['deployments'] }, ['apps/deployments'], undefined],
  ['a kind that is not served yet', { apiGroups: ['a.b'], resources: ['cs'] }, ['a.b/cs'], undefined],
  ['names of nodes', { apiGroups: [''], resources: ['nodes', 'pods'] }, ['/pods'], ['/nodes']],
  ['names of subresources of nodes', { apiGroups: [''], resources: ['nodes/status'] }, [], ['/nodes/status']],
  ['all resources of a group', { apiGroups: [''], resources: ['*'] }, ['/pods'], ['/nodes', '/endpoints']],
  [
    'all subresources of one',
    { apiGroups: [''], resources: ['pods/*'] },
    ['/pods', '/pods/exec', '/pods/status'],
    undefined,
  ],
  [
    'one subresource of all',
    { apiGroups: ['*'], resources: ['*/scale'] },
    ['apps/deployments/scale'],
    undefined,
  ],
  [
    'a resource of all groups',
    { apiGroups: ['*'], resources: ['widgets', 'leases'] },
    ['example.com/widgets'],
    ['coordination.k8s.io/leases'],
  ],
])('%s', async (_, rule, asked, leftOut) => {
  expect(await rulesFor(rule)).toEqual({ asked, leftOut })
})

test('a rule keeps its operations, versions and scope', async () => {
  const rule = {
    apiGroups: ['apps'],
    resources: ['*'],
    operations: ['*'],
    apiVersions: ['*'],
    scope: 'Namespaced',
  }
  const objects = fixedObjects([policy(rule), bound('a')])
  expect((await policyRules(NAMES, objects, async () => SERVED)).validating).toEqual([
    {
      operations: ['*'],
      apiGroups: ['apps'],
      apiVersions: ['*'],
      resources: ['deployments'],
      scope: 'Namespaced',
    },
  ])
})

test('policies without a binding, and of stages that do not run, ask for nothing', async () => {
  const rule = { apiGroups: [''], resources: ['pods'] }
  const mutating = [policy(rule, 'MutatingAdmissionPolicy'), bound('a', 'MutatingAdmissionPolicyBinding')]
  const objects = fixedObjects([policy(rule, 'ValidatingAdmissionPolicy', 'unbound'), ...mutating])
  expect(await policyRules(NAMES, objects, async () => SERVED)).toMatchObject({
    validating: [],
    mutating: [{ resources: ['pods'] }],
  })
  expect(await policyRules(['ValidatingAdmissionPolicy'], objects, async () => SERVED)).toMatchObject({
    validating: [],
    mutating: [],
  })
})

test('no rule of any policy takes in what a cluster needs to recover, nor has a wildcard', async () => {
  const part = fc.constantFrom('*', ...SERVED.map(({ name }) => name), '*/*', 'nodes/*', '*/status')
  const group = fc.constantFrom('*', '', 'apps', 'coordination.k8s.io', 'rbac.authorization.k8s.io')
  await fc.assert(
    fc.asyncProperty(
      fc.array(group, { minLength: 1 }),
      fc.array(part, { minLength: 1 }),
      async (apiGroups, resources) => {
        const { asked } = await rulesFor({ apiGroups, resources })
        for (const each of asked) expect(each).not.toMatch(/^\/(nodes|endpoints)|^coordination|^rbac|\*/)
      },
    ),
  )
})
