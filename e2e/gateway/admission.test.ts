import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openAuthority } from '../../src/api-access/authentication/index.ts'
import { type ApiServer, connect, remove, succeed } from '../setup/api-server.ts'
import { makeNamespace } from '../setup/namespace.ts'
import { anyCluster, needs } from '../setup/needs.ts'
import { until } from '../setup/work.ts'
import { GateProcess } from './gate-process.ts'
import { ask, type GateAnswer } from './gate-request.ts'
import { openReviewWebhook, type ReviewRequest, type ReviewWebhook } from './review-webhook.ts'

const { kubeconfig, otherwise } = anyCluster
const SHOP = 'gate-admission'
const MAPS = `/api/v1/namespaces/${SHOP}/configmaps`
const PODS = `/api/v1/namespaces/${SHOP}/pods`
const REGISTRATION = 'admissionregistration.k8s.io/v1'
const WEBHOOKS = `/apis/${REGISTRATION}/validatingwebhookconfigurations`
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const LIMITS = `/apis/coordination.k8s.io/v1/namespaces/${SHOP}/leases`
const ADMIN = { user: 'gate-admin', groups: ['system:masters'] }

/**
 * Its resource is called otherwise than its kind lets one guess. No object of it is made: an API server of this age that
 * was built with Go 1.18 or newer crashes of them.
 */
const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'ceilings.rules.example.com' },
  spec: {
    group: 'rules.example.com',
    scope: 'Namespaced',
    names: { plural: 'ceilings', singular: 'ceiling', kind: 'KeyLimit', listKind: 'KeyLimitList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { keys: { type: 'integer' } } } },
      },
    ],
  },
}

const matchConstraints = {
  resourceRules: [
    { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] },
  ],
}
const inShop = { namespaceSelector: { matchLabels: { 'gate-admission': 'yes' } } }
const manifest = (kind: string, name: string, spec: object) => ({
  apiVersion: REGISTRATION,
  kind,
  metadata: { name: `${name}.static.k8s.io` },
  spec,
})

const VALIDATING = [
  manifest('ValidatingAdmissionPolicy', 'key-limit', {
    matchConstraints,
    paramKind: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
    variables: [{ name: 'count', expression: 'has(object.data) ? size(object.data) : 0' }],
    validations: [
      {
        expression: 'variables.count <= params.spec.leaseDurationSeconds',
        messageExpression:
          "'at most ' + string(params.spec.leaseDurationSeconds) + ' keys, not ' + string(variables.count)",
        reason: 'Forbidden',
      },
    ],
    auditAnnotations: [{ key: 'keys', valueExpression: 'string(variables.count)' }],
  }),
  manifest('ValidatingAdmissionPolicyBinding', 'key-limit', {
    policyName: 'key-limit.static.k8s.io',
    paramRef: { name: 'shop', parameterNotFoundAction: 'Deny' },
    validationActions: ['Deny'],
    matchResources: inShop,
  }),
  manifest('ValidatingAdmissionPolicy', 'defined', {
    matchConstraints: {
      resourceRules: [
        { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['secrets'] },
      ],
    },
    paramKind: { apiVersion: 'rules.example.com/v1', kind: 'KeyLimit' },
    validations: [{ expression: 'true' }],
  }),
  manifest('ValidatingAdmissionPolicyBinding', 'defined', {
    policyName: 'defined.static.k8s.io',
    paramRef: { selector: {}, parameterNotFoundAction: 'Deny' },
    validationActions: ['Deny'],
    matchResources: inShop,
  }),
  manifest('ValidatingAdmissionPolicy', 'labelled', {
    matchConstraints,
    validations: [
      {
        expression: "object.metadata.labels['policy'] == 'was-here'",
        message: 'the mutating policy was not here',
      },
      {
        expression: "object.metadata.labels['webhook'] == 'was-here'",
        message: 'the mutating webhook was not here',
      },
    ],
  }),
  manifest('ValidatingAdmissionPolicyBinding', 'labelled', {
    policyName: 'labelled.static.k8s.io',
    validationActions: ['Deny'],
    matchResources: inShop,
  }),
  manifest('ValidatingAdmissionPolicy', 'secretive', {
    matchConstraints,
    validations: [
      {
        expression: "!has(object.data) || !('password' in object.data)",
        message: 'a password belongs into a Secret',
      },
    ],
  }),
  manifest('ValidatingAdmissionPolicyBinding', 'secretive', {
    policyName: 'secretive.static.k8s.io',
    validationActions: ['Warn', 'Audit'],
    matchResources: inShop,
  }),
]
const MUTATING = [
  manifest('MutatingAdmissionPolicy', 'label', {
    matchConstraints,
    failurePolicy: 'Fail',
    reinvocationPolicy: 'Never',
    mutations: [
      {
        patchType: 'ApplyConfiguration',
        applyConfiguration: {
          expression: "Object{metadata: Object.metadata{labels: {'policy': 'was-here'}}}",
        },
      },
    ],
  }),
  manifest('MutatingAdmissionPolicyBinding', 'label', {
    policyName: 'label.static.k8s.io',
    matchResources: inShop,
  }),
  manifest('MutatingAdmissionPolicy', 'label-services', {
    matchConstraints: {
      resourceRules: [
        { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['services'] },
      ],
    },
    failurePolicy: 'Fail',
    reinvocationPolicy: 'Never',
    mutations: [
      {
        patchType: 'ApplyConfiguration',
        applyConfiguration: {
          expression:
            "Object{metadata: Object.metadata{labels: {'ports': string(object.spec.ports.size())}}}",
        },
      },
    ],
  }),
  manifest('MutatingAdmissionPolicyBinding', 'label-services', {
    policyName: 'label-services.static.k8s.io',
    matchResources: inShop,
  }),
]

