import type { RequestAttributes } from '../../request/index.ts'
import type { PolicyRule } from './objects.ts'

/**
 * Whether a rule allows a request, said in the plainest way: it is what `RuleIndex` must agree with.
 *
 * Source: Kubernetes documentation, "Using RBAC Authorization", "Referring to resources"; the matching of
 * wildcards is that of k8s.io/api/rbac/v1, `PolicyRule`.
 */
export function ruleAllows(rule: PolicyRule, attributes: RequestAttributes): boolean {
  if (!matches(rule.verbs, attributes.verb)) return false
  if (!attributes.resourceRequest) return urlMatches(rule.nonResourceURLs, attributes.path)
  return (
    matches(rule.apiGroups, attributes.apiGroup) &&
    resourceMatches(rule.resources, attributes.resource, attributes.subresource) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(attributes.name))
  )
}

/** A resource as rules write it: `pods`, `pods/log`. */
export function combinedResource(resource: string, subresource: string): string {
  return subresource === '' ? resource : `${resource}/${subresource}`
}

/** What a URL must begin with for a pattern that ends in `*`; undefined for one that does not. */
export function urlPrefix(pattern: string): string | undefined {
  if (!pattern.endsWith('*')) return undefined
  let end = pattern.length
  while (end > 0 && pattern[end - 1] === '*') end--
  return pattern.slice(0, end)
}

function matches(allowed: readonly string[], asked: string): boolean {
  return allowed.includes(asked) || allowed.includes('*')
}

/** "`*` followed by `/` and a subresource" stands for that subresource of every resource. */
function resourceMatches(allowed: readonly string[], resource: string, subresource: string): boolean {
  if (allowed.includes('*') || allowed.includes(combinedResource(resource, subresource))) return true
  return subresource !== '' && allowed.includes(`*/${subresource}`)
}

/** "'*' is allowed, but only as the full, final step in the path." */
function urlMatches(allowed: readonly string[], path: string): boolean {
  return allowed.some((pattern) => {
    if (pattern === path) return true
    const prefix = urlPrefix(pattern)
    return prefix !== undefined && path.startsWith(prefix)
  })
}
