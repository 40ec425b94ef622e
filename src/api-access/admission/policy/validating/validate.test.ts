import { describe, expect, test } from 'vitest'
import type { AccessAnswer, Ask } from '../../../../cel/index.ts'
import { fixedObjects, type KubernetesObject } from '../../../../kubernetes/index.ts'
import { namespaceOf, podOf, requestFor } from '../../request.fixture.ts'
import type { AdmissionRequest, StageOutcome } from '../../stage.ts'
import { validatingBinding, validatingPolicy } from '../policy.fixture.ts'
import { validateByPolicies } from './validate.ts'
import { compileValidatingPolicies } from './validating-policy.ts'

const NOBODY: Ask = () => ({ allowed: false, reason: '' })

function validate(
  spec: Readonly<Record<string, unknown>>,
  {
    binding = {},
    request = requestFor(podOf()),
    params = [],
    namespace = namespaceOf('shop', { team: 'shop' }),
    ask = NOBODY,
  }: {
    binding?: Readonly<Record<string, unknown>>
    request?: AdmissionRequest
    params?: readonly KubernetesObject[]
    namespace?: KubernetesObject
    ask?: Ask
  } = {},
): StageOutcome {
  const hooks = compileValidatingPolicies([validatingPolicy('p', spec)], [validatingBinding('p', binding)])
  return validateByPolicies(hooks, request, { objects: fixedObjects(params), namespace }, ask)
}

const DENIED = `pods "web" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p-binding' denied request: `
const refused = (expression: string, more: object = {}) => ({ validations: [{ expression, ...more }] })

describe('what a denial says', () => {
  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      'the expression',
      refused("object.metadata.name == 'x'"),
      "failed expression: object.metadata.name == 'x'",
    ],
    ['the message', refused('false', { message: '  not this one ' }), 'not this one'],
    [
      'the messageExpression before the message',
      refused('false', { message: 'm', messageExpression: "'name ' + object.metadata.name" }),
      'name web',
    ],
    [
      'the message where the messageExpression errs',
      refused('false', { message: 'm', messageExpression: 'object.x' }),
      'm',
    ],
    ['… is of several lines', refused('false', { message: 'm', messageExpression: "'a\\nb'" }), 'm'],
    ['… is blank', refused('false', { message: 'm', messageExpression: "'  '" }), 'm'],
    [
      '… asks the authorizer, which it may not',
      refused('false', { message: 'm', messageExpression: "authorizer.path('/x').check('get').reason()" }),
      'm',
    ],
    [
      'an error',
      refused('object.spec.x == 1'),
      "expression 'object.spec.x == 1' resulted in error: no such key: x",
    ],
    [
      'what cannot be compiled',
      refused('object.'),
      expect.stringContaining('compilation error: compilation failed: ERROR: <input>:1:'),
    ],
    ['what gives no bool', refused('object.spec.x'), 'compilation error: must evaluate to bool but got dyn'],
    [
      'the first that fails',
      { validations: [{ expression: 'true' }, { expression: '1 > 2' }, { expression: 'false' }] },
      'failed expression: 1 > 2',
    ],
    [
      'a variable that errs',
      {
        variables: [{ name: 'v', expression: 'object.spec.x' }],
        validations: [{ expression: 'variables.v == 1' }],
      },
      `expression 'variables.v == 1' resulted in error: composited variable "v" fails to evaluate: no such key: x`,
    ],
    [
      'matchConditions that err',
      {
        matchConditions: [
          { name: 'c', expression: 'object.spec.x == 1' },
          { name: 'd', expression: 'object.spec.y == 1' },
        ],
        validations: [{ expression: 'true' }],
      },
      "[expression 'object.spec.x == 1' resulted in error: no such key: x, expression 'object.spec.y == 1' resulted in error: no such key: y]",
    ],
    [
      'a budget that is used up',
      {
        variables: Array.from({ length: 12 }, (_, n) => ({
          name: `v${n}`,
          expression:
            '[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, [1,2,3,4,5,6,7,8,9].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, [1,2].all(f, f > 0))))))',
        })),
        validations: [{ expression: Array.from({ length: 12 }, (_, n) => `variables.v${n}`).join(' && ') }],
      },
      'validation failed due to running out of cost budget, no further validation rules will be run',
    ],
  ])('%s', (_, spec, message) => {
    const { refusal } = validate(spec)
    const text = refusal?.message ?? ''
    expect(text.slice(0, DENIED.length)).toBe(DENIED)
    expect(text.slice(DENIED.length)).toEqual(message)
  })

  test.each([
    [undefined, 422, 'Invalid'],
    ['Forbidden', 403, 'Forbidden'],
    ['Unauthorized', 401, 'Unauthorized'],
    ['RequestEntityTooLarge', 413, 'RequestEntityTooLarge'],
  ])('reason %s is status %d', (reason, code, answered) => {
    expect(validate(refused('false', { reason })).refusal).toMatchObject({ code, reason: answered })
  })
})

