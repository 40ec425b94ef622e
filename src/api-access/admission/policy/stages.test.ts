import { describe, expect, test } from 'vitest'
import {
  fixedObjects,
  type GroupResource,
  type KubernetesObject,
  type ObjectView,
  type ResourceType,
} from '../../../kubernetes/index.ts'
import type { RequestAttributes } from '../../request/index.ts'
import { createAdmissionChain } from '../chain/admit.ts'
import { namespaceOf, podOf, requestFor } from '../request.fixture.ts'
import type { AdmissionSurroundings } from '../stage.ts'
import { mutatingBinding, mutatingPolicy, validatingBinding, validatingPolicy } from './policy.fixture.ts'
import { authorizerReason } from './reason-text.ts'
import { createMutatingAdmissionPolicy, createValidatingAdmissionPolicy } from './stages.ts'

const chain = createAdmissionChain([
  createMutatingAdmissionPolicy(authorizerReason),
  createValidatingAdmissionPolicy(authorizerReason),
])

function surroundingsOf(
  objects: readonly KubernetesObject[],
  more: Partial<AdmissionSurroundings> = {},
): AdmissionSurroundings {
  return {
    objects: fixedObjects([namespaceOf('shop'), ...objects]),
    authorize: async () => ({ verdict: 'no-opinion', reason: { id: 'test.none', data: {} } }),
    now: () => 0,
    ...more,
  }
}

const append = (name: string, more: Readonly<Record<string, unknown>> = {}) =>
  mutatingPolicy(
    name,
    [
      `Object{metadata: Object.metadata{labels: {'seen': object.metadata.?labels.seen.orValue('') + '${name}'}}}`,
    ],
    more,
  )

test('what policies made of an object is validated, after those that want it were called again', async () => {
  const objects = [
    append('a', { reinvocationPolicy: 'IfNeeded' }),
    mutatingBinding('a'),
    append('b'),
    mutatingBinding('b'),
    validatingPolicy('v', { validations: [{ expression: "object.metadata.labels.seen == 'aba'" }] }),
    validatingBinding('v'),
  ]
  const result = await chain.admit(requestFor(podOf()), surroundingsOf(objects))
  expect(result).toMatchObject({ object: { metadata: { labels: { seen: 'aba' } } }, warnings: [] })
  expect(result.refusal).toBeUndefined()
})

test('authorizer is asked once for each question, however late it answers', async () => {
  const asked: RequestAttributes[] = []
  const authorize: AdmissionSurroundings['authorize'] = async (attributes) => {
    asked.push(attributes)
    await new Promise((resolve) => setImmediate(resolve))
    return {
      verdict: attributes.verb === 'get' ? 'allow' : 'no-opinion',
      reason: { id: 'test.none', data: {} },
    }
  }
  const check = (verb: string) => `authorizer.requestResource.check('${verb}').allowed()`
  const objects = [
    validatingPolicy('v', {
      variables: [{ name: 'may', expression: check('get') }],
      validations: [{ expression: `variables.may && !${check('delete')}` }, { expression: check('get') }],
    }),
    validatingBinding('v'),
  ]
  const { refusal } = await chain.admit(requestFor(podOf()), surroundingsOf(objects, { authorize }))
  expect([refusal, asked.map(({ verb, resource, name }) => [verb, resource, name])]).toEqual([
    undefined,
    [
      ['get', 'pods', 'web'],
      ['delete', 'pods', 'web'],
    ],
  ])
})

test('an authorizer that fails is an error, never a permission', async () => {
  const authorize = async () => {
    throw new Error('no answer')
  }
  const check = "authorizer.requestResource.check('get')"
  const objects = [
    validatingPolicy('v', {
      validations: [{ expression: `!${check}.allowed() && ${check}.error() == 'no answer'` }],
    }),
    validatingBinding('v'),
  ]
  expect(
    (await chain.admit(requestFor(podOf()), surroundingsOf(objects, { authorize }))).refusal,
  ).toBeUndefined()
})

