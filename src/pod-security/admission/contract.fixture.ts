import { evalPodSecurityAdmission, type PodSecurityAdmissionRequest } from './contract.ts'
import { levelLabel, MODES } from './policy.ts'

export type Line = PodSecurityAdmissionRequest
export type Request = Line['request']

const POD = {
  kind: { group: '', version: 'v1', kind: 'Pod' },
  resource: { group: '', version: 'v1', resource: 'pods' },
} as const
export const DEPLOYMENT = {
  kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
  resource: { group: 'apps', version: 'v1', resource: 'deployments' },
} as const
const CONFIG = {
  exemptions: {
    usernames: ['exempt-user'],
    namespaces: ['exempt-ns'],
    runtimeClasses: ['exempt-runtimeclass'],
  },
}

export function namespace(name: string, level?: string) {
  const labels = level === undefined ? {} : Object.fromEntries(MODES.map((mode) => [levelLabel(mode), level]))
  return { name, labels }
}

export function container(name: string, image = 'registry.k8s.io/pause') {
  return { name, image, securityContext: { privileged: true } }
}

export function pod(spec: object = {}, metadata: object = {}) {
  const name = 'test-pod'
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: { containers: [container('c')], ...spec },
  }
}

export function deployment(spec: object = {}) {
  const template = { metadata: {}, spec: pod(spec).spec }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'test-pod' }, spec: { template } }
}

export function create(request: Partial<Request>, line: Partial<Line> = {}): Line {
  return {
    config: CONFIG,
    namespace: namespace('restricted-ns', 'restricted'),
    request: { operation: 'CREATE', ...POD, name: 'test-pod', user: 'test-user', object: pod(), ...request },
    ...line,
  }
}

/** The answer to a line as it comes in: as JSON, without fields that are undefined. */
export function decide(given: Line) {
  const line: Line = JSON.parse(JSON.stringify(given))
  const answer = evalPodSecurityAdmission(line)
  if ('error' in answer) throw new Error(answer.error.code)
  return answer
}

export const ALLOWED = { allowed: true, warnings: [], auditAnnotations: {} }

export const DETAIL =
  'privileged (container "c" must not set securityContext.privileged=true), allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
export const DENIED = {
  allowed: false,
  code: 403,
  message: `pods "test-pod" is forbidden: violates PodSecurity "restricted:latest": ${DETAIL}`,
  warnings: [],
  auditAnnotations: {
    'enforce-policy': 'restricted:latest',
    'audit-violations': `would violate PodSecurity "restricted:latest": ${DETAIL}`,
  },
}
