import { type Level, type Policy, type PolicyRule, RECORD_NOTHING, type Stage } from '../../policy/index.ts'
import { type Cover, leftover, overlap, type Region } from '../../policy/lint/region.ts'
import { coversOf, NO_GROUP, pathsOf, reachesOf } from '../../policy/lint/rule-region.ts'
import { only, type ValueSet } from '../../policy/lint/value-set.ts'
import { type KnownGroups, withKnownGroups } from './known-groups.ts'

/** What a policy decides for some of the requests that were asked about. */
export interface DecidedPart {
  /** Index of the rule; null where none matches. */
  readonly rule: number | null
  /** Some of the requests. */
  readonly region: Region
  readonly level: Level
  /** The stages that are recorded. */
  readonly omitStages: ReadonlySet<Stage>
  readonly omitManagedFields: boolean
}

/** Requests, and what is known of the groups of those who make them. */
export interface Question extends KnownGroups {
  readonly region: Region
}

/**
 * Which rules of a policy decide about requests of a region.
 *
 * @returns a part for each rule that decides about some of them, and one for those that no rule matches. A rule of which
 *   that took too long to tell counts as one that does.
 */
export function decisionsOver(policy: Policy, question: Question): readonly DecidedPart[] {
  const { region, rules } = prepared(policy, question)
  const known: Policy = { ...policy, rules }
  const covers: Cover[] = []
  const parts: DecidedPart[] = []
  for (const [rule, { level, omitStages, omitManagedFields }] of policy.rules.entries()) {
    const decided = firstLeft(reachesOf(known, rule), region, covers)
    if (decided !== undefined)
      parts.push({
        rule,
        region: decided,
        level: level as Level,
        omitStages: new Set([...policy.omitStages, ...omitStages] as Stage[]),
        omitManagedFields: omitManagedFields ?? policy.omitManagedFields,
      })
    covers.push(...coversOf(known, rule))
  }
  const unmatched = firstLeft([{ ...region, group: only([NO_GROUP]) }], region, covers)
  if (unmatched !== undefined)
    parts.push({
      rule: null,
      region: unmatched,
      level: 'None',
      omitStages: new Set(),
      omitManagedFields: policy.omitManagedFields,
    })
  return parts
}

function firstLeft(regions: readonly Region[], target: Region, covers: readonly Cover[]): Region | undefined {
  for (const region of regions) {
    const wanted = overlap(region, target)
    if (wanted === undefined) continue
    const rest = leftover(wanted, covers)
    if (!rest.isCovered) return rest.region ?? wanted
  }
  return undefined
}

/**
 * Paths of both sides told by the same patterns. A last rule, which no one asks about, carries those of the question.
 */
function prepared(
  policy: Policy,
  question: Question,
): Pick<Question, 'region'> & { rules: readonly PolicyRule[] } {
  const { region } = question
  const paths: PolicyRule = { ...RECORD_NOTHING, nonResourceURLs: [...region.path.values] }
  const rules = [...policy.rules.map((rule) => withKnownGroups(rule, question)), paths]
  const all: Policy = { ...policy, rules }
  const told = (set: ValueSet): ValueSet => ({
    inverted: set.inverted,
    values: new Set([...set.values].flatMap((path) => [...pathsOf(all, path).values])),
  })
  return { region: { ...region, path: told(region.path) }, rules }
}
