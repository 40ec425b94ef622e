import { describe, expect, test } from 'vitest'
import { decodeAuditEvents } from '../decode.ts'
import type { AuditEvent } from '../event.ts'
import { googleResource } from './google-resource.ts'

const EVENT = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Request',
  auditID: '8a3c',
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/shop/configmaps',
  verb: 'create',
  user: { username: 'kubernetes-admin', groups: ['system:masters'] },
}
const TEXT = JSON.stringify(EVENT)

/** "Log group-level subscription filters" of Amazon's documentation, with a line of EKS' audit stream. */
const SUBSCRIPTION = {
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/aws/eks/shop/cluster',
  logStream: 'kube-apiserver-audit-0123456789abcdef',
  subscriptionFilters: ['audit'],
  logEvents: [
    {
      id: '31953106606966983378809025079804211143289615424298221568',
      timestamp: 1432826855000,
      message: TEXT,
    },
    {
      id: '31953106606966983378809025079804211143289615424298221569',
      timestamp: 1432826855000,
      message: TEXT,
    },
  ],
}

/** A resource log of AKS as it arrives in a storage account. */
const AKS = {
  time: '2026-01-02T03:04:05.0000000Z',
  resourceId:
    '/SUBSCRIPTIONS/0/RESOURCEGROUPS/SHOP/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/SHOP',
  operationName: 'Microsoft.ContainerService/managedClusters/diagnosticLogs/Read',
  category: 'kube-audit',
  properties: { log: `${TEXT}\n`, stream: 'stdout', pod: 'kube-apiserver-6d8f-abcde', containerID: 'c0ffee' },
}

/** An audit log entry of GKE as `gcloud logging read --format=json` prints it. */
const GKE = {
  insertId: '1h2k3l4',
  labels: {
    'authorization.k8s.io/decision': 'allow',
    'authorization.k8s.io/reason': 'access granted by IAM',
  },
  logName: 'projects/shop/logs/cloudaudit.googleapis.com%2Factivity',
  operation: { first: true, id: '8a3c', last: true, producer: 'k8s.io' },
  protoPayload: {
    '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
    authenticationInfo: { principalEmail: 'jane@example.com' },
    authorizationInfo: [
      { granted: true, permission: 'io.k8s.core.v1.configmaps.create', resource: 'core/v1/…' },
    ],
    methodName: 'io.k8s.core.v1.configmaps.create',
    request: { '@type': 'core.k8s.io/v1.ConfigMap', kind: 'ConfigMap', data: { a: 'b' } },
    requestMetadata: { callerIp: '203.0.113.7', callerSuppliedUserAgent: 'kubectl/v1.31.0' },
    resourceName: 'core/v1/namespaces/shop/configmaps/settings',
    response: { '@type': 'core.k8s.io/v1.ConfigMap', kind: 'ConfigMap' },
    serviceName: 'k8s.io',
    status: {},
  },
  receiveTimestamp: '2026-01-02T03:04:09.5Z',
  resource: {
    labels: { cluster_name: 'shop', location: 'asia-northeast3', project_id: 'shop' },
    type: 'k8s_cluster',
  },
  timestamp: '2026-01-02T03:04:05.6Z',
}

function eventsOf(value: unknown): readonly AuditEvent[] {
  return decodeAuditEvents(value).map((decoded) => {
    if ('problem' in decoded) throw new Error(JSON.stringify(decoded.problem))
    return decoded.event
  })
}

