import type { AdmissionRequest } from '../stage.ts'

/** Which requests a webhook or a policy is for; a list that is not given matches nothing. */
export interface RequestRule {
  readonly operations?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly apiVersions?: readonly string[]
  /** `pods`, `pods/status`, `pods/*`, `*`, `*` with a subresource: without a slash no subresource is meant. */
  readonly resources?: readonly string[]
  /** `*` where it is not given. */
  readonly scope?: string
}

/**
 * Whether a rule is about a request (Kubernetes documentation, "Dynamic Admission Control", "Matching requests: rules").
 *
 * @param isAnyVersion - whether one of another version of its group is meant as well
 */
export function matchesRule(rule: RequestRule, request: AdmissionRequest, isAnyVersion = false): boolean {
  const { operation, resource, subresource } = request
  return (
    matchesScope(rule, request) &&
    includes(rule.operations, operation) &&
    includes(rule.apiGroups, resource.group) &&
    (isAnyVersion || includes(rule.apiVersions, resource.version)) &&
    (rule.resources ?? []).some((pattern) => matchesResource(pattern, resource.resource, subresource))
  )
}

function includes(wanted: readonly string[] | undefined, value: string): boolean {
  return wanted !== undefined && (wanted.includes('*') || wanted.includes(value))
}

/** "`*` matches all resources, but not subresources". */
function matchesResource(pattern: string, resource: string, subresource: string): boolean {
  const slash = pattern.indexOf('/')
  const [of, sub] = slash < 0 ? [pattern, ''] : [pattern.slice(0, slash), pattern.slice(slash + 1)]
  return (of === '*' || of === resource) && (sub === '*' || sub === subresource)
}

/** "`Cluster` means that only cluster-scoped resources will match this rule (Namespace API objects are cluster-scoped)". */
function matchesScope({ scope = '*' }: RequestRule, { resource, namespace }: AdmissionRequest): boolean {
  if (scope !== 'Namespaced' && scope !== 'Cluster') return true
  const isNamespace = resource.group === '' && resource.resource === 'namespaces'
  return (scope === 'Namespaced') === (!isNamespace && namespace !== '')
}
