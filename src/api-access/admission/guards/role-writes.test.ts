import { expect, test } from 'vitest'
import { fixedObjects, type KubernetesObject, type ObjectView } from '../../../kubernetes/index.ts'
import { createRbacAuthorizer } from '../../authorization/index.ts'
import { createAdmissionChain } from '../chain/admit.ts'
import { requestFor } from '../request.fixture.ts'
import type { AdmissionRequest } from '../stage.ts'
import { createRoleWriteGuard } from './role-writes.ts'

const GROUP = 'rbac.authorization.k8s.io'
const apiVersion = `${GROUP}/v1`
const POD_READER = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }]

const role = (rules: readonly object[], name = 'new'): KubernetesObject => ({
  apiVersion,
  kind: 'Role',
  metadata: { name, namespace: 'shop' },
  rules,
})
const OBJECTS = [
  role(POD_READER, 'reader'),
  {
    apiVersion,
    kind: 'RoleBinding',
    metadata: { name: 'jane', namespace: 'shop' },
    roleRef: { apiGroup: GROUP, kind: 'Role', name: 'reader' },
    subjects: [{ apiGroup: GROUP, kind: 'User', name: 'jane' }],
  },
]
const binding = (to: string): KubernetesObject => ({
  apiVersion,
  kind: 'RoleBinding',
  metadata: { name: 'new', namespace: 'shop' },
  roleRef: { apiGroup: GROUP, kind: 'Role', name: to },
  subjects: [],
})

function bindingRequest(to: string): AdmissionRequest {
  const object = binding(to)
  return {
    ...requestFor(role([])),
    kind: { group: GROUP, version: 'v1', kind: 'RoleBinding' },
    resource: { group: GROUP, version: 'v1', resource: 'rolebindings' },
    object,
  }
}

/** @param onSleep - what happens in the cluster while the guard waits */
async function admitted(
  request: AdmissionRequest,
  view: ObjectView = fixedObjects(OBJECTS),
  allowed: readonly string[] = [],
  onSleep: () => void = () => undefined,
) {
  const { index } = createRbacAuthorizer(view)
  const guard = createRoleWriteGuard({ index, sleep: async () => onSleep() })
  const asked: string[] = []
  const { refusal } = await createAdmissionChain([guard]).admit(request, {
    objects: view,
    now: () => 0,
    async authorize({ verb, resource, name }) {
      asked.push(`${verb} ${resource}/${name}`)
      return { verdict: allowed.includes(verb) ? 'allow' : 'no-opinion', reason: { id: 'test.no', data: {} } }
    },
  })
  return { refusal, asked }
}

test('what the writer holds may be granted', async () => {
  expect((await admitted(requestFor(role(POD_READER)))).refusal).toBeUndefined()
  expect((await admitted(bindingRequest('reader'))).refusal).toBeUndefined()
})

test('more than the writer holds may not, in Kubernetes’ words', async () => {
  const secrets = [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'] }]
  const { refusal, asked } = await admitted(requestFor(role(secrets)))
  expect(asked).toEqual(['escalate roles/new'])
  expect(refusal).toEqual({
    code: 403,
    reason: 'Forbidden',
    message: `roles.${GROUP} "new" is forbidden: user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}`,
    details: { name: 'new', group: GROUP, kind: 'roles' },
  })
})

test('a change of a role is guarded as its creation', async () => {
  const everything = role([{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }], 'reader')
  const update = requestFor(everything, { operation: 'UPDATE', oldObject: role(POD_READER, 'reader') })
  expect((await admitted(update)).refusal).toMatchObject({ code: 403 })
})

test('escalate and bind open the way', async () => {
  const everything = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]
  expect((await admitted(requestFor(role(everything)), undefined, ['escalate'])).refusal).toBeUndefined()
  expect(await admitted(bindingRequest('nowhere'), undefined, ['bind'])).toEqual({
    refusal: undefined,
    asked: ['bind roles/nowhere'],
  })
})

test('a role that is not there is waited for, since it may have been made a moment ago', async () => {
  let waited = 0
  const { refusal } = await admitted(bindingRequest('nowhere'), undefined, [], () => waited++)
  expect(waited).toBe(9)
  expect(refusal).toEqual({
    code: 404,
    reason: 'NotFound',
    message: `roles.${GROUP} "nowhere" not found`,
  })
})

test('before the roles have been read nothing is granted', async () => {
  const view: ObjectView = {
    ...fixedObjects(OBJECTS),
    isComplete: ({ resource }) => resource !== 'clusterroles',
  }
  expect((await admitted(requestFor(role(POD_READER)), view)).refusal).toMatchObject({ code: 503 })
})

test.each([
  ['a deletion', { operation: 'DELETE', oldObject: role([{ verbs: ['*'] }]) }],
  ['another resource', { resource: { group: '', version: 'v1', resource: 'pods' } }],
  ['a member of system:masters', { user: { name: 'root', groups: ['system:masters'] } }],
] as const)('%s is not guarded', async (_, more) => {
  const everything = role([{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }])
  expect((await admitted(requestFor(everything, more))).refusal).toBeUndefined()
})
