import type { AuditEvent } from '../../../api-access/audit/index.ts'

/** A short story: a person reads Secrets and enters a pod, a deployer deploys, somebody is refused. */
export const STORY: readonly AuditEvent[] = [
  event(0, { verb: 'list', objectRef: { resource: 'secrets', namespace: 'shop', apiVersion: 'v1' } }),
  event(1, { objectRef: { resource: 'secrets', namespace: 'shop', name: 'db', apiVersion: 'v1' } }),
  event(2, {
    verb: 'create',
    objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web-0', apiVersion: 'v1' },
    responseStatus: { code: 101 },
  }),
  event(3, {
    user: { username: 'system:serviceaccount:shop:배포', groups: ['system:serviceaccounts'] },
    verb: 'patch',
    objectRef: {
      apiGroup: 'apps',
      resource: 'deployments',
      namespace: 'shop',
      name: 'web',
      apiVersion: 'v1',
    },
    sourceIPs: ['198.51.100.1', '10.0.9.2'],
  }),
  event(4, {
    user: { username: 'kim', groups: ['ops'] },
    impersonatedUser: { username: 'admin', groups: ['system:masters'] },
    verb: 'delete',
    objectRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      resource: 'clusterrolebindings',
      name: 'ops',
      apiVersion: 'v1',
    },
    responseStatus: { code: 403 },
    sourceIPs: ['2001:db8::9'],
  }),
  event(5, { user: { username: 'system:anonymous' }, requestURI: '/healthz?verbose', sourceIPs: [] }),
  event(6, {
    stage: 'RequestReceived',
    verb: 'delete',
    objectRef: { resource: 'namespaces', namespace: 'shop', name: 'shop', apiVersion: 'v1' },
  }),
]

function event(index: number, fields: Partial<AuditEvent>): AuditEvent {
  const time = `2026-01-02T03:0${index}:05.004000Z`
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `6f1c2a3b-0000-4000-8000-00000000000${index}`,
    stage: 'ResponseComplete',
    requestURI: '/api/v1',
    verb: 'get',
    user: { username: 'jane', groups: ['dev', 'system:authenticated'] },
    sourceIPs: ['10.0.3.7'],
    ...(fields.stage !== 'RequestReceived' && { responseStatus: { code: 200 } }),
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    ...fields,
  }
}
