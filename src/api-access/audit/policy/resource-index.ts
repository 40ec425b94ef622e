import type { AuditedRequest } from './match.ts'
import type { PolicyRule } from './policy.ts'

/** The rules that name one resource of a group. */
interface ResourceEntry {
  /** By subresource; `''` is the resource itself. */
  readonly bySubresource: Map<string, number>
  /** `pods/*`, which upstream takes for pods as well. */
  any: number
}

/** The rules that name one API group. */
interface GroupEntry {
  /** The whole group, or `*`. */
  all: number
  readonly byResource: Map<string, ResourceEntry>
  /** A subresource of every resource: `*` followed by `/status`. */
  readonly bySubresource: Map<string, number>
}

/**
 * Which rules of a block a resource request can match by its API group, resource and subresource. Names of objects
 * are left to be compared: rules with `resourceNames` are in the answer whatever the name.
 */
export class ResourceIndex {
  /** Rules that some `resourceNames` narrow. */
  readonly withNames: number
  readonly #byGroup = new Map<string, GroupEntry>()
  /** Rules that take every resource: those without `resources`, unless they are for non-resource URLs. */
  readonly #everywhere: number

  constructor(rules: readonly PolicyRule[]) {
    let withNames = 0
    let everywhere = 0
    rules.forEach(({ resources, namespaces, nonResourceURLs }, index) => {
      const bit = 1 << index
      if (resources.length === 0) {
        if (namespaces.length > 0 || nonResourceURLs.length === 0) everywhere |= bit
        return
      }
      for (const { group, resources: patterns, resourceNames } of resources) {
        const entry = getOrAdd(this.#byGroup, group, newGroup)
        if (patterns.length === 0) entry.all |= bit
        else if (resourceNames.length > 0) withNames |= bit
        for (const pattern of patterns) add(entry, pattern, bit)
      }
    })
    this.withNames = withNames
    this.#everywhere = everywhere
  }

  /** @returns the rules as a bit mask */
  lookUp({ apiGroup, resource, subresource }: AuditedRequest): number {
    const group = this.#byGroup.get(apiGroup)
    if (group === undefined) return this.#everywhere
    let rules = this.#everywhere | group.all
    const entry = group.byResource.get(resource)
    if (entry !== undefined) rules |= entry.any | (entry.bySubresource.get(subresource) ?? 0)
    if (subresource !== '') rules |= group.bySubresource.get(subresource) ?? 0
    return rules
  }
}

/** Enters a pattern of `resources` in each of the ways in which it can match. */
function add(group: GroupEntry, pattern: string, bit: number): void {
  if (pattern === '*') group.all |= bit
  if (pattern.startsWith('*/')) addTo(group.bySubresource, pattern.slice(2), bit)
  if (pattern.endsWith('/*')) getOrAdd(group.byResource, pattern.slice(0, -2), newResource).any |= bit
  // The whole is compared, so wherever a slash stands the resource may end.
  addTo(getOrAdd(group.byResource, pattern, newResource).bySubresource, '', bit)
  for (let slash = pattern.indexOf('/'); slash >= 0; slash = pattern.indexOf('/', slash + 1)) {
    const subresource = pattern.slice(slash + 1)
    const resource = getOrAdd(group.byResource, pattern.slice(0, slash), newResource)
    if (subresource !== '') addTo(resource.bySubresource, subresource, bit)
  }
}

function newGroup(): GroupEntry {
  return { all: 0, byResource: new Map(), bySubresource: new Map() }
}

function newResource(): ResourceEntry {
  return { bySubresource: new Map(), any: 0 }
}

function getOrAdd<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

function addTo(map: Map<string, number>, key: string, bit: number): void {
  map.set(key, (map.get(key) ?? 0) | bit)
}
