import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Registry } from 'prom-client'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { KubernetesObject, ObjectView } from '../../../kubernetes/index.ts'
import { createAdmissionChain } from '../chain/admit.ts'
import { createAdmissionMetrics } from '../chain/metrics.ts'
import { namespaceOf, podOf, requestFor, surroundingsOf, viewOf } from '../request.fixture.ts'
import { makeCertificates, type TestCertificates } from '../review/certificates.fixture.ts'
import type { AdmissionRequest, AdmissionStage, AdmissionSurroundings } from '../stage.ts'
import { createWebhookCaller } from './caller.ts'
import { createMutatingWebhooks } from './mutating-stage.ts'
import { createValidatingWebhooks } from './validating-stage.ts'

interface Asked {
  readonly path: string
  readonly review: {
    readonly apiVersion: string
    readonly request: AdmissionRequest & { readonly requestKind: object }
  }
}
type Answer = Readonly<Record<string, unknown>>
type Answers = (asked: Asked) => Answer | number | undefined

let certificates: TestCertificates
let server: Server | undefined
let origin = ''
const calls: Asked[] = []
const registry = new Registry()
const metrics = createAdmissionMetrics([registry])
const counted = { caller: createWebhookCaller(), onEnd: metrics.webhook, onConditions: metrics.conditions }

beforeAll(() => {
  certificates = makeCertificates()
})
afterEach(async () => {
  calls.length = 0
  server?.closeAllConnections()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
})

/** A webhook server: an answer's `response` without its uid, an HTTP status, or no answer at all. */
async function answering(answers: Answers): Promise<void> {
  const { certificate: cert, key } = certificates.server
  const opened = createServer({ cert, key }, (request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      const asked = { path: request.url ?? '', review: JSON.parse(text) }
      calls.push(asked)
      const answer = answers(asked)
      if (answer === undefined) return
      if (typeof answer === 'number') {
        response.writeHead(answer).end()
        return
      }
      const { apiVersion, request: of } = asked.review
      const envelope = { kind: 'AdmissionReview', apiVersion, response: { uid: of.uid, ...answer } }
      response.end(JSON.stringify(envelope))
    })
  })
  server = opened
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve))
  origin = `https://127.0.0.1:${(opened.address() as AddressInfo).port}`
}

const RULE = { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], scope: '*' }

function hook(name: string, more: Answer = {}): Answer {
  return {
    name,
    admissionReviewVersions: ['v1', 'v1beta1'],
    clientConfig: { url: `${origin}/${name}`, caBundle: Buffer.from(certificates.ca).toString('base64') },
    rules: [RULE],
    sideEffects: 'None',
    failurePolicy: 'Fail',
    // The longest there is: who answers is waited for on a busy machine too.
    timeoutSeconds: 30,
    ...more,
  }
}

function around(
  kind: 'Mutating' | 'Validating',
  webhooks: readonly Answer[],
  more: Partial<AdmissionSurroundings> = {},
): AdmissionSurroundings {
  const configuration: KubernetesObject = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: 'config' },
    webhooks,
  }
  const others = viewOf([namespaceOf('shop', { team: 'a' })])
  const objects: ObjectView = {
    ...others,
    list: (type, namespace) =>
      type.resource === `${kind.toLowerCase()}webhookconfigurations`
        ? [configuration]
        : others.list(type, namespace),
  }
  return surroundingsOf([], { objects, ...more })
}

const validating = createAdmissionChain([createValidatingWebhooks(counted)])
const mutating = createAdmissionChain([createMutatingWebhooks(counted)])
const patch = (...operations: object[]) => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
})
const label = (name: string) => ({ op: 'add', path: '/metadata/labels', value: { [name]: 'x' } })

