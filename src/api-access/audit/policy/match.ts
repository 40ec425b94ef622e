import type { RequestAttributes, User } from '../../request/index.ts'
import type { GroupResources, PolicyRule } from './policy.ts'

/**
 * A request as the policy sees it: the attributes before impersonation. `user` is absent where authentication
 * failed; such requests are audited too.
 */
export interface AuditedRequest extends Omit<RequestAttributes, 'user'> {
  readonly user?: User
}

/** The field of a rule that a request does not meet; `kind`: the rule is for the other kind of request. */
export type Mismatch =
  | 'users'
  | 'userGroups'
  | 'verbs'
  | 'namespaces'
  | 'resources'
  | 'nonResourceURLs'
  | 'resource-request'
  | 'non-resource-request'

/**
 * Whether a rule applies to a request, said in the plainest way: it is what `compile` must agree with.
 *
 * @returns undefined where it applies, else the first field that keeps it from applying
 * Source: k8s.io/apiserver, `pkg/audit/policy`, the checker.
 */
export function mismatchOf(rule: PolicyRule, request: AuditedRequest): Mismatch | undefined {
  const { users, userGroups, verbs } = rule
  const { user } = request
  if (users.length > 0 && (user === undefined || !users.includes(user.name))) return 'users'
  if (userGroups.length > 0 && !user?.groups.some((group) => userGroups.includes(group))) return 'userGroups'
  if (verbs.length > 0 && !verbs.includes(request.verb)) return 'verbs'
  // "Rules can apply to API resources, non-resource URL paths, or neither, but not both. If neither is specified,
  // the rule is treated as a default for all URLs."
  if (rule.namespaces.length > 0 || rule.resources.length > 0) return resourceMismatch(rule, request)
  if (rule.nonResourceURLs.length > 0) return urlMismatch(rule, request)
  return undefined
}

/** "pods/log matches the log subresource of pods"; upstream's `pods/*` matches pods themselves as well. */
function resourceMatches(pattern: string, resource: string, subresource: string): boolean {
  if (pattern === '*') return true
  if (pattern === (subresource === '' ? resource : `${resource}/${subresource}`)) return true
  if (subresource !== '' && pattern === `*/${subresource}`) return true
  return pattern === `${resource}/*`
}

/** "`*`s are allowed, but only as the full, final step in the path": a trailing `*` stands for any ending. */
export function pathMatches(pattern: string, path: string): boolean {
  if (pattern === '*' || pattern === path) return true
  return pattern.endsWith('*') && path.startsWith(pathPrefix(pattern))
}

/** What a path must begin with for a pattern that ends in `*`. */
export function pathPrefix(pattern: string): string {
  let end = pattern.length
  while (end > 0 && pattern[end - 1] === '*') end--
  return pattern.slice(0, end)
}

/** Whether an entry of a rule's `resources` covers the request's resource and name. */
export function coversResource(entry: GroupResources, request: AuditedRequest): boolean {
  if (entry.group !== request.apiGroup) return false
  if (entry.resources.length === 0) return true
  if (entry.resourceNames.length > 0 && !entry.resourceNames.includes(request.name)) return false
  return entry.resources.some((pattern) => resourceMatches(pattern, request.resource, request.subresource))
}

function resourceMismatch(rule: PolicyRule, request: AuditedRequest): Mismatch | undefined {
  if (!request.resourceRequest) return 'non-resource-request'
  if (rule.namespaces.length > 0 && !rule.namespaces.includes(request.namespace)) return 'namespaces'
  if (rule.resources.length > 0 && !rule.resources.some((entry) => coversResource(entry, request)))
    return 'resources'
  return undefined
}

function urlMismatch(rule: PolicyRule, request: AuditedRequest): Mismatch | undefined {
  if (request.resourceRequest) return 'resource-request'
  return rule.nonResourceURLs.some((pattern) => pathMatches(pattern, request.path))
    ? undefined
    : 'nonResourceURLs'
}