describe('failurePolicy Ignore lets errors pass, not denials', () => {
  const ignoring = (spec: object) => validate({ failurePolicy: 'Ignore', ...spec }).refusal === undefined
  test.each([
    [true, refused('object.spec.x == 1')],
    [true, refused('object.')],
    [true, { matchConditions: [{ name: 'c', expression: 'object.spec.x == 1' }], ...refused('false') }],
    [true, { auditAnnotations: [{ key: 'k', valueExpression: 'object.spec.x + "a"' }] }],
    [false, refused('false')],
  ])('passes: %s %j', (passes, spec) => {
    expect(ignoring(spec)).toBe(passes)
  })
})

describe('which requests it is for', () => {
  const rule = (more: object) => ({
    resourceRules: [
      { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], ...more },
    ],
  })
  const isLookedAt = (matchConstraints: object, request?: AdmissionRequest) =>
    validate({ matchConstraints, ...refused('false') }, request === undefined ? {} : { request }).refusal !==
    undefined

  test.each<[boolean, string, object]>([
    [true, 'the rule', rule({})],
    [false, 'another operation', rule({ operations: ['UPDATE'] })],
    [false, 'another group', rule({ apiGroups: ['apps'] })],
    [false, 'a subresource', rule({ resources: ['pods/exec'] })],
    [true, 'every resource', rule({ resources: ['*'] })],
    [false, 'cluster-scoped only', rule({ scope: 'Cluster' })],
    [true, 'namespaced only', rule({ scope: 'Namespaced' })],
    [false, 'another name', rule({ resourceNames: ['db'] })],
    [false, 'another version, exactly', { matchPolicy: 'Exact', ...rule({ apiVersions: ['v2'] }) }],
    [true, 'another version, equivalently', rule({ apiVersions: ['v2'] })],
    [false, 'an excluded rule', { ...rule({}), excludeResourceRules: rule({}).resourceRules }],
    [true, "the namespace's labels", { ...rule({}), namespaceSelector: { matchLabels: { team: 'shop' } } }],
    [
      false,
      'other labels of the namespace',
      { ...rule({}), namespaceSelector: { matchLabels: { team: 'db' } } },
    ],
    [
      false,
      'labels of the object',
      { ...rule({}), objectSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } },
    ],
  ])('%s: %s', (expected, _, constraints) => {
    expect(isLookedAt(constraints)).toBe(expected)
  })

  test('a binding narrows it further', () => {
    const matchResources = { namespaceSelector: { matchLabels: { team: 'db' } } }
    expect(validate(refused('false'), { binding: { matchResources } })).toMatchObject({ warnings: [] })
    expect(validate(refused('false'), { binding: { matchResources } }).refusal).toBeUndefined()
  })

  test('matchConditions: one that is false decides, whatever others are', () => {
    const conditions = ['object.spec.x == 1', "request.operation == 'UPDATE'"]
    const matchConditions = conditions.map((expression, index) => ({ name: `c${index}`, expression }))
    expect(validate({ matchConditions, ...refused('false') }).refusal).toBeUndefined()
  })

  test('policies themselves are never looked at', () => {
    const request = requestFor(podOf(), {
      resource: {
        group: 'admissionregistration.k8s.io',
        version: 'v1',
        resource: 'validatingadmissionpolicies',
      },
    })
    expect(validate(refused('false'), { request }).refusal).toBeUndefined()
  })
})

describe('params', () => {
  const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' }
  const limit = (name: string, namespace: string, labels = {}): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels },
    data: { image: `${name}:1` },
  })
  const spec = { paramKind, ...refused('object.spec.containers.all(c, c.image == params.data.image)') }
  const messageOf = (paramRef: object, params: readonly KubernetesObject[], more: object = {}) =>
    validate({ ...spec, ...more }, { binding: { paramRef }, params }).refusal?.message.slice(DENIED.length)

  test.each<[string, object, readonly KubernetesObject[], string | undefined]>([
    ['by name, in the namespace of the request', { name: 'web' }, [limit('web', 'shop')], undefined],
    ['of another namespace there is none', { name: 'web' }, [limit('web', 'db')], undefined],
    [
      '… which may be denied',
      { name: 'web', parameterNotFoundAction: 'Deny' },
      [limit('web', 'db')],
      'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction',
    ],
    ['in a given namespace', { name: 'web', namespace: 'db' }, [limit('web', 'db')], undefined],
    [
      'each that is selected',
      { selector: { matchLabels: { use: 'y' } } },
      [limit('web', 'shop', { use: 'y' }), limit('other', 'shop', { use: 'y' }), limit('third', 'shop')],
      'failed expression: object.spec.containers.all(c, c.image == params.data.image)',
    ],
    [
      'neither name nor selector',
      {},
      [],
      'failed to configure binding: one of name or selector must be provided',
    ],
  ])('%s', (_, paramRef, params, message) => {
    expect(messageOf(paramRef, params)).toBe(message)
  })

  test('a namespace makes no sense for what has none', () => {
    expect(
      messageOf({ name: 'x', namespace: 'y' }, [], { paramKind: { apiVersion: 'v1', kind: 'Node' } }),
    ).toBe(
      'failed to configure binding: paramRef.namespace must not be provided for a cluster-scoped `paramKind`',
    )
  })

  test('a binding without a reference has none', () => {
    expect(validate({ paramKind, ...refused('params == null') }).refusal).toBeUndefined()
  })
})

