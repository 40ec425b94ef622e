import { describe, expect, test } from 'vitest'
import { fixedObjects, type KubernetesObject } from '../../../kubernetes/index.ts'
import { createRenderer } from '../../../messages/index.ts'
import { authorizationMessages, createAuthorizerChain } from '../chain/chain.ts'
import { createNodeAuthorizer } from '../node/index.ts'
import { createRbacAuthorizer } from '../rbac/index.ts'
import { answerReview } from './answer-review.ts'

const GROUP = 'rbac.authorization.k8s.io'
const OBJECTS: readonly KubernetesObject[] = [
  {
    apiVersion: `${GROUP}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'view' },
    rules: [
      { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['get'], nonResourceURLs: ['/healthz'] },
    ],
  },
  {
    apiVersion: `${GROUP}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'viewers', namespace: 'shop' },
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: 'view' },
    subjects: [{ apiGroup: GROUP, kind: 'Group', name: 'dev' }],
  },
]
const objects = fixedObjects(OBJECTS)
const authorizer = createAuthorizerChain([createNodeAuthorizer(objects), createRbacAuthorizer(objects)])
const REASON = 'RBAC: allowed by RoleBinding "viewers/shop" of ClusterRole "view" to Group "dev"'
const PODS = { namespace: 'shop', verb: 'get', resource: 'pods', version: 'v1' }

async function answer(kind: string, spec: object, version = 'v1', others: object = {}) {
  const group = kind === 'SelfSubjectReview' ? 'authentication.k8s.io' : 'authorization.k8s.io'
  return answerReview(
    { apiVersion: `${group}/${version}`, kind, spec, ...others },
    {
      authorizer,
      user: { name: 'jane', groups: ['dev'], uid: '7', extra: { team: ['a'] } },
      namespace: 'shop',
      render: createRenderer(authorizationMessages, 'en'),
    },
  )
}

describe('SubjectAccessReview', () => {
  test.each([
    ['v1', 'groups'],
    ['v1beta1', 'group'],
  ])('in %s names the groups %s', async (version, groups) => {
    const spec = { resourceAttributes: PODS, user: 'joe', [groups]: ['dev'] }
    expect(await answer('SubjectAccessReview', spec, version)).toEqual({
      status: 201,
      body: {
        apiVersion: `authorization.k8s.io/${version}`,
        kind: 'SubjectAccessReview',
        metadata: {},
        spec,
        status: { allowed: true, reason: REASON },
      },
    })
  })

  test('what no one allows', async () => {
    const spec = { nonResourceAttributes: { path: '/metrics', verb: 'get' }, user: 'joe' }
    expect(await answer('SubjectAccessReview', spec)).toMatchObject({ body: { status: { allowed: false } } })
  })

  test('field selectors count, as text and as requirements', async () => {
    const node = { user: 'system:node:a', groups: ['system:nodes'] }
    const list = { verb: 'list', resource: 'pods', version: 'v1' }
    const allowed = async (fieldSelector: object) => {
      const spec = { ...node, resourceAttributes: { ...list, fieldSelector } }
      const said = await answer('SubjectAccessReview', spec)
      return 'body' in said && (said.body['status'] as { readonly allowed: boolean }).allowed
    }
    expect(await allowed({ rawSelector: 'spec.nodeName=a' })).toBe(true)
    expect(await allowed({ rawSelector: 'spec.nodeName=b' })).toBe(false)
    expect(await allowed({ rawSelector: 'not a selector' })).toBe(false)
    const requirement = { key: 'spec.nodeName', operator: 'In', values: ['a'] }
    expect(await allowed({ requirements: [requirement] })).toBe(true)
  })

  test.each([
    [
      { user: 'a' },
      'spec.resourceAttributes: Invalid value: "null": exactly one of nonResourceAttributes or',
    ],
    [
      { resourceAttributes: PODS },
      'spec.user: Invalid value: "": at least one of user or group must be specified',
    ],
    [
      { user: 'a', resourceAttributes: PODS, nonResourceAttributes: { path: '/', verb: 'get' } },
      'spec.nonResourceAttributes: Invalid value: authorization.NonResourceAttributes{Path:"/", Verb:"get"}: cannot be',
    ],
    [
      { user: 'a', resourceAttributes: { ...PODS, labelSelector: {} } },
      'spec.resourceAttributes.labelSelector.requirements: Required value: when labelSelector is specified',
    ],
  ])('%j is invalid: %s', async (spec, message) => {
    const said = await answer('SubjectAccessReview', spec)
    expect(said).toMatchObject({ status: 422, reason: 'Invalid' })
    expect('message' in said && said.message).toContain(
      `SubjectAccessReview.authorization.k8s.io "" is invalid: ${message}`,
    )
  })
})

test('LocalSubjectAccessReview stays in its namespace', async () => {
  const spec = { resourceAttributes: PODS, user: 'joe', groups: ['dev'] }
  expect(await answer('LocalSubjectAccessReview', spec)).toMatchObject({
    status: 201,
    body: { status: { allowed: true, reason: REASON } },
  })
  const other = { ...spec, resourceAttributes: { ...PODS, namespace: 'bank' } }
  expect(await answer('LocalSubjectAccessReview', other)).toMatchObject({
    status: 422,
    message: expect.stringContaining('must match metadata.namespace'),
  })
  const metadata = { namespace: 'bank' }
  expect(await answer('LocalSubjectAccessReview', other, 'v1', { metadata })).toMatchObject({
    status: 400,
    message: 'spec.resourceAttributes.namespace must match namespace: shop',
  })
})

test('SelfSubjectAccessReview is about who asks, whatever it says', async () => {
  const spec = { resourceAttributes: PODS, user: 'root', groups: ['system:masters'] }
  const deleting = { ...spec, resourceAttributes: { ...PODS, verb: 'delete' } }
  expect(await answer('SelfSubjectAccessReview', spec)).toMatchObject({ body: { status: { allowed: true } } })
  expect(await answer('SelfSubjectAccessReview', deleting)).toMatchObject({
    body: { status: { allowed: false } },
  })
})

test('SelfSubjectRulesReview lists what one may', async () => {
  expect(await answer('SelfSubjectRulesReview', { namespace: 'shop' })).toEqual({
    status: 201,
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      metadata: {},
      spec: {},
      status: {
        resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
        nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }],
        incomplete: false,
      },
    },
  })
  expect(await answer('SelfSubjectRulesReview', {})).toMatchObject({
    status: 400,
    message: 'no namespace on request',
  })
})

test.each(['v1', 'v1beta1', 'v1alpha1'])('SelfSubjectReview of %s tells who asks', async (version) => {
  expect(await answer('SelfSubjectReview', {}, version)).toMatchObject({
    status: 201,
    body: {
      status: { userInfo: { username: 'jane', uid: '7', groups: ['dev'], extra: { team: ['a'] } } },
    },
  })
})

test.each([
  ['Pod', {}],
  ['SubjectAccessReview', { user: 1 }],
])('a body that is no review: %s %j', async (kind, spec) => {
  expect(await answer(kind, spec)).toMatchObject({ status: 400, reason: 'BadRequest' })
})