describe('parameters of a kind that comes with no version of Kubernetes', () => {
  const paramKind = { apiVersion: 'rules.example.com/v1', kind: 'ReplicaLimit' }
  const limit = (maxReplicas: number): KubernetesObject => ({
    ...paramKind,
    metadata: { name: 'limit', namespace: 'shop', labels: { tier: 'front' } },
    maxReplicas,
  })
  /** The definition calls its resource otherwise than anybody would guess. */
  const type: ResourceType = { group: 'rules.example.com', resource: 'ceilings', namespaced: true }
  const policy = validatingPolicy('v', {
    paramKind,
    validations: [
      { expression: 'params.maxReplicas > 3', messageExpression: "'at most ' + string(params.maxReplicas)" },
    ],
  })

  async function refused(
    paramRef: object,
    paramType: AdmissionSurroundings['paramType'],
    isComplete = true,
  ): Promise<string | undefined> {
    const surroundings = surroundingsOf([policy, validatingBinding('v', { paramRef })])
    const isOurs = ({ resource }: GroupResource) => resource === 'ceilings'
    const objects: ObjectView = {
      ...surroundings.objects,
      isComplete: (asked) => !isOurs(asked) || isComplete,
      get: (asked, ...key) =>
        isOurs(asked) && key[1] === 'limit' ? limit(3) : surroundings.objects.get(asked, ...key),
      list: (asked, ...key) => (isOurs(asked) ? [limit(3)] : surroundings.objects.list(asked, ...key)),
    }
    const request = requestFor(podOf())
    return (await chain.admit(request, { ...surroundings, objects, ...(paramType && { paramType }) })).refusal
      ?.message
  }

  test.each([{ name: 'limit' }, { selector: { matchLabels: { tier: 'front' } } }])(
    'are found where the cluster serves them: %j',
    async (paramRef) => {
      const asked: unknown[] = []
      const message = await refused(paramRef, async (kind) => {
        asked.push(kind)
        return type
      })
      expect([asked, message]).toEqual([[paramKind], expect.stringContaining('denied request: at most 3')])
    },
  )

  test('that are not there are as the binding says', async () => {
    const served = async () => type
    expect(await refused({ name: 'other', parameterNotFoundAction: 'Deny' }, served)).toContain(
      'no params found',
    )
    expect(await refused({ name: 'other', parameterNotFoundAction: 'Allow' }, served)).toBeUndefined()
  })

  test('that are not read yet, or of a kind that is not served, fail the policy', async () => {
    expect(await refused({ name: 'limit' }, async () => type, false)).toContain(
      'not yet synced to use for admission',
    )
    const missing =
      "failed to find resource referenced by paramKind: 'rules.example.com/v1, Kind=ReplicaLimit'"
    expect(await refused({ name: 'limit' }, async () => undefined)).toContain(missing)
    expect(await refused({ name: 'limit' }, () => Promise.reject(new Error('no answer')))).toContain(missing)
  })
})

test('what an expression asks of a selection is asked of authorizers too', async () => {
  const asked: RequestAttributes[] = []
  const authorize = async (attributes: RequestAttributes) => {
    asked.push(attributes)
    return { verdict: 'allow', reason: { id: 'test.yes', data: {} } } as const
  }
  const question =
    "authorizer.group('').resource('pods').fieldSelector('spec.nodeName=a').labelSelector('!b').check('list').allowed()"
  const objects = [validatingPolicy('v', { validations: [{ expression: question }] }), validatingBinding('v')]
  const { refusal } = await chain.admit(requestFor(podOf()), surroundingsOf(objects, { authorize }))
  expect(refusal).toBeUndefined()
  expect(asked).toMatchObject([
    {
      verb: 'list',
      fieldSelector: [{ key: 'spec.nodeName', operator: 'In', values: ['a'] }],
      labelSelector: [{ key: 'b', operator: 'DoesNotExist', values: [] }],
    },
  ])
})
