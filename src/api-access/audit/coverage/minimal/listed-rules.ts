import {
  LEVELS,
  type Level,
  type PolicyRule,
  RESOURCE_VERBS,
  STAGES,
  type Stage,
} from '../../policy/index.ts'
import { isBelow } from '../cover/gap.ts'
import type { Cell } from './cell.ts'
import { isWider, listOf, type Restriction, restrictionOf } from './restriction.ts'

/** One verb on one resource: the smallest thing that a rule of a policy can be about. */
interface Unit {
  readonly level: Level
  readonly restriction: Restriction
  readonly group: string
  /** `pods`, `pods/exec` */
  readonly pattern: string
  readonly verb: string
  readonly stages: ReadonlySet<Stage>
}

/** Whether a rule can name the resources of a cell; it needs their API groups. */
export function isListable({ region }: Cell): boolean {
  const { apiGroup, resource, kind } = region
  return !apiGroup.inverted && !resource.inverted && !kind.values.has('non-resource')
}

/**
 * Rules for cells that name their resources: as few as say exactly which verbs on which resources are wanted, at which level
 * and stages. The highest level comes first, since "the first matching rule sets the audit level of the event".
 */
export function listedRules(cells: readonly Cell[]): readonly PolicyRule[] {
  const units = withoutDominated(cells.flatMap(unitsOf))
  const byRule = Map.groupBy(units, ({ level, restriction, stages }) =>
    JSON.stringify([LEVELS.length - LEVELS.indexOf(level), restriction, stageList(stages)]),
  )
  return [...byRule].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, alike]) => rulesOf(alike))
}

function unitsOf(cell: Cell): readonly Unit[] {
  const { region, level, stages } = cell
  const restriction = restrictionOf(cell)
  const verbs = listOf(region.verb) ?? RESOURCE_VERBS
  const subresources = listOf(region.subresource)
  return [...region.apiGroup.values].flatMap((group) =>
    [...region.resource.values].flatMap((resource) =>
      patternsOf(resource, subresources).flatMap((pattern) =>
        verbs.map((verb) => ({ level, restriction, group, pattern, verb, stages: new Set(stages) })),
      ),
    ),
  )
}

function patternsOf(resource: string, subresources: readonly string[] | undefined): readonly string[] {
  if (subresources === undefined) return [resource, `${resource}/*`]
  return subresources.map((name) => (name === '' ? resource : `${resource}/${name}`))
}

/** Leaves out units that another takes in, at the same level or a higher one; that one then has the stages of both. */
function withoutDominated(units: readonly Unit[]): readonly Unit[] {
  const byPlace = Map.groupBy(units, ({ group, pattern, verb }) => JSON.stringify([group, pattern, verb]))
  return [...byPlace.values()].flatMap((alike) => {
    const kept: Unit[] = []
    for (const unit of alike.toSorted(widestFirst)) {
      const index = kept.findIndex(
        ({ level, restriction }) => !isBelow(level, unit.level) && isWider(restriction, unit.restriction),
      )
      const other = kept[index]
      if (other === undefined) kept.push(unit)
      else kept[index] = { ...other, stages: other.stages.union(unit.stages) }
    }
    return kept
  })
}

function widestFirst(left: Unit, right: Unit): number {
  const byLevel = LEVELS.indexOf(right.level) - LEVELS.indexOf(left.level)
  return byLevel !== 0
    ? byLevel
    : Object.keys(left.restriction).length - Object.keys(right.restriction).length
}

/** Units of one level, restriction and stages: a rule for each set of verbs. */
function rulesOf(units: readonly Unit[]): readonly PolicyRule[] {
  const byPattern = Map.groupBy(units, ({ group, pattern }) => JSON.stringify([group, pattern]))
  const byVerbs = Map.groupBy(byPattern.values(), (alike) => verbKey(alike.map(({ verb }) => verb)))
  return [...byVerbs].flatMap(([, places]) => {
    const [first] = places.flat()
    if (first === undefined) return []
    const { level, restriction, stages } = first
    const verbs = new Set(places[0]?.map(({ verb }) => verb))
    const byGroup = Map.groupBy(places.flat(), ({ group }) => group)
    return [
      {
        level,
        users: restriction.users ?? [],
        userGroups: restriction.userGroups ?? [],
        verbs: RESOURCE_VERBS.every((verb) => verbs.has(verb)) ? [] : inOrder(verbs),
        resources: [...byGroup].sort(byName).map(([group, of]) => ({
          group,
          resources: [...new Set(of.map(({ pattern }) => pattern))].sort(),
          resourceNames: restriction.resourceNames ?? [],
        })),
        namespaces: restriction.namespaces ?? [],
        nonResourceURLs: [],
        omitStages: STAGES.filter((stage) => !stages.has(stage)),
      },
    ]
  })
}

function verbKey(verbs: readonly string[]): string {
  return inOrder(new Set(verbs)).join()
}

function inOrder(verbs: ReadonlySet<string>): readonly string[] {
  const known = RESOURCE_VERBS.filter((verb) => verbs.has(verb))
  return [...known, ...[...verbs].filter((verb) => !known.some((each) => each === verb)).sort()]
}

function stageList(stages: ReadonlySet<Stage>): readonly Stage[] {
  return STAGES.filter((stage) => stages.has(stage))
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1
}
