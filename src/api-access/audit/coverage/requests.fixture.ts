import fc from 'fast-check'
import {
  type AuditDecision,
  type AuditedRequest,
  mayHaveRequestBody,
  mayHaveResponseBody,
  type Policy,
  type PolicyRule,
  STAGES,
  type Stage,
} from '../policy/index.ts'

/** An audit event as the API server writes it, as far as rules look at it. */
export type EventJson = Readonly<Record<string, unknown>> & { readonly stage: Stage }

/** A request and the events that it makes when all of it is recorded. */
export interface FullRequest {
  readonly request: AuditedRequest
  readonly events: readonly EventJson[]
}

const KINDS: readonly (readonly [group: string, resource: string, subresources: readonly string[]])[] = [
  ['', 'pods', ['', 'exec', 'attach', 'portforward', 'log', 'status', 'ephemeralcontainers', 'eviction']],
  ['', 'services', ['', 'proxy']],
  ['', 'nodes', ['', 'proxy']],
  ['', 'secrets', ['']],
  ['', 'configmaps', ['']],
  ['', 'namespaces', ['', 'finalize']],
  ['', 'serviceaccounts', ['', 'token']],
  ['', 'events', ['']],
  ['apps', 'deployments', ['', 'scale']],
  ['networking.k8s.io', 'ingresses', ['']],
  ['rbac.authorization.k8s.io', 'clusterroles', ['']],
  ['rbac.authorization.k8s.io', 'roles', ['']],
  ['rbac.authorization.k8s.io', 'clusterrolebindings', ['']],
  ['certificates.k8s.io', 'certificatesigningrequests', ['', 'approval']],
  ['admissionregistration.k8s.io', 'mutatingwebhookconfigurations', ['']],
  ['coordination.k8s.io', 'leases', ['']],
]
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']
const PARTS = ['get', 'update', 'patch']
const SUBRESOURCE_VERBS: Readonly<Record<string, readonly string[]>> = {
  exec: ['get', 'create'],
  attach: ['get', 'create'],
  portforward: ['get', 'create'],
  log: ['get'],
  eviction: ['create'],
  token: ['create'],
  finalize: ['update'],
  status: PARTS,
  scale: PARTS,
  approval: PARTS,
  ephemeralcontainers: PARTS,
}
const NAMESPACES = ['', 'default', 'kube-system', 'kube-public', 'shop']
const NAMES = ['web', 'aws-auth', 'system:controller', 'kube-system', 'coredns']
const PATHS = ['/healthz', '/healthz/etcd', '/livez', '/readyz', '/metrics', '/version', '/api', '/anything']
const USERS = [
  'jane',
  'kubernetes-admin',
  'kubelet',
  'system:anonymous',
  'system:kube-scheduler',
  'system:apiserver',
  'system:node:n1',
  'system:serviceaccount:kube-system:namespace-controller',
  'system:serviceaccount:shop:default',
]
const GROUPS = ['dev', 'system:masters', 'system:nodes']

/** Bodies with what rules look for, and without. */
const BODIES: readonly object[] = [
  {},
  {
    spec: {
      hostNetwork: true,
      hostPID: true,
      hostIPC: true,
      volumes: [{ name: 'host', hostPath: { path: '/etc' } }],
      containers: [{ name: 'c', image: 'evil/image:1', securityContext: { privileged: true } }],
    },
  },
  { spec: { containers: [{ name: 'c', image: 'docker.io/falcosecurity/falco:1' }] } },
  { spec: { type: 'NodePort', externalIPs: ['192.0.2.1'], ports: [{ port: 80 }], tls: [{}] } },
  { data: { password: 'aws_access_key_id' }, type: 'kubernetes.io/service-account-token' },
  { rules: [{ apiGroups: ['*'], resources: ['*', 'pods/exec'], verbs: ['*', 'create', 'escalate'] }] },
  {
    roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'Group', name: 'system:authenticated' }],
  },
  { metadata: { labels: { 'pod-security.kubernetes.io/enforce': null }, annotations: {} } },
  { status: { conditions: [{ type: 'Approved', status: 'True' }] }, ephemeralContainers: [{ name: 'd' }] },
]

const resourceRequest = fc
  .constantFrom(...KINDS)
  .chain(([apiGroup, resource, subresources]) =>
    fc.constantFrom(...subresources).chain((subresource) =>
      fc.record({
        apiGroup: fc.constant(apiGroup),
        resource: fc.constant(resource),
        subresource: fc.constant(subresource),
        verb: fc.constantFrom(...(SUBRESOURCE_VERBS[subresource] ?? VERBS)),
        namespace: fc.constantFrom(...NAMESPACES),
        name: fc.constantFrom(...NAMES),
        path: fc.constant(`/api/v1/${resource}`),
        resourceRequest: fc.constant(true),
      }),
    ),
  )
  // The name of what is created stands in its body only.
  .map((request) =>
    ['list', 'watch', 'deletecollection'].includes(request.verb) ? { ...request, name: '' } : request,
  )

const pathRequest = fc.record({
  apiGroup: fc.constant(''),
  resource: fc.constant(''),
  subresource: fc.constant(''),
  verb: fc.constantFrom('get', 'post'),
  namespace: fc.constant(''),
  name: fc.constant(''),
  path: fc.constantFrom(...PATHS),
  resourceRequest: fc.constant(false),
})

const user = fc
  .record({ name: fc.constantFrom(...USERS), more: fc.subarray(GROUPS) })
  .map(({ name, more }) => ({ name, groups: groupsOf(name, more) }))