describe('a validating webhook', () => {
  test('is sent the review, and its warnings and annotations are kept', async () => {
    await answering(() => ({ allowed: true, warnings: ['careful'], auditAnnotations: { why: 'because' } }))
    const result = await validating.admit(requestFor(podOf()), around('Validating', [hook('a.io')]))
    expect(result).toMatchObject({ warnings: ['careful'], auditAnnotations: { 'a.io/why': 'because' } })
    expect(result.refusal).toBeUndefined()
    expect(calls[0]?.path).toBe('/a.io?timeout=30s')
    const { uid, ...request } = calls[0]?.review.request ?? { uid: '' }
    expect(uid).toMatch(/^[0-9a-f-]{36}$/)
    expect(request).toEqual({
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      requestKind: { group: '', version: 'v1', kind: 'Pod' },
      requestResource: { group: '', version: 'v1', resource: 'pods' },
      name: 'web',
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: { username: 'jane', groups: ['system:authenticated'] },
      object: podOf(),
      oldObject: null,
      dryRun: false,
      options: null,
    })
  })

  test.each([
    [{ allowed: false }, 400, '', 'admission webhook "a.io" denied the request without explanation'],
    [
      { allowed: false, status: { message: 'no' } },
      400,
      '',
      'admission webhook "a.io" denied the request: no',
    ],
    [
      { allowed: false, status: { reason: 'Odd', code: 200 } },
      400,
      'Odd',
      'admission webhook "a.io" denied the request: Odd',
    ],
    [
      { allowed: false, status: { code: 402, reason: 'R', message: 'pay' } },
      402,
      'R',
      'admission webhook "a.io" denied the request: pay',
    ],
  ])('denies with %j', async (answer, code, reason, message) => {
    await answering(() => answer)
    const { refusal } = await validating.admit(requestFor(podOf()), around('Validating', [hook('a.io')]))
    expect(refusal).toMatchObject({ code, reason, message })
  })

  test('may not change the object', async () => {
    await answering(() => patch(label('a')))
    const { refusal } = await validating.admit(requestFor(podOf()), around('Validating', [hook('a.io')]))
    expect(refusal?.message).toBe(
      'Internal error occurred: failed calling webhook "a.io": validating webhook may not return response.patch',
    )
  })

  test('is called at once with the others, and the first refusal counts', async () => {
    await answering(({ path }) => ({ allowed: !path.startsWith('/b'), warnings: [path.slice(1, 5)] }))
    const hooks = ['a.io', 'b.io', 'c.io'].map((name) => hook(name))
    const result = await validating.admit(requestFor(podOf()), around('Validating', hooks))
    expect(result.refusal?.message).toContain('"b.io" denied')
    expect(result.warnings).toEqual(['a.io', 'b.io', 'c.io'])
  })
})

describe('a webhook that fails', () => {
  test.each([
    ['an HTTP error', () => 500, /the server answered with HTTP 500$/],
    ['no response', () => ({ uid: 'other' }), /expected response\.uid="[^"]+", got "other"$/],
    ['no answer in time', () => undefined, /context deadline exceeded$/],
  ])('%s: refuses under Fail, lets pass under Ignore', async (_, answers, reason) => {
    await answering(answers)
    const more = answers() === undefined ? { timeoutSeconds: 1 } : {}
    const fail = await validating.admit(requestFor(podOf()), around('Validating', [hook('a.io', more)]))
    expect(fail.refusal).toMatchObject({ code: 500, reason: 'InternalError' })
    expect(fail.refusal?.message).toMatch(/^Internal error occurred: failed calling webhook "a\.io": /)
    expect(fail.refusal?.message).toMatch(reason)
    const ignored = hook('a.io', { ...more, failurePolicy: 'Ignore' })
    const open = await validating.admit(requestFor(podOf()), around('Validating', [ignored]))
    expect(open.refusal).toBeUndefined()
    expect(open.auditAnnotations).toEqual({
      'failed-open.validating.webhook.admission.k8s.io/round_0_index_0': 'a.io',
    })
  })

  test('shows a certificate of another authority', async () => {
    await answering(() => ({ allowed: true }))
    const other = Buffer.from(makeCertificates().ca).toString('base64')
    const strange = hook('a.io', { clientConfig: { url: `${origin}/x`, caBundle: other } })
    const { refusal } = await validating.admit(requestFor(podOf()), around('Validating', [strange]))
    expect(refusal?.code).toBe(500)
    expect(calls).toEqual([])
  })

  test('has side effects in a dry run', async () => {
    await answering(() => ({ allowed: true }))
    const request = requestFor(podOf(), { dryRun: true })
    const hooks = [hook('a.io', { sideEffects: 'Some' })]
    const { refusal } = await validating.admit(request, around('Validating', hooks))
    expect(refusal).toMatchObject({ code: 400, message: 'admission webhook "a.io" does not support dry run' })
    expect(calls).toEqual([])
  })
})

