import { builtInSubresources, groupsOfResource, resourcesWith } from '../../policy/lint/built-in-resources.ts'
import { NON_RESOURCE, type Region } from '../../policy/lint/region.ts'
import { has, intersect, isEmpty, only } from '../../policy/lint/value-set.ts'

/** "The extensions/v1beta1 API … is no longer served" since Kubernetes 1.22 (deprecated API migration guide). */
const REMOVED_GROUP = 'extensions'

/** Subresources that custom resources have as well. */
const COMMON_SUBRESOURCES: ReadonlySet<string> = new Set(['', 'status', 'scale'])

const PART = ['get', 'update', 'patch']
const ACTION = ['create']
const CONNECTION = ['get', 'create']

/** Verbs of subresources that have not all (Kubernetes API reference). */
const SERVED_VERBS: Readonly<Record<string, readonly string[]>> = {
  status: PART,
  scale: PART,
  approval: PART,
  ephemeralcontainers: PART,
  resize: PART,
  finalize: ['update'],
  log: ['get'],
  binding: ACTION,
  eviction: ACTION,
  rollback: ACTION,
  token: ACTION,
  attach: CONNECTION,
  exec: CONNECTION,
  portforward: CONNECTION,
}

/**
 * Fills in what a rule leaves open about Kubernetes' own resources: `ka.target.resource=secrets` means those of the core
 * group, and a secret has no subresources; `ka.target.subresource=exec` means that of pods.
 *
 * @returns regions that together have all of the requests that are meant
 */
export function ownResources(region: Region): readonly Region[] {
  if (has(region.kind, NON_RESOURCE)) return [region]
  const named = region.resource.inverted ? ownersOf(region) : [...region.resource.values]
  if (named === undefined) return [region]
  const byPlace = Map.groupBy(named, (resource) => placeOf(resource, region))
  return [...byPlace.values()].flatMap((resources) => {
    const [first = ''] = resources
    const groups = groupsOf(first, region)
    const sides = { ...region, resource: only(resources) }
    if (groups === undefined) return [sides]
    const served = ['', ...builtInSubresources(first).filter((name) => isServed(name, region))]
    const subresource = intersect(region.subresource, only(served))
    return isEmpty(subresource) ? [] : [{ ...sides, apiGroup: only(groups), subresource }]
  })
}

/** Whether the API serves any of a region's verbs for a subresource: a status is not created, nor deleted by itself. */
function isServed(subresource: string, { verb }: Region): boolean {
  return SERVED_VERBS[subresource]?.some((each) => has(verb, each)) ?? true
}

/** The resources that have the subresources which a rule names without a resource. */
function ownersOf({ resource, subresource }: Region): readonly string[] | undefined {
  if (subresource.inverted || subresource.values.size === 0) return undefined
  const names = [...subresource.values]
  if (names.some((name) => COMMON_SUBRESOURCES.has(name) || resourcesWith(name).length === 0))
    return undefined
  return [...new Set(names.flatMap(resourcesWith))].filter((name) => has(resource, name))
}

/** Resources in the same groups with the same subresources stay together. */
function placeOf(resource: string, region: Region): string {
  return JSON.stringify([groupsOf(resource, region) ?? null, builtInSubresources(resource)])
}

/** @returns undefined for a resource that is not Kubernetes' own, or in another group than its own */
function groupsOf(resource: string, { apiGroup }: Region): readonly string[] | undefined {
  const groups = groupsOfResource(resource).filter((group) => has(apiGroup, group))
  const current = groups.filter((group) => group !== REMOVED_GROUP)
  if (groups.length === 0) return undefined
  return current.length > 0 ? current : groups
}
