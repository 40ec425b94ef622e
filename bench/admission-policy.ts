import { compileValidatingPolicies, validateByPolicies } from '../src/api-access/admission/index.ts'
import { fixedObjects } from '../src/kubernetes/index.ts'
import type { Line } from './run.ts'

const ROUNDS = 30_000

/** A pod of three containers before a policy with a condition, a variable and two validations; all hold. */
export function run(report: (line: Line) => void): void {
  const apiVersion = 'admissionregistration.k8s.io/v1'
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }
  const policy = {
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'images' },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      matchConditions: [{ name: 'people', expression: "!('system:nodes' in request.userInfo.groups)" }],
      variables: [{ name: 'containers', expression: 'object.spec.containers' }],
      validations: [
        {
          expression:
            'variables.containers.all(c, has(c.securityContext) && c.securityContext.runAsNonRoot == true)',
        },
        {
          expression: "variables.containers.all(c, c.image.startsWith('registry.k8s.io/'))",
          messageExpression: "'not our image in ' + object.metadata.name",
        },
      ],
    },
  }
  const binding = {
    apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'everywhere' },
    spec: { policyName: 'images', validationActions: ['Deny'] },
  }
  const container = (name: string) => ({
    name,
    image: `registry.k8s.io/${name}:1`,
    securityContext: { runAsNonRoot: true },
  })
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { containers: ['a', 'b', 'c'].map(container) },
  }
  const request = {
    uid: 'none',
    operation: 'CREATE',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    subresource: '',
    name: 'web',
    namespace: 'shop',
    user: { name: 'jane', groups: ['dev'] },
    object,
    dryRun: false,
  } as const
  const hooks = compileValidatingPolicies([policy], [binding])
  const surroundings = {
    objects: fixedObjects([]),
    namespace: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  }
  const once = () => validateByPolicies(hooks, request, surroundings, () => ({ allowed: false, reason: '' }))
  for (let round = 0; round < ROUNDS / 5; round++) once()
  const start = process.cpuUsage()
  for (let round = 0; round < ROUNDS; round++) once()
  const { user, system } = process.cpuUsage(start)
  report({ name: 'admission-policy/evaluations', value: ROUNDS / ((user + system) / 1e6), unit: '/s' })
}