describe('which requests a webhook is called for', () => {
  const rule = (more: object) => ({ rules: [{ ...RULE, ...more }] })
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', namespace: 'shop' } }
  test.each([
    ['its operation', rule({ operations: ['CREATE'] }), {}, true],
    ['another operation', rule({ operations: ['DELETE'] }), {}, false],
    ['its group', rule({ apiGroups: [''] }), {}, true],
    ['another group', rule({ apiGroups: ['apps'] }), {}, false],
    ['its resource', rule({ resources: ['pods'] }), {}, true],
    ['a subresource that is not meant', rule({ resources: ['pods', '*'] }), { subresource: 'exec' }, false],
    [
      'any subresource',
      rule({ resources: ['pods/*'] }),
      { subresource: 'exec', operation: 'CONNECT' as const },
      true,
    ],
    ['no subresource by pods/*', rule({ resources: ['pods/status'] }), {}, false],
    ['its scope', rule({ scope: 'Namespaced' }), {}, true],
    ['another scope', rule({ scope: 'Cluster' }), {}, false],
    ['labels of the namespace', { namespaceSelector: { matchLabels: { team: 'a' } } }, {}, true],
    ['other labels of the namespace', { namespaceSelector: { matchLabels: { team: 'b' } } }, {}, false],
    [
      'labels of the old object',
      { objectSelector: { matchLabels: { a: 'b' } } },
      { operation: 'UPDATE' as const, oldObject: podOf({}, { labels: { a: 'b' } }) },
      true,
    ],
    ['labels of no object', { objectSelector: { matchLabels: { a: 'b' } } }, {}, false],
    [
      'conditions that hold',
      { matchConditions: [{ name: 'c', expression: 'request.userInfo.username == "jane"' }] },
      {},
      true,
    ],
    [
      'conditions that do not',
      {
        matchConditions: [
          { name: 'c', expression: 'object.spec.hostNetwork == true' },
          { name: 'd', expression: 'false' },
        ],
      },
      {},
      false,
    ],
  ])('%s', async (_, more, request, isCalled) => {
    await answering(() => ({ allowed: true }))
    const { refusal } = await validating.admit(
      requestFor(podOf(), request),
      around('Validating', [hook('a.io', more)]),
    )
    expect(refusal).toBeUndefined()
    expect(calls.length > 0).toBe(isCalled)
  })

  test('another version of its type, which it is sent in its own', async () => {
    await answering(() => ({ allowed: true }))
    const of = {
      rules: [{ ...RULE, apiGroups: ['extensions'], apiVersions: ['v1beta1'], resources: ['deployments'] }],
    }
    const surroundings = around('Validating', [
      hook('equivalent.io', of),
      hook('exact.io', { ...of, matchPolicy: 'Exact' }),
    ])
    await validating.admit(requestFor(deployment), surroundings)
    expect(calls.map(({ path }) => path)).toEqual(['/equivalent.io?timeout=30s'])
    const { kind, requestKind, object } = calls[0]?.review.request ?? {}
    expect(kind).toEqual({ group: 'extensions', version: 'v1beta1', kind: 'Deployment' })
    expect(requestKind).toEqual({ group: 'apps', version: 'v1', kind: 'Deployment' })
    expect(object?.apiVersion).toBe('extensions/v1beta1')
  })

  test.each([
    'ValidatingWebhookConfiguration',
    'MutatingWebhookConfiguration',
    'ValidatingAdmissionPolicy',
    'MutatingAdmissionPolicyBinding',
  ])('never those about a %s', async (name) => {
    await answering(() => ({ allowed: false }))
    const kind = { group: 'admissionregistration.k8s.io', version: 'v1', kind: name }
    const { refusal } = await validating.admit(
      requestFor(podOf(), { kind }),
      around('Validating', [hook('a.io')]),
    )
    expect(refusal).toBeUndefined()
  })

  test('refuses where a condition errs under Fail, passes under Ignore', async () => {
    await answering(() => ({ allowed: true }))
    const matchConditions = [{ name: 'c', expression: 'object.spec.none == 1' }]
    const fail = await validating.admit(
      requestFor(podOf()),
      around('Validating', [hook('a.io', { matchConditions })]),
    )
    expect(fail.refusal).toMatchObject({ code: 403 })
    const ignored = hook('a.io', { matchConditions, failurePolicy: 'Ignore' })
    expect(
      (await validating.admit(requestFor(podOf()), around('Validating', [ignored]))).refusal,
    ).toBeUndefined()
    expect(calls).toEqual([])
  })

  test('asks the authorizer where a condition does', async () => {
    await answering(() => ({ allowed: false }))
    const expression = "!authorizer.group('').resource('pods').check('breakglass').allowed()"
    const matchConditions = [{ name: 'c', expression }]
    const authorize: AdmissionSurroundings['authorize'] = async ({ verb, user }) => ({
      verdict: verb === 'breakglass' && user.name === 'jane' ? 'allow' : 'no-opinion',
      reason: { id: 'test.reason', data: {} },
    })
    const surroundings = around('Validating', [hook('a.io', { matchConditions })], { authorize })
    expect((await validating.admit(requestFor(podOf()), surroundings)).refusal).toBeUndefined()
    const other = requestFor(podOf(), { user: { name: 'joe', groups: [] } })
    expect((await validating.admit(other, surroundings)).refusal).toBeDefined()
  })
})

