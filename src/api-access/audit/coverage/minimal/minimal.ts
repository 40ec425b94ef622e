import type { Rule } from '../../../../runtime/rules/index.ts'
import {
  LEVELS,
  type Policy,
  type PolicyRule,
  RECORD_NOTHING,
  STAGES,
  type Stage,
} from '../../policy/index.ts'
import { type DecidedPart, decisionsOver } from '../cover/decisions.ts'
import { isBelow, missingStages } from '../cover/gap.ts'
import { byKnownGroups } from '../cover/known-groups.ts'
import { needsOf } from '../demand/rule-needs.ts'
import { broadRules } from './broad-rules.ts'
import { type Cell, cellsOf } from './cell.ts'
import { exclusionsOf } from './exclusions.ts'
import { isListable, listedRules } from './listed-rules.ts'

export interface MinimalOptions {
  /** Only what conditions look into, not what alerts show. Default: both. */
  readonly conditionsOnly?: boolean
}

export interface MinimalPolicy {
  readonly policy: Policy
  /** For each rule of the policy the detections that it feeds, first those that few others feed; none for one that drops. */
  readonly feeds: readonly (readonly Rule[])[]
  /** Detections whose conditions cannot hold: there is nothing to record for them. */
  readonly never: readonly Rule[]
}

/**
 * Makes the audit policy that records least and still feeds detections: what `coverRules` says of them with it is `fed`.
 *
 * Rules of the highest level come first, and of each level those that name resources. Before each rule that records requests of
 * any kind stand rules that drop what it is not meant for, and at last one that drops all else.
 *
 * @param rules - of source `k8s_audit`, those that run
 */
export function minimalPolicy(
  rules: readonly Rule[],
  { conditionsOnly = false }: MinimalOptions = {},
): MinimalPolicy {
  const needs = rules.map(needsOf)
  const never = needs.flatMap(({ rule, conditions }) =>
    conditions.some((demands) => demands.length === 0) ? [rule] : [],
  )
  const cells = needs
    .filter(({ rule }) => !never.includes(rule))
    .flatMap((each) => cellsOf(each, !conditionsOnly))
  const ordered = withExclusions(cells)
  const staged = withStages(ordered, cells)
  const policy = policyOf(withoutIdle(staged, cells), cells)
  return { policy, feeds: feedsOf(policy, cells, rules), never }
}

function withExclusions(cells: readonly Cell[]): readonly PolicyRule[] {
  const listed = listedRules(cells.filter(isListable))
  const broad = broadRules(cells.filter((cell) => !isListable(cell)))
  const rules: PolicyRule[] = []
  for (const level of LEVELS.toReversed()) {
    rules.push(...listed.filter((rule) => rule.level === level))
    for (const each of broad)
      if (each.rule.level === level) rules.push(...exclusionsOf(each, rules, cells), each.rule)
  }
  return rules
}

/** A rule records the stages of every cell that it decides about, also of those for which it was not made. */
function withStages(rules: readonly PolicyRule[], cells: readonly Cell[]): readonly PolicyRule[] {
  const wanted = rules.map(() => new Set<Stage>())
  const policy = plain(rules)
  for (const cell of cells)
    for (const { rule } of partsOf(policy, cell))
      if (rule !== null) for (const stage of cell.stages) wanted[rule]?.add(stage)
  return rules.map((rule, index) =>
    rule.level === 'None'
      ? rule
      : { ...rule, omitStages: STAGES.filter((stage) => wanted[index]?.has(stage) !== true) },
  )
}

/** Leaves out rules without which all cells are still met, by the rules after them. */
function withoutIdle(rules: readonly PolicyRule[], cells: readonly Cell[]): readonly PolicyRule[] {
  return rules.reduce<readonly PolicyRule[]>((kept, rule) => {
    const rest = kept.filter((each) => each !== rule)
    return rule.level !== 'None' && areMet(plain(rest), cells) ? rest : kept
  }, rules)
}

function areMet(policy: Policy, cells: readonly Cell[]): boolean {
  return cells.every((cell) =>
    partsOf(policy, cell).every(
      (part) => part.level !== 'None' && !isBelow(part.level, cell.level) && isInTime(cell, part),
    ),
  )
}

function isInTime(cell: Cell, part: DecidedPart): boolean {
  return missingStages(cell, part).length === 0 && cell.stages.every((stage) => !part.omitStages.has(stage))
}

/** What all rules leave out is said once; "the union of both are omitted". */
function policyOf(rules: readonly PolicyRule[], cells: readonly Cell[]): Policy {
  const recording = rules.filter(({ level }) => level !== 'None')
  const omitStages = STAGES.filter(
    (stage) => recording.length > 0 && recording.every((rule) => rule.omitStages.includes(stage)),
  )
  return {
    rules: [
      ...rules.map((rule) => ({
        ...rule,
        omitStages: rule.omitStages.filter((stage) => !omitStages.some((each) => each === stage)),
      })),
      ...(isForAll(rules.at(-1)) ? [] : [RECORD_NOTHING]),
    ],
    omitStages,
    omitManagedFields: !cells.some(({ readsManagedFields }) => readsManagedFields),
  }
}

/** Nothing gets past a rule that asks for nothing. */
function isForAll(rule: PolicyRule | undefined): boolean {
  if (rule === undefined) return false
  const { users, userGroups, verbs, resources, namespaces, nonResourceURLs } = rule
  return [users, userGroups, verbs, resources, namespaces, nonResourceURLs].every(
    ({ length }) => length === 0,
  )
}

function feedsOf(
  policy: Policy,
  cells: readonly Cell[],
  rules: readonly Rule[],
): readonly (readonly Rule[])[] {
  const fed = policy.rules.map(() => new Set<Rule>())
  for (const cell of cells)
    for (const { rule, level } of partsOf(policy, cell))
      if (rule !== null && level !== 'None') fed[rule]?.add(cell.rule)
  const uses = new Map(rules.map((rule) => [rule, fed.filter((each) => each.has(rule)).length]))
  return fed.map((each) =>
    rules.filter((rule) => each.has(rule)).sort((a, b) => (uses.get(a) ?? 0) - (uses.get(b) ?? 0)),
  )
}

function partsOf(policy: Policy, cell: Cell): readonly DecidedPart[] {
  return byKnownGroups(cell).flatMap((question) => decisionsOver(policy, question))
}

function plain(rules: readonly PolicyRule[]): Policy {
  return { rules, omitStages: [], omitManagedFields: false }
}
