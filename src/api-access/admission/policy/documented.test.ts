import { describe, expect, test } from 'vitest'
import { fixedObjects, type KubernetesObject } from '../../../kubernetes/index.ts'
import { createAdmissionChain } from '../chain/admit.ts'
import { requestFor } from '../request.fixture.ts'
import { authorizerReason } from './reason-text.ts'
import { createMutatingAdmissionPolicy, createValidatingAdmissionPolicy } from './stages.ts'

/**
 * What the Kubernetes documentation says of the policies on its pages "Validating Admission Policy" and "Mutating Admission
 * Policy": the expressions are those of its examples, the outcomes those that it states.
 */
const chain = createAdmissionChain([
  createMutatingAdmissionPolicy(authorizerReason),
  createValidatingAdmissionPolicy(authorizerReason),
])

const object = (kind: string, name: string, spec: object): KubernetesObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name },
  spec,
})
const rules = (apiGroups: readonly string[], ...resources: string[]) => ({
  resourceRules: [{ apiGroups, apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources }],
})
const DEPLOYMENTS = rules(['apps'], 'deployments')
const PODS = rules([''], 'pods')
const inEnvironment = (environment: string) => ({
  namespaceSelector: { matchLabels: { environment } },
})

const namespace = (environment?: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: environment === undefined ? {} : { environment } },
})
const deployment = (replicas: number, image = 'example.com/web:1', labels = {}): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', labels },
  spec: { replicas, template: { spec: { containers: [{ name: 'web', image }] } } },
})

function admitted(subject: KubernetesObject, ...objects: readonly KubernetesObject[]) {
  return chain.admit(requestFor(subject), {
    objects: fixedObjects(objects),
    now: () => 0,
    authorize: () => Promise.reject(new Error('nobody asks')),
  })
}

describe('replicas', () => {
  const policy = object('ValidatingAdmissionPolicy', 'demo-policy.example.com', {
    failurePolicy: 'Fail',
    matchConstraints: DEPLOYMENTS,
    validations: [{ expression: 'object.spec.replicas <= 5' }],
  })
  const binding = object('ValidatingAdmissionPolicyBinding', 'demo-binding-test.example.com', {
    policyName: 'demo-policy.example.com',
    validationActions: ['Deny'],
    matchResources: inEnvironment('test'),
  })

  test('a Deployment with too many is denied, in the namespaces of the binding', async () => {
    const { refusal } = await admitted(deployment(6), namespace('test'), policy, binding)
    expect(refusal).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: expect.stringContaining(
        "ValidatingAdmissionPolicy 'demo-policy.example.com' with binding 'demo-binding-test.example.com' denied request: failed expression: object.spec.replicas <= 5",
      ),
    })
    expect((await admitted(deployment(5), namespace('test'), policy, binding)).refusal).toBeUndefined()
    expect((await admitted(deployment(6), namespace(), policy, binding)).refusal).toBeUndefined()
    expect((await admitted(deployment(6), namespace('test'), policy)).refusal).toBeUndefined()
  })
})

describe('parameters', () => {
  const paramKind = { apiVersion: 'rules.example.com/v1', kind: 'ReplicaLimit' }
  const limit = (name: string, maxReplicas: number): KubernetesObject => ({
    ...paramKind,
    metadata: { name, namespace: 'default' },
    maxReplicas,
  })
  const policy = object('ValidatingAdmissionPolicy', 'deploy-replica-policy.example.com', {
    paramKind,
    matchConstraints: DEPLOYMENTS,
    validations: [
      {
        expression: 'object.spec.replicas <= params.maxReplicas',
        messageExpression: "'object.spec.replicas must be no greater than ' + string(params.maxReplicas)",
        reason: 'Invalid',
      },
    ],
  })
  const binding = (name: string, environment: string, param: string, action = 'Deny') =>
    object('ValidatingAdmissionPolicyBinding', name, {
      policyName: 'deploy-replica-policy.example.com',
      validationActions: ['Deny'],
      paramRef: { name: param, namespace: 'default', parameterNotFoundAction: action },
      matchResources: inEnvironment(environment),
    })
  const everything = [
    policy,
    binding('replicalimit-binding-test.example.com', 'test', 'replica-limit-test.example.com'),
    binding('replicalimit-binding-prod.example.com', 'prod', 'replica-limit-prod.example.com'),
    limit('replica-limit-test.example.com', 3),
    limit('replica-limit-prod.example.com', 100),
  ]

  test.each([
    ['test', 3, undefined],
    ['test', 4, 'object.spec.replicas must be no greater than 3'],
    ['prod', 100, undefined],
    ['prod', 101, 'object.spec.replicas must be no greater than 100'],
  ] as const)('each binding brings its own: %s, %i', async (environment, replicas, message) => {
    const { refusal } = await admitted(deployment(replicas), namespace(environment), ...everything)
    if (message === undefined) expect(refusal).toBeUndefined()
    else expect(refusal?.message).toContain(message)
  })

  test('one that is not there: Allow lets pass, Deny goes by the failure policy', async () => {
    const lost = (action: string) => [policy, binding('lost', 'test', 'nowhere', action)]
    expect((await admitted(deployment(4), namespace('test'), ...lost('Allow'))).refusal).toBeUndefined()
    expect((await admitted(deployment(4), namespace('test'), ...lost('Deny'))).refusal).toBeDefined()
    const ignoring = object('ValidatingAdmissionPolicy', 'deploy-replica-policy.example.com', {
      ...(policy['spec'] as object),
      failurePolicy: 'Ignore',
    })
    const [, binding_] = lost('Deny')
    expect(
      (await admitted(deployment(4), namespace('test'), ignoring, binding_ as KubernetesObject)).refusal,
    ).toBeUndefined()
  })
})