describe('mutating webhooks', () => {
  test('see what those before made, and leave their marks in the audit log', async () => {
    await answering(({ path }) => (path.startsWith('/a') ? patch(label('a')) : { allowed: true }))
    const { object, auditAnnotations } = await mutating.admit(
      requestFor(podOf()),
      around('Mutating', [hook('a.io'), hook('b.io')]),
    )
    expect(object?.metadata?.labels).toEqual({ a: 'x' })
    expect(calls[1]?.review.request.object?.metadata?.labels).toEqual({ a: 'x' })
    const of = (webhook: string, more: object) =>
      JSON.stringify({ configuration: 'config', webhook, ...more })
    expect(auditAnnotations).toEqual({
      'patch.webhook.admission.k8s.io/round_0_index_0': of('a.io', {
        patch: [label('a')],
        patchType: 'JSONPatch',
      }),
      'mutation.webhook.admission.k8s.io/round_0_index_0': of('a.io', { mutated: true }),
      'mutation.webhook.admission.k8s.io/round_0_index_1': of('b.io', { mutated: false }),
    })
  })

  test('are called again where the object was changed after them, if they ask for it', async () => {
    await answering(({ path }) => (path.startsWith('/c') ? patch(label('c')) : { allowed: true }))
    const hooks = [hook('a.io', { reinvocationPolicy: 'IfNeeded' }), hook('b.io'), hook('c.io')]
    await mutating.admit(requestFor(podOf()), around('Mutating', hooks))
    expect(calls.map(({ path }) => path.slice(1, 5))).toEqual(['a.io', 'b.io', 'c.io', 'a.io'])
  })

  test('are called again where another stage changed the object in the second pass', async () => {
    await answering(() => patch(label('webhook')))
    const late: AdmissionStage = {
      name: 'late',
      mutate: ({ object }, _, { isReinvocation }) =>
        isReinvocation && object ? { object: { ...object, spec: { changed: true } } } : {},
    }
    const chain = createAdmissionChain([late, createMutatingWebhooks(counted)])
    await chain.admit(
      requestFor(podOf()),
      around('Mutating', [hook('a.io', { reinvocationPolicy: 'IfNeeded' })]),
    )
    expect(calls).toHaveLength(2)
  })

  test.each([
    [
      'a patch that does not fit',
      () => patch({ op: 'remove', path: '/spec/none' }),
      /there is no field none/,
    ],
    [
      'a patch without a type',
      () => ({ allowed: true, patch: 'W10=' }),
      /webhook returned response\.patch but not response\.patchType/,
    ],
    [
      'another type of patch',
      () => ({ ...patch(), patchType: 'MergePatch' }),
      /unsupported patch type "MergePatch"/,
    ],
    ['a patch that leaves no object', () => patch({ op: 'replace', path: '', value: 1 }), /left no object/],
  ])('are refused %s', async (_, answers, message) => {
    await answering(answers)
    const { refusal } = await mutating.admit(requestFor(podOf()), around('Mutating', [hook('a.io')]))
    expect(refusal?.code).toBe(500)
    expect(refusal?.message).toMatch(message)
  })

  test('change nothing where there is nothing to change', async () => {
    await answering(() => patch(label('a')))
    const { object: _, ...request } = requestFor(podOf(), { operation: 'DELETE', oldObject: podOf() })
    const { refusal } = await mutating.admit(request, around('Mutating', [hook('a.io')]))
    expect(refusal?.message).toBe(
      'Internal error occurred: admission webhook "a.io" attempted to modify the object, which is not supported for this operation',
    )
  })
})

