import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRenderer } from '../../messages/index.ts'
import { LEVELS } from '../standards/version.ts'
import { configurationMessages } from './configuration/load.ts'
import { evalPodSecurityAdmission, type PodSecurityAdmissionRequest } from './contract.ts'
import { admissionRequestMessages } from './decode.ts'
import { levelLabel, MODES, versionLabel } from './policy.ts'

type Line = PodSecurityAdmissionRequest
type Request = Line['request']

const POD = {
  kind: { group: '', version: 'v1', kind: 'Pod' },
  resource: { group: '', version: 'v1', resource: 'pods' },
} as const
const DEPLOYMENT = {
  kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
  resource: { group: 'apps', version: 'v1', resource: 'deployments' },
} as const
const CONFIG = {
  exemptions: {
    usernames: ['exempt-user'],
    namespaces: ['exempt-ns'],
    runtimeClasses: ['exempt-runtimeclass'],
  },
}

function namespace(name: string, level?: string) {
  const labels = level === undefined ? {} : Object.fromEntries(MODES.map((mode) => [levelLabel(mode), level]))
  return { name, labels }
}

function container(name: string, image = 'registry.k8s.io/pause') {
  return { name, image, securityContext: { privileged: true } }
}

function pod(spec: object = {}, metadata: object = {}) {
  const name = 'test-pod'
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: { containers: [container('c')], ...spec },
  }
}

function deployment(spec: object = {}) {
  const template = { metadata: {}, spec: pod(spec).spec }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'test-pod' }, spec: { template } }
}

function create(request: Partial<Request>, line: Partial<Line> = {}): Line {
  return {
    config: CONFIG,
    namespace: namespace('restricted-ns', 'restricted'),
    request: { operation: 'CREATE', ...POD, name: 'test-pod', user: 'test-user', object: pod(), ...request },
    ...line,
  }
}

/** The answer to a line as it comes in: as JSON, without fields that are undefined. */
function decide(given: Line) {
  const line: Line = JSON.parse(JSON.stringify(given))
  const answer = evalPodSecurityAdmission(line)
  if ('error' in answer) throw new Error(answer.error.code)
  return answer
}

const ALLOWED = { allowed: true, warnings: [], auditAnnotations: {} }

const DETAIL =
  'privileged (container "c" must not set securityContext.privileged=true), allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
const DENIED = {
  allowed: false,
  code: 403,
  message: `pods "test-pod" is forbidden: violates PodSecurity "restricted:latest": ${DETAIL}`,
  warnings: [],
  auditAnnotations: {
    'enforce-policy': 'restricted:latest',
    'audit-violations': `would violate PodSecurity "restricted:latest": ${DETAIL}`,
  },
}

describe('pods', () => {
  test('that violate the enforced level are denied, without warnings on top', () => {
    expect(decide(create({}))).toEqual(DENIED)
  })

  test('without a name of their own are denied by resource', () => {
    const { message } = decide(create({ name: '', object: pod({}, { name: null, generateName: 'web-' }) }))
    expect(message).toMatch(/^pods is forbidden: violates PodSecurity/)
  })

  test.each(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status'])(
    'are not looked at in requests for %s',
    (subresource) => {
      expect(decide(create({ subresource }))).toEqual(ALLOWED)
    },
  )

  test.each(['ephemeralcontainers', 'resize', 'of-the-future'])(
    'are looked at in requests for %s',
    (subresource) => {
      expect(decide(create({ subresource }))).toEqual(DENIED)
    },
  )

  test.each(['DELETE', 'CONNECT'] as const)('are not looked at on %s', (operation) => {
    expect(decide(create({ operation }))).toEqual(ALLOWED)
  })

  test('in a privileged namespace are allowed without being looked at', () => {
    const line = create({ object: 'no pod at all' }, { namespace: namespace('privileged-ns', 'privileged') })
    expect(decide(line)).toEqual({ ...ALLOWED, auditAnnotations: { 'enforce-policy': 'privileged:latest' } })
  })

  test('that violate only the audit level leave an annotation', () => {
    const labels = { [levelLabel('audit')]: 'baseline' }
    expect(decide(create({}, { namespace: { name: 'audit-ns', labels } }))).toEqual({
      ...ALLOWED,
      auditAnnotations: {
        'enforce-policy': 'privileged:latest',
        'audit-violations':
          'would violate PodSecurity "baseline:latest": privileged (container "c" must not set securityContext.privileged=true)',
      },
    })
  })

  test('get the defaults of the API server: a host port for each port on the host network', () => {
    const ports = [{ containerPort: 80 }]
    const object = pod({ hostNetwork: true, containers: [{ name: 'c', ports }], volumes: [{ name: 'v' }] })
    const { message } = decide(create({ object }, { namespace: namespace('baseline-ns', 'baseline') }))
    expect(message).toContain('host namespaces (hostNetwork=true), hostPort (container "c" uses hostPort 80)')
    expect(message).not.toContain('volume')
  })
})

