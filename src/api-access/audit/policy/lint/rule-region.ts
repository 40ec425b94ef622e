import { pathMatches, pathPrefix } from '../match.ts'
import type { GroupResources, Policy, PolicyRule } from '../policy.ts'
import { ALL_REQUESTS, type Cover, NON_RESOURCE, RESOURCE, type Region } from './region.ts'
import { EVERYTHING, listed, only, type ValueSet } from './value-set.ts'

/** Stands for the lack of any group: a user who is in none. */
export const NO_GROUP = '\0none'

/**
 * The requests that a rule matches, as regions. Users, who may be in many groups, are told by one group: for what the
 * rule takes away from later ones (`coversOf`) by any of the rule's, for what could reach the rule (`reachesOf`) by
 * exactly one of them, or none, since each further group only lets more of the earlier rules match.
 */
export function coversOf(policy: Policy, rule: number): Cover[] {
  return regionsOf(policy, rule, EVERYTHING).map((region) => ({ region, rule }))
}

/** @returns see `coversOf` */
export function reachesOf(policy: Policy, rule: number): Region[] {
  return regionsOf(policy, rule, only([NO_GROUP]))
}

/**
 * The paths that a pattern of `nonResourceURLs` stands for, as a set of a policy's own patterns: a path is told by the
 * narrowest of them that it matches.
 */
export function pathsOf(policy: Policy, pattern: string): ValueSet {
  if (pattern === '*' || (pattern.endsWith('*') && pathPrefix(pattern) === '')) return EVERYTHING
  const all = policy.rules.flatMap(({ nonResourceURLs }) => nonResourceURLs)
  return only(new Set([...all, pattern].filter((each) => isWithin(each, pattern)).map(canonical)))
}

function regionsOf(policy: Policy, index: number, anyGroup: ValueSet): Region[] {
  const rule = policy.rules[index] as PolicyRule
  const common: Region = {
    ...ALL_REQUESTS,
    verb: listed(rule.verbs),
    user: listed(rule.users),
    group: rule.userGroups.length === 0 ? anyGroup : only(rule.userGroups),
  }
  if (rule.resources.length > 0 || rule.namespaces.length > 0) {
    const resource = { ...common, kind: only([RESOURCE]), namespace: listed(rule.namespaces) }
    if (rule.resources.length === 0) return [resource]
    return rule.resources.flatMap((entry) =>
      resourceRegions(entry).map((sides) => ({ ...resource, ...sides })),
    )
  }
  if (rule.nonResourceURLs.length === 0) return [common]
  return rule.nonResourceURLs.map((pattern) => ({
    ...common,
    kind: only([NON_RESOURCE]),
    path: pathsOf(policy, pattern),
  }))
}

/** What `resourceMatches` lets through, by the form of the pattern. */
function resourceRegions({ group, resources, resourceNames }: GroupResources): Partial<Region>[] {
  const apiGroup = only([group])
  if (resources.length === 0) return [{ apiGroup }]
  const name = listed(resourceNames)
  return resources.map((pattern) => {
    if (pattern === '*') return { apiGroup, name }
    const slash = pattern.indexOf('/')
    // No request has a resource with a slash in it, nor is an empty subresource written with one.
    if (slash === pattern.length - 1 && slash >= 0) return { apiGroup, name, resource: only([pattern]) }
    const resource = slash < 0 ? pattern : pattern.slice(0, slash)
    const subresource = slash < 0 ? '' : pattern.slice(slash + 1)
    if (slash >= 0 && subresource === '*') return { apiGroup, name, resource: only([resource]) }
    const sides = { apiGroup, name, subresource: only([subresource]) }
    return resource === '*' && slash >= 0 ? sides : { ...sides, resource: only([resource]) }
  })
}

function isWithin(pattern: string, outer: string): boolean {
  if (!outer.endsWith('*')) return pattern === outer
  return pathMatches(outer, pattern.endsWith('*') ? pathPrefix(pattern) : pattern)
}

/** `/api**` says the same as `/api*`. */
function canonical(pattern: string): string {
  return pattern.endsWith('*') ? `${pathPrefix(pattern)}*` : pattern
}
