import { describe, expect, test } from 'vitest'
import { podOf, requestFor } from '../request.fixture.ts'
import type { AdmissionSurroundings } from '../stage.ts'
import { answering, around, calls, hook, RULE, useWebhookServer, validating } from './webhooks.fixture.ts'

useWebhookServer()

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