describe('updates of pods', () => {
  const update = (object: unknown, oldObject: unknown = pod()) =>
    create({ operation: 'UPDATE', object, oldObject })

  test.each([
    ['tolerations', { tolerations: [{ operator: 'Exists' }] }, {}],
    ['labels', {}, { labels: { a: 'b' } }],
    ['annotations', {}, { annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' } }],
    ['resources', { containers: [{ ...container('c'), resources: { limits: { cpu: '2' } } }] }, {}],
  ])('of %s are allowed, whatever the pod violates', (_, spec, metadata) => {
    expect(decide(update(pod(spec, metadata)))).toEqual(ALLOWED)
  })

  test.each([
    ['an image', { containers: [container('c', 'another')] }],
    ['the number of containers', { containers: [container('c'), container('d')] }],
    ['the number of init containers', { initContainers: [container('i')] }],
    ['an ephemeral container', { ephemeralContainers: [container('e')] }],
  ])('of %s are judged', (_, spec) => {
    expect(decide(update(pod(spec)))).toMatchObject({ allowed: false, code: 403 })
  })

  test('of an init or ephemeral container’s image are judged, one that is gone is not', () => {
    const old = pod({ initContainers: [container('i')], ephemeralContainers: [container('e')] })
    const ephemeral = (image: string) => [container('e', image)]
    const initContainers = [container('i')]
    expect(decide(update(pod({ initContainers }), old))).toEqual(ALLOWED)
    expect(decide(update(pod({ initContainers: [container('i', 'x')] }), old)).code).toBe(403)
    expect(decide(update(pod({ initContainers, ephemeralContainers: ephemeral('x') }), old)).code).toBe(403)
  })

  test.each([
    ['failed to decode old object', null, 'failed to decode old object: there is no object'],
    ['failed to decode old pod', { apiVersion: 'v1', kind: 'Namespace' }, 'failed to decode old pod'],
  ])('%s', (message, oldObject, error) => {
    expect(decide(update(pod(), oldObject))).toEqual({
      allowed: false,
      code: 400,
      message,
      warnings: [],
      auditAnnotations: { error },
    })
  })
})

describe('workloads', () => {
  const workload = (request: Partial<Request> = {}, line: Partial<Line> = {}) =>
    create({ ...DEPLOYMENT, object: deployment(), ...request }, line)

  test('are allowed, with a warning and an annotation', () => {
    const violation = `would violate PodSecurity "restricted:latest": ${DETAIL}`
    const answer = {
      allowed: true,
      warnings: [violation],
      auditAnnotations: { 'audit-violations': violation },
    }
    expect(decide(workload())).toEqual(answer)
    expect(decide(workload({ operation: 'UPDATE', oldObject: deployment() }))).toEqual(answer)
    expect(decide(workload({ subresource: 'scale' }))).toEqual(ALLOWED)
  })

  test.each([
    ['replicationcontrollers', '', 'ReplicationController', 'spec'],
    ['replicasets', 'apps', 'ReplicaSet', 'spec'],
    ['statefulsets', 'apps', 'StatefulSet', 'spec'],
    ['daemonsets', 'apps', 'DaemonSet', 'spec'],
    ['jobs', 'batch', 'Job', 'spec'],
    ['cronjobs', 'batch', 'CronJob', 'spec.jobTemplate.spec'],
    ['podtemplates', '', 'PodTemplate', ''],
  ])('%s', (resource, group, kind, place) => {
    const template = { spec: pod().spec }
    const fields = place.split('.').reverse()
    const body = fields.reduce<object>((inner, name) => (name === '' ? inner : { [name]: inner }), {
      template,
    })
    const object = {
      apiVersion: group === '' ? 'v1' : `${group}/v1`,
      kind,
      metadata: { name: 'test-pod' },
      ...body,
    }
    const request = {
      kind: { group, version: 'v1', kind },
      resource: { group, version: 'v1', resource },
      object,
    }
    expect(decide(workload(request)).warnings).toHaveLength(1)
  })

  test('of other resources are not looked at', () => {
    const resource = { group: 'example.com', version: 'v1', resource: 'deployments' }
    expect(decide(workload({ resource }))).toEqual(ALLOWED)
  })

  test('are allowed even where something is wrong, which only the audit log tells', () => {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: {} }
    expect(decide(workload({ object }))).toEqual({
      ...ALLOWED,
      auditAnnotations: { error: 'failed to extract pod template: unexpected object type: /, Kind=' },
    })
    const undecodable = { ...deployment(), spec: { template: 'none' } }
    expect(decide(workload({ object: undecodable })).auditAnnotations.error).toBe(
      'failed to decode object: json: cannot unmarshal string into Go struct field Deployment.spec.template of type PodTemplateSpec',
    )
    expect(decide(workload({}, { namespace: null })).auditAnnotations.error).toBe(
      'failed to lookup namespace "": namespaces "" not found',
    )
  })

  test('whose template is left out are judged as an empty pod, a ReplicationController is passed over', () => {
    const labels = { [levelLabel('enforce')]: 'unknown', [levelLabel('warn')]: 'restricted' }
    const line = { namespace: { name: 'invalid-ns', labels } }
    const spec = {}
    expect(decide(workload({ object: { apiVersion: 'apps/v1', kind: 'Deployment', spec } }, line))).toEqual({
      ...ALLOWED,
      auditAnnotations: { error: expect.stringMatching(/^Failed to parse policy: metadata\.labels/) },
    })
    const kind = { group: '', version: 'v1', kind: 'ReplicationController' }
    const resource = { group: '', version: 'v1', resource: 'replicationcontrollers' }
    expect(decide(workload({ kind, resource, object: { spec } }, line))).toEqual(ALLOWED)
  })
})

describe('what cannot be looked up or decoded', () => {
  test.each([
    ['no namespace', null],
    ['a namespace without labels to look up', { name: 'missing-ns', labels: null }],
  ])('%s', (_, stored) => {
    const object = pod({}, { namespace: 'missing-ns' })
    expect(decide(create({ object }, { namespace: stored }))).toEqual({
      allowed: false,
      code: 500,
      message: 'Internal error occurred: failed to lookup namespace "missing-ns"',
      warnings: [],
      auditAnnotations: {
        error:
          'Internal error occurred: failed to lookup namespace "missing-ns": namespaces "missing-ns" not found',
      },
    })
  })

  test.each([
    ['nothing', null, 'there is no object'],
    ['a text', '{', 'json: cannot unmarshal string into Go value of type Pod'],
    [
      'a mistyped field',
      { ...pod(), spec: { containers: [{ name: 1 }] } },
      'json: cannot unmarshal number into Go struct field Pod.spec.containers[0].name of type string',
    ],
  ])('%s', (_, object, error) => {
    expect(decide(create({ object }))).toEqual({
      allowed: false,
      code: 400,
      message: 'failed to decode object',
      warnings: [],
      auditAnnotations: { error: `failed to decode object: ${error}` },
    })
  })

  test('a configuration that the API server refuses', () => {
    const answer = evalPodSecurityAdmission({ ...create({}), config: { defaults: { enforce: 'strict' } } })
    if (!('error' in answer)) throw new Error('accepted')
    expect(answer.error.code).toBe('invalid-configuration')
    expect(createRenderer([configurationMessages], 'en')(answer.error.message)).toBe(
      'Kubernetes rejects this PodSecurityConfiguration: defaults.enforce: Invalid value: "strict": must be one of privileged, baseline, restricted',
    )
  })

  test('an existing pod that is none', () => {
    const answer = evalPodSecurityAdmission({ ...create({}), existingPods: [pod(), { spec: [] }] })
    if (!('error' in answer)) throw new Error('accepted')
    expect(answer.error.code).toBe('invalid-existing-pod')
    expect(createRenderer([admissionRequestMessages], 'en')(answer.error.message)).toMatch(
      /^existingPods\[1\] /,
    )
  })
})

describe('namespaces', () => {
  const NAMESPACE = {
    kind: { group: '', version: 'v1', kind: 'Namespace' },
    resource: { group: '', version: 'v1', resource: 'namespaces' },
  } as const
  const object = (labels: object) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'test', labels },
  })
  const update = (now: object, before: object, line: Partial<Line> = {}): Line => ({
    request: {
      operation: 'UPDATE',
      ...NAMESPACE,
      name: 'test',
      object: object(now),
      oldObject: object(before),
    },
    ...line,
  })
  const privileged = (name: string, spec: object = {}) => pod(spec, { name, namespace: 'test' })

  test('only pods of the namespace are tried, each group by its first name', () => {
    const elsewhere = pod({}, { name: 'a', namespace: 'other' })
    const existingPods = [privileged('z'), elsewhere, privileged('b'), privileged('m')]
    const line = update({ [levelLabel('enforce')]: 'baseline' }, {}, { existingPods, maxPodsToCheck: 2 })
    expect(decide(line).warnings).toEqual([
      'new PodSecurity enforce level only checked against the first 2 of 3 existing pods',
      'existing pods in namespace "test" violate the new PodSecurity enforce level "baseline:latest"',
      'b (and 1 other pod): privileged',
    ])
  })

  test('a change of audit and warn levels tries no pods', () => {
    const line = update({ [levelLabel('warn')]: 'restricted' }, {}, { existingPods: [privileged('a')] })
    expect(decide(line)).toEqual(ALLOWED)
  })

  test('another version of the same level tries them again', () => {
    const now = { [levelLabel('enforce')]: 'baseline', [versionLabel('enforce')]: 'v1.20' }
    const line = update(now, { [levelLabel('enforce')]: 'baseline' }, { existingPods: [privileged('a')] })
    expect(decide(line).warnings).toHaveLength(2)
  })

  test('several wrong labels are told at once', () => {
    const labels = { [levelLabel('enforce')]: 'Baseline', [versionLabel('warn')]: '1.20' }
    const line: Line = {
      request: { operation: 'CREATE', ...NAMESPACE, name: 'test', object: object(labels) },
    }
    expect(decide(line)).toEqual({
      allowed: false,
      code: 422,
      message:
        'Namespace "test" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "Baseline": must be one of privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.20": must be "latest" or "v1.x"]',
      warnings: [],
      auditAnnotations: {},
    })
  })

  test.each([
    [{ object: 1 }, 'failed to decode object'],
    [{ object: pod() }, 'failed to decode namespace'],
    [{ oldObject: null }, 'failed to decode  old object'],
    [{ oldObject: pod() }, 'failed to decode  old namespace'],
  ])('%j', (request, message) => {
    const line = update({}, {})
    expect(decide({ request: { ...line.request, ...request } })).toMatchObject({ code: 400, message })
  })
})