describe('records that carry the API server’s line', () => {
  test.each<[string, unknown, number]>([
    ['EKS, a subscription', SUBSCRIPTION, 2],
    [
      'EKS, the destination’s test',
      { messageType: 'CONTROL_MESSAGE', logEvents: [{ message: 'CWL CONTROL' }] },
      0,
    ],
    [
      'EKS, filter-log-events',
      { events: [{ logStreamName: 's', timestamp: 1, message: TEXT, eventId: '1' }], searchedLogStreams: [] },
      1,
    ],
    [
      'EKS, get-log-events',
      { events: [{ timestamp: 1, message: TEXT, ingestionTime: 2 }], nextForwardToken: 'f/1' },
      1,
    ],
    ['EKS, one event', { timestamp: 1, message: TEXT, ingestionTime: 2 }, 1],
    [
      'EKS, a row of Logs Insights',
      { '@timestamp': '2026-01-02 03:04:05.000', '@message': TEXT, '@ptr': 'x' },
      1,
    ],
    [
      'EKS, another stream of the group',
      { timestamp: 1, message: 'I0102 03:04:05 leaderelection.go:250]' },
      0,
    ],
    ['AKS, a line', AKS, 1],
    ['AKS, an Event Hub’s message', { records: [AKS, AKS] }, 2],
    ['AKS, kube-audit-admin', { ...AKS, category: 'kube-audit-admin' }, 1],
    ['AKS, properties as text', { ...AKS, properties: JSON.stringify(AKS.properties) }, 1],
    ['AKS, another category', { ...AKS, category: 'kube-scheduler', properties: { log: 'I0102' } }, 0],
    ['a container’s log', { log: `${TEXT}\n`, stream: 'stdout', time: '2026-01-02T03:04:05Z' }, 1],
    ['a container’s log, the API server’s own line', { log: 'I0102\n', stream: 'stderr' }, 0],
    ['OVHcloud, GELF', { version: '1.1', host: 'h', short_message: TEXT, _appID: '1' }, 1],
    ['OVHcloud, live tail', { message: JSON.stringify({ short_message: TEXT, timestamp: 1.5 }) }, 1],
  ])('%s', (_, record, count) => expect(eventsOf(record)).toEqual(Array(count).fill(EVENT)))

  test.each<[string, unknown, string]>([
    ['EKS, cut at 256 KiB', { timestamp: 1, message: TEXT.slice(0, 50) }, 'message'],
    ['AKS, cut', { ...AKS, properties: { log: TEXT.slice(0, 50) } }, 'properties.log'],
    ['AKS, empty', { ...AKS, properties: {} }, 'properties.log'],
    ['OVHcloud, cut', { short_message: TEXT.slice(0, 50) }, 'short_message'],
  ])('%s', (_, record, field) =>
    expect(decodeAuditEvents(record)).toEqual([
      { problem: { id: 'audit-event.broken-message', data: { field } } },
    ]),
  )

  test('a cut message takes no other down', () => {
    const [whole] = SUBSCRIPTION.logEvents
    const decoded = decodeAuditEvents({
      ...SUBSCRIPTION,
      logEvents: [{ ...whole, message: '{"kind' }, whole],
    })
    expect(decoded.map((each) => 'event' in each)).toEqual([false, true])
  })
})