test('calls are counted as the API server counts them', async () => {
  registry.resetMetrics()
  await answering(({ path }) => {
    if (path.startsWith('/broken')) return 500
    return path.startsWith('/denies') ? { allowed: false, status: { code: 402 } } : { allowed: true }
  })
  const ask = (chain: typeof validating, kind: 'Mutating' | 'Validating', ...hooks: Answer[]) =>
    chain.admit(requestFor(podOf()), around(kind, hooks))
  await ask(validating, 'Validating', hook('allows'), hook('broken-open', { failurePolicy: 'Ignore' }))
  await ask(validating, 'Validating', hook('denies'))
  await ask(mutating, 'Mutating', hook('broken'))
  const lines = (await registry.metrics()).split('\n')
  const of = (name: string) =>
    lines.filter((line) => line.startsWith(`apiserver_admission_webhook_${name}`)).sort()
  expect(of('request_total')).toEqual([
    'apiserver_admission_webhook_request_total{name="allows",type="validating",operation="CREATE",code="200",rejected="false"} 1',
    'apiserver_admission_webhook_request_total{name="broken",type="admit",operation="CREATE",code="503",rejected="true"} 1',
    'apiserver_admission_webhook_request_total{name="broken-open",type="validating",operation="CREATE",code="503",rejected="false"} 1',
    'apiserver_admission_webhook_request_total{name="denies",type="validating",operation="CREATE",code="402",rejected="true"} 1',
  ])
  expect(of('rejection_count')).toEqual([
    'apiserver_admission_webhook_rejection_count{name="broken",type="admit",operation="CREATE",error_type="calling_webhook_error",rejection_code="503"} 1',
    'apiserver_admission_webhook_rejection_count{name="denies",type="validating",operation="CREATE",error_type="no_error",rejection_code="402"} 1',
  ])
  expect(of('fail_open_count')).toEqual([
    'apiserver_admission_webhook_fail_open_count{name="broken-open",type="validating"} 1',
  ])
  expect(of('admission_duration_seconds_count{name="denies"')).toEqual([
    'apiserver_admission_webhook_admission_duration_seconds_count{name="denies",operation="CREATE",rejected="true",type="validating"} 1',
  ])
})

test('matchConditions are counted as the API server counts them', async () => {
  registry.resetMetrics()
  await answering(() => ({ allowed: true }))
  const when = (...expressions: string[]) => ({
    matchConditions: expressions.map((expression, index) => ({ name: `c${index}`, expression })),
  })
  const ask = (chain: typeof validating, kind: 'Mutating' | 'Validating', ...hooks: Answer[]) =>
    chain.admit(requestFor(podOf()), around(kind, hooks))
  await ask(validating, 'Validating', hook('met', when('true')), hook('none'))
  await ask(validating, 'Validating', hook('unmet', when('object.x == 1', 'false', 'object.y == 1')))
  await ask(mutating, 'Mutating', hook('erring', when('object.x == 1', 'object.y == 1')))
  await ask(mutating, 'Mutating', hook('open', { ...when('object.x == 1'), failurePolicy: 'Ignore' }))
  const lines = (await registry.metrics()).split('\n')
  const of = (name: string) =>
    lines.filter((line) => line.startsWith(`apiserver_admission_match_condition_${name}`)).sort()
  const labels = (name: string, type: string, count: number) =>
    `{name="${name}",kind="webhook",type="${type}",operation="CREATE"} ${count}`
  expect(of('evaluation_errors_total')).toEqual([
    `apiserver_admission_match_condition_evaluation_errors_total${labels('erring', 'admit', 2)}`,
    `apiserver_admission_match_condition_evaluation_errors_total${labels('open', 'admit', 1)}`,
    `apiserver_admission_match_condition_evaluation_errors_total${labels('unmet', 'validating', 1)}`,
  ])
  expect(of('exclusions_total')).toEqual([
    `apiserver_admission_match_condition_exclusions_total${labels('open', 'admit', 1)}`,
    `apiserver_admission_match_condition_exclusions_total${labels('unmet', 'validating', 1)}`,
  ])
  expect(of('evaluation_seconds_count')).toHaveLength(4)
})