describe('for any request', () => {
  const flag = fc.option(fc.boolean(), { nil: undefined })
  const spec = fc.record({
    hostNetwork: flag,
    hostPID: flag,
    runtimeClassName: fc.constantFrom('exempt-runtimeclass', 'other', undefined),
    securityContext: fc.record({ runAsNonRoot: flag, runAsUser: fc.constantFrom(0, 1000, undefined) }),
    containers: fc.array(
      fc.record({
        name: fc.constantFrom('a', 'b'),
        securityContext: fc.record({
          privileged: flag,
          allowPrivilegeEscalation: flag,
          capabilities: fc.constantFrom(undefined, { drop: ['ALL'] }, { add: ['SYS_ADMIN'] }),
          seccompProfile: fc.constantFrom(undefined, { type: 'RuntimeDefault' }, { type: 'Unconfined' }),
        }),
      }),
      { maxLength: 3 },
    ),
    volumes: fc.constantFrom(undefined, [{ name: 'v', hostPath: { path: '/' } }], [{ name: 'v' }]),
  })
  const version = fc.constantFrom('latest', 'v1.0', 'v1.25')

  test('an exempt one is allowed, and nothing is said but why', () => {
    const exemption = fc.constantFrom(
      { namespace: 'exempt-ns', user: 'x', dimension: 'namespace' },
      { namespace: 'a', user: 'exempt-user', dimension: 'user' },
      { namespace: 'a', user: 'x', dimension: 'runtimeClass' },
    )
    fc.assert(
      fc.property(spec, exemption, fc.boolean(), (given, { namespace: name, user, dimension }, isPod) => {
        const runtimeClassName = dimension === 'runtimeClass' ? 'exempt-runtimeclass' : 'other'
        const request = isPod
          ? { user, object: pod({ ...given, runtimeClassName }) }
          : { user, ...DEPLOYMENT, object: deployment({ ...given, runtimeClassName }) }
        const answer = decide(create(request, { namespace: namespace(name, 'restricted') }))
        expect(answer).toEqual({ ...ALLOWED, auditAnnotations: { exempt: dimension } })
      }),
    )
  })

  test('a stricter level never allows what a looser one denies', () => {
    fc.assert(
      fc.property(spec, version, (given, pinned) => {
        const verdicts = LEVELS.map((level) => {
          const labels = { [levelLabel('enforce')]: level, [versionLabel('enforce')]: pinned }
          return decide(create({ object: pod(given) }, { namespace: { name: 'a', labels } })).allowed
        })
        expect([...verdicts].sort().reverse()).toEqual(verdicts)
      }),
    )
  })

  test('whatever the object, there is a decision', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (object, oldObject) => {
        const request = {
          operation: 'UPDATE',
          object: JSON.parse(object),
          oldObject: JSON.parse(oldObject),
        } as const
        expect(typeof decide(create(request)).allowed).toBe('boolean')
        expect(decide(create({ ...request, ...DEPLOYMENT })).allowed).toBe(true)
      }),
    )
  })
})
