import type { PolicyRule } from './objects.ts'
import { urlPrefix } from './rule-match.ts'

/**
 * The part of some rules that others do not cover: how Kubernetes tells whether a person would grant more than they
 * hold. Each rule is taken apart into rules of one verb, group, resource and name, or of one verb and URL; such a part
 * is covered where a single rule of the owner covers it.
 *
 * @param ownerRules - what is held
 * @param servantRules - what is to be granted
 * @returns the parts that are not covered, in order; empty: all is covered
 * Source: k8s.io/component-helpers, `auth/rbac/validation`, `Covers`.
 */
export function uncoveredRules(
  ownerRules: readonly PolicyRule[],
  servantRules: readonly PolicyRule[],
): PolicyRule[] {
  const owners = ownerRules.map(ownerOf)
  return servantRules.flatMap((rule) => {
    // A few lists can stand for more parts than there is time to look at: such a rule is not covered, as a whole.
    if (countParts(rule) > MOST_PARTS) return [rule]
    return [...partsOf(rule)].filter((part) => !owners.some((owner) => covers(owner, part))).map(ruleOf)
  })
}

/** More parts no role has that people write. */
const MOST_PARTS = 100_000

function countParts({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): number {
  const places = apiGroups.length * resources.length * Math.max(1, resourceNames.length)
  return verbs.length * (places + nonResourceURLs.length)
}

/** Whether a URL pattern of a rule covers another. */
export function urlCovers(owner: string, requested: string): boolean {
  if (owner === requested) return true
  const prefix = urlPrefix(owner)
  return prefix !== undefined && requested.startsWith(prefix)
}

/** One verb on one thing. */
type Part =
  | { readonly verb: string; readonly url: string }
  | { readonly verb: string; readonly group: string; readonly resource: string; readonly name?: string }

function* partsOf(rule: PolicyRule): Generator<Part> {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule
  for (const group of apiGroups)
    for (const resource of resources)
      for (const verb of verbs) {
        if (resourceNames.length === 0) yield { verb, group, resource }
        for (const name of resourceNames) yield { verb, group, resource, name }
      }
  for (const url of nonResourceURLs) for (const verb of verbs) yield { verb, url }
}

interface Owner {
  readonly verbs: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
  readonly resources: ReadonlySet<string>
  readonly names: ReadonlySet<string>
  readonly urls: readonly string[]
}

function ownerOf(rule: PolicyRule): Owner {
  return {
    verbs: new Set(rule.verbs),
    groups: new Set(rule.apiGroups),
    resources: new Set(rule.resources),
    names: new Set(rule.resourceNames),
    urls: rule.nonResourceURLs,
  }
}

function covers(owner: Owner, part: Part): boolean {
  if (!hasOrAll(owner.verbs, part.verb)) return false
  // A URL has no name, and a rule that is narrowed by names covers nothing without one.
  if ('url' in part) return owner.names.size === 0 && owner.urls.some((url) => urlCovers(url, part.url))
  return (
    hasOrAll(owner.groups, part.group) &&
    coversResource(owner.resources, part.resource) &&
    (owner.names.size === 0 || (part.name !== undefined && owner.names.has(part.name)))
  )
}

function coversResource(owned: ReadonlySet<string>, resource: string): boolean {
  if (hasOrAll(owned, resource)) return true
  const slash = resource.indexOf('/')
  return slash >= 0 && owned.has(`*${resource.slice(slash)}`)
}

function hasOrAll(set: ReadonlySet<string>, value: string): boolean {
  return set.has(value) || set.has('*')
}

const NONE: readonly string[] = []

function ruleOf(part: Part): PolicyRule {
  const rule = {
    verbs: [part.verb],
    apiGroups: NONE,
    resources: NONE,
    resourceNames: NONE,
    nonResourceURLs: NONE,
  }
  if ('url' in part) return { ...rule, nonResourceURLs: [part.url] }
  const resourceNames = part.name === undefined ? NONE : [part.name]
  return { ...rule, apiGroups: [part.group], resources: [part.resource], resourceNames }
}
