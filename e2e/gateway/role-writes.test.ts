import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiServer, connect, remove, succeed } from '../setup/api-server.ts'
import { makeNamespace } from '../setup/namespace.ts'
import { anyCluster, needs } from '../setup/needs.ts'
import { GateProcess } from './gate-process.ts'
import { ask } from './gate-request.ts'

const { kubeconfig, otherwise } = anyCluster
const GROUP = 'rbac.authorization.k8s.io'
const SHOP = 'gate-role-writes'
const ROLES = `/apis/${GROUP}/v1/namespaces/${SHOP}/roles`
const BINDINGS = `/apis/${GROUP}/v1/namespaces/${SHOP}/rolebindings`

const rule = (verbs: readonly string[], apiGroups: readonly string[], ...resources: string[]) => ({
  verbs,
  apiGroups,
  resources,
})
const role = (name: string, ...rules: object[]) => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Role',
  metadata: { name },
  rules,
})
const binding = (name: string, to: string, user: string) => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'RoleBinding',
  metadata: { name },
  roleRef: { apiGroup: GROUP, kind: 'Role', name: to },
  subjects: [{ apiGroup: GROUP, kind: 'User', name: user }],
})

const WRITER = rule(['create', 'update', 'patch', 'get'], [GROUP], 'roles', 'rolebindings')
const READ_PODS = rule(['get', 'list'], [''], 'pods')
const READ_SECRETS = rule(['get'], [''], 'secrets')

/** Whether a refusal is the gate's own shows by who answers: the guard of the API server behind would say the same. */
describe('writes of roles through the gate', needs(kubeconfig, otherwise), () => {
  const gate = new GateProcess(kubeconfig ?? '')
  let server: ApiServer

  beforeAll(async () => {
    server = await connect(kubeconfig ?? '')
    await makeNamespace(server, SHOP)
    const put = (path: string, body: object) => succeed(server, { method: 'POST', path, body })
    await put(ROLES, role('clerk', WRITER, READ_PODS))
    await put(ROLES, role('chief', WRITER, rule(['escalate', 'bind'], [GROUP], 'roles')))
    await put(ROLES, role('secrets', READ_SECRETS))
    await put(BINDINGS, binding('clerk', 'clerk', 'clerk'))
    await put(BINDINGS, binding('chief', 'chief', 'chief'))
    await gate.start('--authorization-mode=RBAC')
  })
  afterAll(async () => {
    await gate.close()
    await remove(server, `/api/v1/namespaces/${SHOP}`)
    server.close()
  })

  test('who holds it may grant it', async () => {
    const { status, isFromBehind } = await ask(gate, {
      path: ROLES,
      body: role('readers', READ_PODS),
      user: 'clerk',
    })
    expect([status, isFromBehind]).toEqual([201, true])
    expect(
      (await ask(gate, { path: BINDINGS, body: binding('kim', 'readers', 'kim'), user: 'clerk' })).status,
    ).toBe(201)
  })

  test.each([
    ['a role', ROLES, role('thieves', READ_SECRETS), 'roles', 'thieves'],
    ['a binding', BINDINGS, binding('me', 'secrets', 'clerk'), 'rolebindings', 'me'],
  ])('who does not hold it may not, by %s', async (_, path, body, resource, name) => {
    const answer = await ask(gate, { path, body, user: 'clerk' })
    expect([answer.status, answer.isFromBehind]).toEqual([403, false])
    expect(answer.body.message).toBe(
      `${resource}.${GROUP} "${name}" is forbidden: user "clerk" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}`,
    )
    // Word for word what the API server behind says to the same.
    const direct = await server.send({
      method: 'POST',
      path,
      body,
      as: { user: 'clerk', groups: ['system:authenticated'] },
    })
    expect(answer.body.message).toBe(direct.body.message)
  })

  test('nor by a change, of whatever form', async () => {
    const path = `${ROLES}/clerk`
    const patch = { rules: [WRITER, READ_PODS, READ_SECRETS] }
    const contentType = 'application/merge-patch+json'
    expect(await ask(gate, { method: 'PATCH', path, body: patch, contentType, user: 'clerk' })).toMatchObject(
      {
        status: 403,
        body: { message: expect.stringContaining('not currently held') },
      },
    )
    const { metadata } = await succeed(server, { method: 'GET', path })
    const body = { ...role('clerk', ...patch.rules), metadata }
    expect(await ask(gate, { method: 'PUT', path, body, user: 'clerk' })).toMatchObject({
      status: 403,
      isFromBehind: false,
    })
    // One that names no version the API server is asked about first: whether it may.
    const any = role('clerk', ...patch.rules)
    expect(await ask(gate, { method: 'PUT', path, body: any, user: 'clerk' })).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('not currently held') },
    })
  })

  test('with escalate and bind one may', async () => {
    expect(
      (await ask(gate, { path: ROLES, body: role('thieves', READ_SECRETS), user: 'chief' })).status,
    ).toBe(201)
    expect(
      (await ask(gate, { path: BINDINGS, body: binding('thief', 'thieves', 'kim'), user: 'chief' })).status,
    ).toBe(201)
  })

  test('a binding of a role that is not there is refused as Kubernetes does', async () => {
    const body = binding('nobody', 'nowhere', 'kim')
    const as = { user: 'clerk', groups: ['system:authenticated'] }
    const direct = await server.send({ method: 'POST', path: BINDINGS, body, as })
    expect(await ask(gate, { path: BINDINGS, body, user: 'clerk' })).toMatchObject({
      status: 404,
      isFromBehind: false,
      body: { message: direct.body.message, reason: direct.body['reason'] },
    })
  })

  test('every decision stands in the audit log, with its authorizer', async () => {
    const events = () =>
      gate.events().filter(({ requestURI, verb }) => verb === 'create' && requestURI.startsWith(ROLES))
    const decisions = () => events().map(({ user, responseStatus }) => [user.username, responseStatus?.code])
    await expect.poll(decisions).toEqual([
      ['clerk', 201],
      ['clerk', 403],
      ['chief', 201],
    ])
    for (const { annotations } of events())
      expect(annotations).toMatchObject({
        'authorization.k8s.io/decision': 'allow',
        'authorization.k8s.io/reason': expect.stringMatching(
          /^RBAC: allowed by RoleBinding "\w+\/gate-role-writes"/,
        ),
        'haetae.io/authorizer': 'RBAC',
      })
  })

  test('what keeps from telling what one holds is told as Kubernetes does', async () => {
    for (const name of ['ghost', 'shade'])
      await succeed(server, { method: 'POST', path: BINDINGS, body: binding(name, name, 'haunted') })
    await succeed(server, { method: 'POST', path: BINDINGS, body: binding('haunted', 'clerk', 'haunted') })
    const body = role('spectres', READ_SECRETS)
    const as = { user: 'haunted', groups: ['system:authenticated'] }
    const direct = await server.send({ method: 'POST', path: ROLES, body, as })
    expect(direct.body.message).toMatch(/resolution errors: \[\[.*"ghost" not found/)
    await expect
      .poll(async () => (await ask(gate, { path: ROLES, body, user: 'haunted' })).body.message)
      .toBe(direct.body.message)
  })
})