describe('actions', () => {
  test('Warn and Audit do not deny', () => {
    const outcome = validate(refused('false', { message: 'no' }), {
      binding: { validationActions: ['Warn', 'Audit'] },
    })
    expect(outcome).toEqual({
      warnings: ["Validation failed for ValidatingAdmissionPolicy 'p' with binding 'p-binding': no"],
      auditAnnotations: {
        'validation.policy.admission.k8s.io/validation_failure':
          '[{"message":"no","policy":"p","binding":"p-binding","expressionIndex":0,"validationActions":["Warn","Audit"]}]',
      },
    })
  })

  test.each([
    [['Deny'], true, false, false],
    [['Warn'], false, true, false],
    [['Audit'], false, false, true],
    [['Deny', 'Audit'], true, false, true],
  ])('%j', (validationActions, denies, warns, audits) => {
    const outcome = validate(refused('false', { message: 'no' }), { binding: { validationActions } })
    expect([
      outcome.refusal !== undefined,
      outcome.warnings?.length === 1,
      Object.keys(outcome.auditAnnotations ?? {}).length === 1,
    ]).toEqual([denies, warns, audits])
  })

  test('audit annotations: a text, unless it is blank or null', () => {
    const auditAnnotations = [
      { key: 'name', valueExpression: "'pod ' + object.metadata.name" },
      { key: 'none', valueExpression: 'null' },
      { key: 'blank', valueExpression: "' '" },
    ]
    expect(validate({ auditAnnotations }).auditAnnotations).toEqual({ 'p/name': 'pod web' })
  })

  test('an audit annotation that errs denies', () => {
    const auditAnnotations = [{ key: 'k', valueExpression: "object.spec.x + 'a'" }]
    expect(validate({ auditAnnotations }).refusal?.message).toBe(
      `${DENIED}expression 'object.spec.x + 'a'' resulted in error: no such key: x`,
    )
  })
})

describe('variables of a request', () => {
  const isTrue = (expression: string, more: Parameters<typeof validate>[1] = {}) =>
    expect(validate(refused(expression), more).refusal?.message).toBeUndefined()
  const updating = requestFor(podOf(), { operation: 'UPDATE', oldObject: podOf({ nodeName: 'n' }) })

  test.each([
    ["request.operation == 'CREATE' && request.kind.kind == 'Pod' && request.resource.resource == 'pods'"],
    ["request.userInfo.username == 'jane' && 'system:authenticated' in request.userInfo.groups"],
    ["request.namespace == 'shop' && !has(request.subResource) && request.dryRun == false"],
    ["namespaceObject.metadata.labels['team'] == 'shop'"],
    ['oldObject == null'],
    ["!authorizer.group('').resource('pods').namespace('shop').check('create').allowed()"],
  ])('%s', (expression) => {
    isTrue(expression)
  })

  test('oldObject', () => {
    isTrue("oldObject.spec.nodeName == 'n' && !has(object.spec.nodeName)", { request: updating })
  })

  test('authorizer asks for the requester, or for a service account', () => {
    const asked: unknown[] = []
    const ask: Ask = (question): AccessAnswer => {
      asked.push([question.user.name, question.verb, question.resource ?? question.path])
      return { allowed: true, reason: 'because' }
    }
    isTrue("authorizer.path('/metrics').check('get').allowed()", { ask })
    isTrue("authorizer.requestResource.check('delete').reason() == 'because'", { ask })
    isTrue(
      "authorizer.serviceAccount('shop', 'bot').group('apps').resource('deployments').subresource('scale').name('web').check('update').allowed()",
      { ask },
    )
    const none = { fieldSelector: '', labelSelector: '' }
    expect(asked).toEqual([
      ['jane', 'get', '/metrics'],
      [
        'jane',
        'delete',
        { group: '', resource: 'pods', subresource: '', namespace: 'shop', name: 'web', ...none },
      ],
      [
        'system:serviceaccount:shop:bot',
        'update',
        { group: 'apps', resource: 'deployments', subresource: 'scale', namespace: '', name: 'web', ...none },
      ],
    ])
  })

  test('two checks are as many as one expression can pay for', () => {
    const check = "authorizer.path('/x').check('get').allowed()"
    isTrue(`!${check} && !${check}`)
    expect(validate(refused(`!${check} && !${check} && !${check}`)).refusal?.message).toContain(
      'operation cancelled: actual cost limit exceeded',
    )
  })
})
