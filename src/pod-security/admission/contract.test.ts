import { describe, expect, test } from 'vitest'
import { createRenderer } from '../../messages/index.ts'
import { configurationMessages } from './configuration/load.ts'
import { ALLOWED, container, create, DENIED, decide, namespace, pod } from './contract.fixture.ts'
import { evalPodSecurityAdmission } from './contract.ts'
import { admissionRequestMessages } from './decode.ts'
import { levelLabel } from './policy.ts'

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
