import type { PolicyRule } from '../../policy/index.ts'
import { RESOURCE } from '../../policy/lint/region.ts'
import { has } from '../../policy/lint/value-set.ts'
import type { Cell } from './cell.ts'
import { listOf, restrictionOf } from './restriction.ts'

/** A rule for cells that name no resources, or only paths. */
export interface BroadRule {
  readonly rule: PolicyRule
  /** The cells that it is for. */
  readonly cells: readonly Cell[]
}

/**
 * Rules for cells that are about resources of any kind, or about paths; the narrowest first. Those
 * that differ stay apart, since each excludes something else; what is idle in the end, the last step leaves out.
 */
export function broadRules(cells: readonly Cell[]): readonly BroadRule[] {
  const byRestriction = Map.groupBy(cells, (cell) => JSON.stringify(ruleOf(cell)))
  return [...byRestriction.values()]
    .flatMap((alike) => {
      const [first] = alike
      return first === undefined ? [] : [{ rule: ruleOf(first), cells: alike }]
    })
    .sort((a, b) => narrowness(b.rule) - narrowness(a.rule))
}

/** Its stages are told when all rules are there. */
function ruleOf(cell: Cell): PolicyRule {
  const { region, level } = cell
  const { users = [], userGroups = [], namespaces = [] } = restrictionOf(cell)
  const isResource = has(region.kind, RESOURCE)
  const groups = isResource && !has(region.kind, 'non-resource') ? (listOf(region.apiGroup) ?? []) : []
  return {
    level,
    users,
    userGroups,
    verbs: listOf(region.verb) ?? [],
    resources: groups.map((group) => ({ group, resources: [], resourceNames: [] })),
    // A request for a path is in no namespace.
    namespaces: isResource ? namespaces : [],
    nonResourceURLs: isResource ? [] : (listOf(region.path) ?? ['*']),
    omitStages: [],
  }
}

/** How many sides a rule restricts. */
function narrowness({
  users,
  userGroups,
  verbs,
  resources,
  namespaces,
  nonResourceURLs,
}: PolicyRule): number {
  return [users, userGroups, verbs, resources, namespaces, nonResourceURLs].filter(({ length }) => length > 0)
    .length
}
