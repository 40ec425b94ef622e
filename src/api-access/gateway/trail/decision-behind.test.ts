import { expect, test } from 'vitest'
import { allowedBehind, REFUSAL_BYTES, refusedBehind } from './decision-behind.ts'

const allow = { 'authorization.k8s.io/decision': 'allow', 'haetae.io/authorizer': 'cluster' }
const forbid = (reason?: string) => ({
  'authorization.k8s.io/decision': 'forbid',
  ...(reason !== undefined && { 'authorization.k8s.io/reason': reason }),
  'haetae.io/authorizer': 'cluster',
})
const status = (message: string) => JSON.stringify({ kind: 'Status', reason: 'Forbidden', message })

test.each([101, 200, 201, 304, 400, 404, 405, 409, 422])('%i comes behind authorization', (code) => {
  expect(allowedBehind(code)).toEqual(allow)
})

test.each([0, 401, 403, 408, 429, 500, 503, 504])('%i does not tell', (code) => {
  expect(allowedBehind(code)).toBeUndefined()
})

const LIST = 'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "a"'

test.each<[string, string, object | undefined]>([
  ['of RBAC', status(LIST), forbid('')],
  ['with a reason', status(`${LIST}: RBAC: role "x" not found`), forbid('RBAC: role "x" not found')],
  ['of a path', status('forbidden: User "jane" cannot get path "/metrics": no: way'), forbid('no: way')],
  [
    'at the cluster scope',
    status(
      'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope: why',
    ),
    forbid('why'),
  ],
  [
    'in protobuf',
    `k8s\0\n\f\n\x02v1\x12\x06Status\x12\x80\x01\x12\x07Failure\x1a\x60${LIST}"\tForbidden`,
    forbid(),
  ],
  [
    'of admission',
    status('pods "web" is forbidden: violates PodSecurity "restricted:latest": privileged'),
    allow,
  ],
  [
    'of the guard of roles',
    status('roles "r" is forbidden: user "jane" (groups=["a"]) is attempting to grant RBAC permissions'),
    allow,
  ],
  [
    'of the gate itself',
    status('users "jane" is forbidden: User "gate" cannot impersonate resource "users" in API group ""'),
    undefined,
  ],
  ['of somebody else', status(LIST.replace('jane', 'kim')), undefined],
  ['of what is no API server', '<html>no</html>', undefined],
  ['compressed', '\x1f\x8b\b\0\0', undefined],
  ['without a body', '', undefined],
  ['larger than is read', LIST.padEnd(REFUSAL_BYTES), undefined],
])('a 403 %s', (_, body, expected) => {
  expect(refusedBehind('jane', Buffer.from(body))).toEqual(expected)
})

test('names are quoted as the API server quotes them', () => {
  const message =
    'pods is forbidden: User "a\\"b\\\\c" cannot list resource "pods" in API group "" at the cluster scope'
  expect(refusedBehind('a"b\\c', Buffer.from(status(message)))).toEqual(forbid(''))
})