test('audit annotations are told with the name of the policy, whether a validation fails or not', async () => {
  const value = "'Deployment spec.replicas set to ' + string(object.spec.replicas)"
  const policy = object('ValidatingAdmissionPolicy', 'demo-policy.example.com', {
    failurePolicy: 'Fail',
    matchConstraints: DEPLOYMENTS,
    validations: [{ expression: 'object.spec.replicas > 50', messageExpression: value }],
    auditAnnotations: [{ key: 'high-replica-count', valueExpression: value }],
  })
  const binding = object('ValidatingAdmissionPolicyBinding', 'demo', {
    policyName: 'demo-policy.example.com',
    validationActions: ['Deny'],
  })
  const { refusal, auditAnnotations } = await admitted(deployment(128), namespace(), policy, binding)
  expect([refusal, auditAnnotations]).toEqual([
    undefined,
    { 'demo-policy.example.com/high-replica-count': 'Deployment spec.replicas set to 128' },
  ])
  const few = await admitted(deployment(2), namespace(), policy, binding)
  expect(few.refusal?.message).toContain('Deployment spec.replicas set to 2')
})

describe('variables, and the namespace of the object', () => {
  const policy = object(
    'ValidatingAdmissionPolicy',
    'image-matches-namespace-environment.policy.example.com',
    {
      failurePolicy: 'Fail',
      matchConstraints: DEPLOYMENTS,
      variables: [
        {
          name: 'environment',
          expression:
            "'environment' in namespaceObject.metadata.labels ? namespaceObject.metadata.labels['environment'] : 'prod'",
        },
        {
          name: 'exempt',
          expression: "'exempt' in object.metadata.labels && object.metadata.labels['exempt'] == 'true'",
        },
        { name: 'containers', expression: 'object.spec.template.spec.containers' },
        {
          name: 'containersToCheck',
          expression: "variables.containers.filter(c, c.image.contains('example.com/'))",
        },
      ],
      validations: [
        {
          expression:
            "variables.exempt || variables.containersToCheck.all(c, c.image.startsWith(variables.environment + '.'))",
          messageExpression:
            "'only ' + variables.environment + ' images are allowed in namespace ' + namespaceObject.metadata.name",
        },
      ],
    },
  )
  const binding = object('ValidatingAdmissionPolicyBinding', 'images', {
    policyName: 'image-matches-namespace-environment.policy.example.com',
    validationActions: ['Deny'],
  })

  test.each([
    [undefined, 'dev.example.com/nginx', {}, 'only prod images are allowed in namespace shop'],
    [undefined, 'prod.example.com/nginx', {}, undefined],
    ['dev', 'dev.example.com/nginx', {}, undefined],
    [undefined, 'dev.example.com/nginx', { exempt: 'true' }, undefined],
    [undefined, 'other.example.org/nginx', {}, undefined],
  ])('environment %s, image %s, labels %j', async (environment, image, labels, message) => {
    const { refusal } = await admitted(deployment(1, image, labels), namespace(environment), policy, binding)
    if (message === undefined) expect(refusal).toBeUndefined()
    else expect(refusal?.message).toContain(message)
  })
})

describe('mutations', () => {
  const sidecar = (mutation: object) => [
    object('MutatingAdmissionPolicy', 'sidecar-policy.example.com', {
      matchConstraints: PODS,
      matchConditions: [
        {
          name: 'does-not-already-have-sidecar',
          expression: '!object.spec.initContainers.exists(ic, ic.name == "mesh-proxy")',
        },
      ],
      failurePolicy: 'Fail',
      reinvocationPolicy: 'IfNeeded',
      mutations: [mutation],
    }),
    object('MutatingAdmissionPolicyBinding', 'sidecar-binding-test.example.com', {
      policyName: 'sidecar-policy.example.com',
    }),
  ]
  const pod = (...names: string[]): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'myapp', namespace: 'shop' },
    spec: {
      initContainers: names.map((name) => ({ name, image: `example/${name}:v1.0.0` })),
      containers: [{ name: 'myapp', image: 'example/myapp:v1.0.0' }],
    },
  })
  const proxy = { name: 'mesh-proxy', image: 'mesh-proxy/v1.0.0', restartPolicy: 'Always' }
  const initContainers = (subject: KubernetesObject | undefined) =>
    ((subject?.['spec'] ?? {}) as { initContainers?: unknown }).initContainers

  const apply = {
    patchType: 'ApplyConfiguration',
    applyConfiguration: {
      expression:
        'Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: "mesh-proxy", image: "mesh-proxy/v1.0.0", restartPolicy: "Always"}]}}',
    },
  }
  const patch = {
    patchType: 'JSONPatch',
    jsonPatch: {
      expression:
        '[JSONPatch{op: "add", path: "/spec/initContainers/-", value: Object.spec.initContainers{name: "mesh-proxy", image: "mesh-proxy/v1.0.0", restartPolicy: "Always"}}]',
    },
  }

  test.each([
    ['ApplyConfiguration', apply],
    ['JSONPatch', patch],
  ])('%s adds the sidecar to the others, and once only', async (_, mutation) => {
    const { object: changed } = await admitted(pod('myapp-initializer'), namespace(), ...sidecar(mutation))
    expect(initContainers(changed)).toEqual([
      { name: 'myapp-initializer', image: 'example/myapp-initializer:v1.0.0' },
      proxy,
    ])
    const own = pod('mesh-proxy')
    expect((await admitted(own, namespace(), ...sidecar(mutation))).object).toBe(own)
  })
})