describe('GKE', () => {
  test('an entry becomes an event', () => {
    expect(eventsOf(GKE)).toEqual([
      {
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        level: 'RequestResponse',
        auditID: '8a3c',
        stage: 'ResponseComplete',
        requestURI: '/api/v1/namespaces/shop/configmaps/settings',
        verb: 'create',
        user: { username: 'jane@example.com' },
        sourceIPs: ['203.0.113.7'],
        userAgent: 'kubectl/v1.31.0',
        objectRef: { resource: 'configmaps', namespace: 'shop', name: 'settings', apiVersion: 'v1' },
        responseStatus: { code: 201 },
        requestObject: { kind: 'ConfigMap', data: { a: 'b' } },
        responseObject: { kind: 'ConfigMap' },
        requestReceivedTimestamp: '2026-01-02T03:04:05.6Z',
        stageTimestamp: '2026-01-02T03:04:05.6Z',
        annotations: {
          cluster_name: 'shop',
          location: 'asia-northeast3',
          project_id: 'shop',
          'authorization.k8s.io/decision': 'allow',
          'authorization.k8s.io/reason': 'access granted by IAM',
        },
      },
    ])
  })

  test.each<[string, object, object, object]>([
    [
      'denied',
      { status: { code: 7, message: 'forbidden' } },
      {},
      { responseStatus: { code: 403, status: 'Failure', message: 'forbidden' } },
    ],
    ['not found', { status: { code: 5 } }, {}, { responseStatus: { code: 404, status: 'Failure' } }],
    [
      'a status of another kind',
      { status: { code: 99 } },
      {},
      { responseStatus: { code: 500, status: 'Failure' } },
    ],
    [
      'a list',
      {
        methodName: 'io.k8s.core.v1.pods.list',
        resourceName: 'core/v1/pods',
        request: undefined,
        response: undefined,
      },
      {},
      {
        verb: 'list',
        level: 'Metadata',
        responseStatus: { code: 200 },
        objectRef: { resource: 'pods', apiVersion: 'v1' },
      },
    ],
    [
      'exec',
      { methodName: 'io.k8s.core.v1.pods.exec.create', resourceName: 'core/v1/namespaces/a/pods/b/exec' },
      { operation: { first: true, id: 'x', producer: 'k8s.io' } },
      { auditID: 'x', stage: 'ResponseStarted', responseStatus: { code: 101 } },
    ],
    [
      'exec without operation',
      { resourceName: 'core/v1/namespaces/a/pods/b/exec' },
      { operation: undefined },
      { auditID: '1h2k3l4', stage: 'ResponseStarted' },
    ],
    ['only a request', { response: undefined }, {}, { level: 'Request' }],
  ])('%s', (_, payload, entry, expected) => {
    const [event] = eventsOf({ ...GKE, ...entry, protoPayload: { ...GKE.protoPayload, ...payload } })
    expect(event).toMatchObject(expected)
  })

  test('calls of the GKE API are not the cluster’s', () => {
    const protoPayload = { ...GKE.protoPayload, serviceName: 'container.googleapis.com' }
    expect(decodeAuditEvents({ ...GKE, protoPayload })).toEqual([])
  })

  test.each<[string, object]>([
    [
      'core/v1/namespaces/shop/pods/web',
      { resource: 'pods', namespace: 'shop', name: 'web', apiVersion: 'v1' },
    ],
    [
      'core/v1/namespaces/shop/pods/web/exec',
      { resource: 'pods', namespace: 'shop', name: 'web', subresource: 'exec', apiVersion: 'v1' },
    ],
    ['core/v1/namespaces/shop/pods', { resource: 'pods', namespace: 'shop', apiVersion: 'v1' }],
    [
      'core/v1/namespaces/shop',
      { resource: 'namespaces', namespace: 'shop', name: 'shop', apiVersion: 'v1' },
    ],
    [
      'core/v1/namespaces/shop/finalize',
      { resource: 'namespaces', namespace: 'shop', name: 'shop', subresource: 'finalize', apiVersion: 'v1' },
    ],
    ['core/v1/namespaces', { resource: 'namespaces', apiVersion: 'v1' }],
    ['core/v1/nodes/n1/proxy', { resource: 'nodes', name: 'n1', subresource: 'proxy', apiVersion: 'v1' }],
    [
      'rbac.authorization.k8s.io/v1/clusterroles/admin',
      { apiGroup: 'rbac.authorization.k8s.io', resource: 'clusterroles', name: 'admin', apiVersion: 'v1' },
    ],
    [
      'apps/v1/namespaces/shop/deployments/web/scale',
      {
        apiGroup: 'apps',
        resource: 'deployments',
        namespace: 'shop',
        name: 'web',
        subresource: 'scale',
        apiVersion: 'v1',
      },
    ],
  ])('%s', (name, reference) => expect(googleResource(name).reference).toEqual(reference))

  test.each([
    ['core/v1/pods', '/api/v1/pods'],
    ['apps/v1/deployments', '/apis/apps/v1/deployments'],
    ['healthz', '/healthz'],
    ['', '/'],
  ])('the path of %s', (name, path) => expect(googleResource(name).path).toBe(path))
})
