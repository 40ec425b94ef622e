import { expect, test } from 'vitest'
import { fixedObjects, type KubernetesObject } from '../../../kubernetes/index.ts'
import { createRenderer } from '../../../messages/index.ts'
import { createRbacAuthorizer } from './authorizer.ts'
import { escalationMessages, type RbacWrite, refusalOfWrite } from './escalation.ts'
import { RBAC_GROUP, type RbacKind } from './objects.ts'

const render = createRenderer([escalationMessages], 'en')
const apiVersion = `${RBAC_GROUP}/v1`

function object(kind: RbacKind, name: string, fields: object, namespace?: string): KubernetesObject {
  return { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) }, ...fields }
}

function bound(kind: 'RoleBinding' | 'ClusterRoleBinding', name: string, role: string, user: string) {
  const roleRef = { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: role }
  const subjects = [{ apiGroup: RBAC_GROUP, kind: 'User', name: user }]
  return object(kind, name, { roleRef, subjects }, kind === 'RoleBinding' ? 'shop' : undefined)
}

const EDIT = [{ verbs: ['get', 'create'], apiGroups: [''], resources: ['pods', 'secrets'] }]
const authorizer = createRbacAuthorizer(
  fixedObjects([
    object('ClusterRole', 'edit', { rules: EDIT }),
    object('ClusterRole', 'all', {
      rules: [
        { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
        { verbs: ['*'], nonResourceURLs: ['*'] },
      ],
    }),
    object('ClusterRole', 'escalator', {
      rules: [{ verbs: ['escalate'], apiGroups: [RBAC_GROUP], resources: ['roles'] }],
    }),
    object('ClusterRole', 'binder', {
      rules: [
        { verbs: ['bind'], apiGroups: [RBAC_GROUP], resources: ['clusterroles'], resourceNames: ['all'] },
      ],
    }),
    bound('RoleBinding', 'editor', 'edit', 'editor'),
    bound('RoleBinding', 'escalator', 'escalator', 'escalator'),
    bound('RoleBinding', 'binder', 'binder', 'binder'),
    bound('ClusterRoleBinding', 'root', 'all', 'root'),
  ]),
)

async function refused(user: string, kind: RbacKind, written: KubernetesObject, old?: KubernetesObject) {
  const namespace = kind === 'Role' || kind === 'RoleBinding' ? 'shop' : ''
  const write: RbacWrite = {
    user: { name: user, groups: ['dev'] },
    kind,
    namespace,
    object: written,
    ...(old && { oldObject: old }),
  }
  const refusal = await refusalOfWrite(write, authorizer.index, authorizer.authorize)
  return refusal && `${refusal.code}: ${render(refusal.message)}`
}

const role = (verbs: readonly string[]) =>
  object('Role', 'new', { rules: [{ verbs, apiGroups: [''], resources: ['pods'] }] }, 'shop')

test('a role with what one holds', async () => {
  expect(await refused('editor', 'Role', role(['get', 'create']))).toBeUndefined()
})

test('a role with more than one holds', async () => {
  expect(await refused('editor', 'Role', role(['get', 'delete', 'list']))).toBe(
    '403: roles.rbac.authorization.k8s.io "new" is forbidden: user "editor" (groups=["dev"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["delete" "list"]}',
  )
})

test('with escalate, any role', async () => {
  expect(await refused('escalator', 'Role', role(['*']))).toBeUndefined()
  expect(await refused('escalator', 'ClusterRole', object('ClusterRole', 'new', { rules: EDIT }))).toMatch(
    /^403/,
  )
})

test('what is held in a namespace is not held in the cluster', async () => {
  expect(await refused('editor', 'ClusterRole', object('ClusterRole', 'new', { rules: EDIT }))).toMatch(
    /^403: /,
  )
  expect(await refused('editor', 'RoleBinding', bound('RoleBinding', 'new', 'edit', 'eve'))).toBeUndefined()
  expect(
    await refused('editor', 'ClusterRoleBinding', bound('ClusterRoleBinding', 'new', 'edit', 'eve')),
  ).toMatch(/^403: clusterrolebindings/)
})

test('a binding of a role with more, unless one may bind that role', async () => {
  expect(await refused('editor', 'RoleBinding', bound('RoleBinding', 'new', 'all', 'eve'))).toMatch(/^403: /)
  expect(await refused('binder', 'RoleBinding', bound('RoleBinding', 'new', 'all', 'eve'))).toBeUndefined()
  expect(await refused('binder', 'RoleBinding', bound('RoleBinding', 'new', 'edit', 'eve'))).toMatch(/^403: /)
})

test('a binding of a role that is not there', async () => {
  expect(await refused('editor', 'RoleBinding', bound('RoleBinding', 'new', 'none', 'eve'))).toBe(
    '404: clusterroles.rbac.authorization.k8s.io "none" not found',
  )
})

test('what is aggregated takes all rights', async () => {
  const aggregate = object('ClusterRole', 'new', {
    rules: [],
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
  })
  expect(await refused('editor', 'ClusterRole', aggregate)).toMatch(/must have cluster-admin privileges/)
  expect(await refused('root', 'ClusterRole', aggregate)).toBeUndefined()
})

test('a change of owners and finalizers alone', async () => {
  const old = role(['*'])
  const finalized = { ...old, metadata: { ...old.metadata, finalizers: ['a/b'] } }
  expect(await refused('editor', 'Role', finalized, old)).toBeUndefined()
  expect(await refused('editor', 'Role', role(['delete']), old)).toMatch(/^403: /)
})

test('rules that would take forever to compare are not held', async () => {
  const many = (prefix: string) => Array.from({ length: 3000 }, (_, index) => `${prefix}${index}`)
  const huge = object(
    'Role',
    'new',
    { rules: [{ verbs: many('v'), apiGroups: many('g'), resources: many('r') }] },
    'shop',
  )
  expect(await refused('editor', 'Role', huge)).toMatch(/^403: /)
})
