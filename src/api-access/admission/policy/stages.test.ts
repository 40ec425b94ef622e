import { expect, test } from 'vitest'
import { fixedObjects, type KubernetesObject } from '../../../kubernetes/index.ts'
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

test('a named parameter that the view does not watch is asked for; what is selected must be watched', async () => {
  const policy = validatingPolicy('v', {
    paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
    validations: [{ expression: "params.data.allowed == 'yes'" }],
  })
  const answered = async (paramRef: object): Promise<string | undefined> => {
    const surroundings = surroundingsOf([policy, validatingBinding('v', { paramRef })])
    const watched = {
      ...surroundings.objects,
      isComplete: ({ resource }: { resource: string }) => resource !== 'configmaps',
    }
    const lookUp = async (_: unknown, namespace: string, name: string) =>
      name === 'limit'
        ? { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { allowed: 'no' } }
        : undefined
    return (await chain.admit(requestFor(podOf()), { ...surroundings, objects: watched, lookUp })).refusal
      ?.message
  }
  expect(await answered({ name: 'limit' })).toContain("failed expression: params.data.allowed == 'yes'")
  expect(await answered({ name: 'other', parameterNotFoundAction: 'Deny' })).toContain('no params found')
  expect(await answered({ selector: {} })).toContain('not yet synced to use for admission')
})