/**
 * Policies come from files, since an API server of this age knows none; the webhook that validates from the cluster, which
 * calls it too; the one that mutates from a file, since that API server crashes of patches (Go 1.18 or newer).
 */
describe('admission inside the gate', needs(kubeconfig, otherwise), () => {
  const gate = new GateProcess(kubeconfig ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'haetae-e2e-admission-'))
  let server: ApiServer
  let webhook: ReviewWebhook

  beforeAll(async () => {
    server = await connect(kubeconfig ?? '')
    const put = (path: string, body: object) => succeed(server, { method: 'POST', path, body })
    await makeNamespace(server, SHOP)
    const path = `/api/v1/namespaces/${SHOP}`
    const stored = await succeed(server, { method: 'GET', path })
    const metadata = { ...stored.metadata, labels: { 'gate-admission': 'yes' } }
    await succeed(server, { method: 'PUT', path, body: { ...stored, metadata } })
    await put(DEFINITIONS, DEFINITION)
    await put(LIMITS, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'shop' },
      spec: { leaseDurationSeconds: 2 },
    })

    webhook = await openReviewWebhook(await openAuthority({ folder: join(folder, 'ca') }), answer)
    await put(WEBHOOKS, {
      apiVersion: REGISTRATION,
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: SHOP },
      webhooks: [
        {
          name: 'validating.gate.example.com',
          clientConfig: { url: `${webhook.url}/validate`, caBundle: webhook.bundle },
          rules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              operations: ['CONNECT'],
              resources: ['pods/exec', 'pods/attach'],
            },
          ],
          ...inShop,
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    })
    await gate.start(
      '--authorization-mode=AlwaysAllow',
      '--enable-admission-plugins=ValidatingAdmissionWebhook,MutatingAdmissionWebhook,ValidatingAdmissionPolicy,MutatingAdmissionPolicy,PodSecurity',
      `--admission-config=${writeConfiguration()}`,
    )
  })
  afterAll(async () => {
    await gate.close()
    webhook?.close()
    await remove(server, `${WEBHOOKS}/${SHOP}`)
    await remove(server, `${DEFINITIONS}/ceilings.rules.example.com`)
    await remove(server, `/api/v1/namespaces/${SHOP}`)
    server.close()
    rmSync(folder, { recursive: true })
  })
  beforeEach(() => {
    webhook.asked.length = 0
  })

  function writeConfiguration(): string {
    const plugins = Object.entries({
      ValidatingAdmissionPolicy: ['ValidatingAdmissionPolicyConfiguration', VALIDATING],
      MutatingAdmissionPolicy: ['MutatingAdmissionPolicyConfiguration', MUTATING],
      MutatingAdmissionWebhook: ['WebhookAdmissionConfiguration', [mutatingWebhook()]],
    } as const).map(([name, [kind, objects]]) => {
      const staticManifestsDir = join(folder, name)
      mkdirSync(staticManifestsDir)
      objects.forEach((object, index) => {
        writeFileSync(join(staticManifestsDir, `${index}.json`), JSON.stringify(object))
      })
      return { name, configuration: { apiVersion: 'apiserver.config.k8s.io/v1', kind, staticManifestsDir } }
    })
    const path = join(folder, 'admission.json')
    writeFileSync(
      path,
      JSON.stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AdmissionConfiguration', plugins }),
    )
    return path
  }

  function mutatingWebhook() {
    const [rule] = matchConstraints.resourceRules
    return {
      apiVersion: REGISTRATION,
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'label.static.k8s.io' },
      webhooks: [
        {
          name: 'mutating.gate.example.com',
          clientConfig: { url: `${webhook.url}/mutate`, caBundle: webhook.bundle },
          rules: [rule],
          ...inShop,
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    }
  }

  const map = (name: string, data: Readonly<Record<string, string>> = {}) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: { own: 'label' } },
    data,
  })
  const create = (name: string, data?: Readonly<Record<string, string>>): Promise<GateAnswer> =>
    ask(gate, { path: MAPS, body: map(name, data), ...ADMIN })
  /** Without what the gate has the API server try before the stages, to see the whole object. */
  const asked = () => webhook.asked.filter(([, { dryRun }]) => dryRun !== true)
  const paths = () => asked().map(([path]) => path)
  const annotationsOf = (name: string, verb = 'create') =>
    until(async () => {
      const found = gate
        .events()
        .filter(({ objectRef, verb: done }) => objectRef?.name === name && done === verb)
      return found.at(-1)?.annotations
    }, `the event of ${name}`)

  test('what mutates runs before what validates, policies before webhooks, and what came of it is stored', async () => {
    const { status, body, warnings } = await create('good', { a: '1' })
    expect([status, body.message]).toEqual([201, undefined])
    expect(warnings).toContain('the webhook has seen it')
    // Once by the gate each, then by the API server behind, which knows only the one that validates.
    expect(paths()).toEqual(['/mutate', '/validate', '/validate'])
    const [, mutated] = asked()[0] ?? []
    const [, validated] = asked()[1] ?? []
    expect(mutated?.object).toMatchObject({ metadata: { labels: { own: 'label', policy: 'was-here' } } })
    expect(validated).toMatchObject({
      userInfo: { username: 'gate-admin' },
      object: { metadata: { labels: { policy: 'was-here', webhook: 'was-here' } } },
    })
    const stored = await succeed(server, { method: 'GET', path: `${MAPS}/good` })
    expect(stored.metadata?.['labels']).toEqual({ own: 'label', policy: 'was-here', webhook: 'was-here' })
  })

  test('numbers that a dry run only pretends to allocate are not asked for', async () => {
    const path = `/api/v1/namespaces/${SHOP}/services`
    const service = (name: string, spec: object) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec,
    })
    const made = await ask(gate, {
      path,
      body: service('door', { type: 'NodePort', ports: [{ port: 80 }] }),
      ...ADMIN,
    })
    expect([made.status, made.body.message]).toEqual([201, undefined])
    const stored = await succeed(server, { method: 'GET', path: `${path}/door` })
    expect(stored.metadata?.['labels']).toEqual({ ports: '1' })
    const [port] = (stored['spec'] as { ports: { nodePort: number }[] }).ports
    expect(port?.nodePort).toBeLessThanOrEqual(32_767)
    const patched = await ask(gate, {
      path: `${path}/door`,
      method: 'PATCH',
      contentType: 'application/strategic-merge-patch+json',
      body: {
        spec: {
          ports: [
            { port: 81, name: 'b' },
            { port: 80, name: 'a' },
          ],
        },
      },
      ...ADMIN,
    })
    expect([patched.status, patched.body.message]).toEqual([200, undefined])
    const after = await succeed(server, { method: 'GET', path: `${path}/door` })
    expect(after.metadata?.['labels']).toEqual({ ports: '2' })
    const ports = (after['spec'] as { ports: { port: number; nodePort: number }[] }).ports
    expect(ports.find((each) => each.port === 80)?.nodePort).toBe(port?.nodePort)
  })

  test('audit annotations of policies and webhooks reach the event', async () => {
    await create('noted', { a: '1' })
    expect(await annotationsOf('noted')).toMatchObject({
      'haetae.io/authorizer': 'system:masters',
      'key-limit.static.k8s.io/keys': '1',
      'validating.gate.example.com/seen': 'yes',
      'mutation.webhook.admission.k8s.io/round_0_index_0': expect.stringContaining('"mutated":true'),
    })
  })

  test('a denial stops at once: no one after it is asked, and nothing goes on', async () => {
    const { status, body, isFromBehind } = await create('many', { a: '1', b: '2', c: '3' })
    expect([status, isFromBehind]).toEqual([403, false])
    expect(body.message).toBe(
      `configmaps "many" is forbidden: ValidatingAdmissionPolicy 'key-limit.static.k8s.io' with binding 'key-limit.static.k8s.io' denied request: at most 2 keys, not 3`,
    )
    expect(paths()).toEqual(['/mutate'])
  })

  test('parameters of whatever kind count as they are now', async () => {
    const path = `${LIMITS}/shop`
    const stored = await succeed(server, { method: 'GET', path })
    await succeed(server, { method: 'PUT', path, body: { ...stored, spec: { leaseDurationSeconds: 3 } } })
    await until(async () => {
      const { status } = await create('many', { a: '1', b: '2', c: '3' })
      return status === 201 || undefined
    }, 'the new limit to count')
  })

  test('parameters of a CustomResourceDefinition are looked for where it says', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'limited' } }
    const answer = () => ask(gate, { path: `/api/v1/namespaces/${SHOP}/secrets`, body: secret, ...ADMIN })
    await until(async () => {
      const { status, body } = await answer()
      expect(status).toBe(422)
      return body.message?.includes('no params found for policy binding with `Deny`') || undefined
    }, 'the definition to be served and its objects read')
  })

  test('Warn warns the client, Audit notes it in the event, and neither denies', async () => {
    const { status, warnings } = await create('password', { password: 'x' })
    expect(status).toBe(201)
    expect(warnings).toContain(
      "Validation failed for ValidatingAdmissionPolicy 'secretive.static.k8s.io' with binding 'secretive.static.k8s.io': a password belongs into a Secret",
    )
    const noted =
      (await annotationsOf('password'))['validation.policy.admission.k8s.io/validation_failure'] ?? ''
    expect(JSON.parse(noted)).toMatchObject([
      {
        message: 'a password belongs into a Secret',
        policy: 'secretive.static.k8s.io',
        validationActions: ['Warn', 'Audit'],
      },
    ])
  })

  test('a webhook denies in its own words, before the API server has seen the request', async () => {
    const { status, isFromBehind, body } = await create('denied')
    expect([status, isFromBehind]).toEqual([400, false])
    expect(body.message).toBe(
      'admission webhook "validating.gate.example.com" denied the request: not this one',
    )
    expect(paths()).toEqual(['/mutate', '/validate'])
  })

  test('patches are judged by what they make', async () => {
    const patch = { data: { a: '1', b: '2', c: '3', d: '4' } }
    const path = `${MAPS}/good`
    const answer = await ask(gate, {
      method: 'PATCH',
      path,
      body: patch,
      contentType: 'application/strategic-merge-patch+json',
      ...ADMIN,
    })
    expect([answer.status, answer.body.message]).toEqual([403, expect.stringContaining('keys, not 4')])
  })

  test('an update that names no version replaces whatever there is, whoever else changes it meanwhile', async () => {
    const path = `${MAPS}/contended`
    expect((await create('contended')).status).toBe(201)
    const put = (data: Readonly<Record<string, string>>) =>
      ask(gate, { method: 'PUT', path, body: map('contended', data), ...ADMIN })
    let isOver = false
    const others = async () => {
      for (let count = 0; !isOver; count++) {
        await succeed(server, { method: 'PUT', path, body: map('contended', { by: `other-${count}` }) })
        // Who never pauses leaves nobody else a turn.
        await sleep(100)
      }
    }
    const writing = others()
    const statuses: number[] = []
    for (let count = 0; count < 20; count++) statuses.push((await put({ by: `gate-${count}` })).status)
    isOver = true
    await writing
    expect(statuses).toEqual(Array(20).fill(200))
    expect((await put({ by: 'last' })).body['data']).toEqual({ by: 'last' })
  })

  test('a connection into a pod is judged too (CONNECT)', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: { containers: [{ name: 'c', image: 'web:1' }] },
    }
    expect((await ask(gate, { path: PODS, body: pod, ...ADMIN })).status).toBe(201)
    const exec = await ask(gate, {
      method: 'POST',
      path: `${PODS}/web/exec?command=sh&container=c&stdin=true`,
      ...ADMIN,
    })
    expect(exec).toMatchObject({
      isFromBehind: false,
      body: { message: 'admission webhook "validating.gate.example.com" denied the request: no shells' },
    })
    expect(webhook.asked).toMatchObject([
      [
        '/validate',
        {
          operation: 'CONNECT',
          subResource: 'exec',
          name: 'web',
          object: { kind: 'PodExecOptions', command: ['sh'], stdin: true },
        },
      ],
    ])
  })

  test('policies of files change without a restart', async () => {
    const path = join(folder, 'ValidatingAdmissionPolicy', '4.json')
    const [, , , , labelled] = VALIDATING
    const changed = structuredClone(labelled) as { spec: { validations: object[] } }
    changed.spec.validations = [{ expression: 'false', message: 'closed for the night' }]
    writeFileSync(path, JSON.stringify(changed))
    await until(async () => {
      const { body } = await ask(gate, { path: `${MAPS}?dryRun=All`, body: map('late'), ...ADMIN })
      return body.message?.includes('closed for the night') || undefined
    }, 'the changed policy to count')
  })
})

function answer(path: string, { operation, name, dryRun }: ReviewRequest): object {
  if (operation === 'CONNECT') return { allowed: false, status: { message: 'no shells' } }
  if (path === '/validate') {
    if (name === 'denied' && dryRun !== true) return { allowed: false, status: { message: 'not this one' } }
    return { allowed: true, warnings: ['the webhook has seen it'], auditAnnotations: { seen: 'yes' } }
  }
  const patch = [{ op: 'add', path: '/metadata/labels/webhook', value: 'was-here' }]
  return {
    allowed: true,
    patchType: 'JSONPatch',
    patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
  }
}