function groupsOf(name: string, more: readonly string[]): readonly string[] {
  if (name === 'system:anonymous') return ['system:unauthenticated']
  const account = /^system:serviceaccount:([^:]+):/.exec(name)
  const own = account === null ? [] : ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`]
  return [...own, ...more, 'system:authenticated']
}

/** Requests of all kinds, with the events of all their stages. */
export const fullRequests: fc.Arbitrary<FullRequest> = fc
  .record({
    target: fc.oneof({ weight: 5, arbitrary: resourceRequest }, { weight: 1, arbitrary: pathRequest }),
    user: fc.option(user, { nil: undefined, freq: 12 }),
    code: fc.constantFrom(200, 201, 101, 403, 404),
    requestBody: fc.constantFrom(...BODIES),
    responseBody: fc.constantFrom(...BODIES),
    query: fc.constantFrom('', '?verbose', '?command=sh'),
    impersonated: fc.option(fc.constant({ username: 'bob' }), { freq: 4, nil: undefined }),
  })
  .map(({ target, user, code, query, impersonated, ...bodies }) => {
    const isNew = target.verb === 'create' && target.subresource === ''
    const request: AuditedRequest = {
      ...target,
      apiVersion: 'v1',
      name: isNew ? '' : target.name,
      ...(user && { user }),
    }
    const received = {
      auditID: '1',
      verb: target.verb,
      requestURI: `${target.path}${query}`,
      user: user === undefined ? {} : { username: user.name, groups: user.groups },
      sourceIPs: ['203.0.113.7'],
      stageTimestamp: '2026-01-01T00:00:00.000000Z',
      ...(target.resourceRequest && { objectRef: referenceOf(request, request.name) }),
    }
    const answered = {
      ...received,
      responseStatus: { code },
      annotations: { 'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow' },
      ...(impersonated && { impersonatedUser: impersonated }),
      ...(target.resourceRequest && { objectRef: referenceOf(request, target.name) }),
      ...(mayHaveRequestBody(request) && { requestObject: bodies.requestBody }),
    }
    const completed = {
      ...answered,
      ...(mayHaveResponseBody(request) && {
        responseObject: { ...bodies.responseBody, metadata: { name: target.name } },
      }),
    }
    const isLong =
      target.verb === 'watch' ||
      ['exec', 'attach', 'portforward', 'log', 'proxy'].includes(target.subresource)
    const events: EventJson[] = [
      { ...received, stage: 'RequestReceived' },
      ...(isLong ? [{ ...answered, stage: 'ResponseStarted' } as const] : []),
      { ...completed, stage: 'ResponseComplete' },
    ]
    if (user !== undefined) return { request, events }
    // A failed authentication is recorded once, when it is answered.
    const { requestObject: _, impersonatedUser: __, ...refused } = answered as Record<string, unknown>
    const status = { ...refused, responseStatus: { code: 401 }, stage: 'ResponseStarted' as const }
    return { request, events: [status] }
  })

function referenceOf({ apiGroup, resource, subresource, namespace }: AuditedRequest, name: string) {
  return {
    resource,
    ...(apiGroup && { apiGroup }),
    ...(subresource && { subresource }),
    ...(namespace && { namespace }),
    ...(name && { name }),
  }
}

/** The events that a decision keeps, as it keeps them. */
export function recorded(events: readonly EventJson[], decision: AuditDecision): readonly EventJson[] {
  if (decision.level === 'None') return []
  return events
    .filter(({ stage }) => !decision.omitStages.includes(stage))
    .map(({ requestObject, responseObject, ...event }) => ({
      ...(event as EventJson),
      ...(decision.level !== 'Metadata' && requestObject !== undefined && { requestObject }),
      ...(decision.level === 'RequestResponse' && responseObject !== undefined && { responseObject }),
    }))
}

const stages = fc.subarray([...STAGES], { maxLength: 2 })
const some = (values: readonly string[]) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.subarray([...values]) })

const policyRule: fc.Arbitrary<PolicyRule> = fc
  .record({
    level: fc.constantFrom('None', 'Metadata', 'Request', 'RequestResponse'),
    users: some(USERS),
    userGroups: some([...GROUPS, 'system:authenticated', 'system:unauthenticated', 'system:serviceaccounts']),
    verbs: some(VERBS),
    kinds: fc.subarray([...KINDS], { maxLength: 4 }),
    names: some(NAMES),
    namespaces: some(NAMESPACES),
    paths: fc.subarray(['/healthz*', '/healthz', '/api*', '/version', '*']),
    isForPaths: fc.constantFrom(false, false, true),
    omitStages: stages,
  })
  .map(({ kinds, names, namespaces, paths, isForPaths, ...rule }) => ({
    ...rule,
    resources: isForPaths
      ? []
      : kinds.map(([group, resource, subresources], index) => ({
          group,
          resources:
            index % 3 === 2 ? [] : subresources.map((sub) => (sub === '' ? resource : `${resource}/${sub}`)),
          resourceNames: index % 3 === 1 ? names : [],
        })),
    namespaces: isForPaths ? [] : namespaces,
    nonResourceURLs: isForPaths ? paths : [],
  }))

/** Policies that have a word to say about these requests. */
export const policies: fc.Arbitrary<Policy> = fc.record({
  rules: fc.array(policyRule, { minLength: 1, maxLength: 5 }),
  omitStages: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: stages }),
  omitManagedFields: fc.boolean(),
})
