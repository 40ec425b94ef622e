import type { Rule } from '../../../../runtime/rules/index.ts'
import type { Policy } from '../../policy/index.ts'
import type { Demand } from '../demand/demand.ts'
import { needsOf, type RuleNeeds } from '../demand/rule-needs.ts'
import { decisionsOver } from './decisions.ts'
import { type Gap, gapsOf, joinGaps } from './gap.ts'
import { byKnownGroups } from './known-groups.ts'

/**
 * How well a policy feeds a detection, the worst first. `blind`: it cannot fire; `partial`: some of the requests that it is
 * about do not reach it; `unselective`: it fires where it should not; `output`: its alerts do not say all; `fed`;
 * `never`: its condition cannot hold, whatever is recorded.
 */
export const VERDICTS = ['blind', 'partial', 'unselective', 'output', 'fed', 'never'] as const
export type Verdict = (typeof VERDICTS)[number]

/** What a policy means for one detection. */
export interface Coverage {
  readonly rule: Rule
  readonly verdict: Verdict
  /** Why; none where it is fed. */
  readonly gaps: readonly Gap[]
}

/**
 * Holds an audit policy against detections: is what they look at recorded?
 *
 * The requests that a rule can match are told from its condition, never too few of them: so what is said to be fed is,
 * and what is said to be blind or partly blind may concern requests that a condition excludes in ways that a policy
 * cannot express.
 *
 * @param policy - valid
 * @param rules - of source `k8s_audit`, those that run
 */
export function coverRules(policy: Policy, rules: readonly Rule[]): readonly Coverage[] {
  return rules.map((rule) => coverageOf(policy, needsOf(rule)))
}

function coverageOf(policy: Policy, { rule, conditions, outputs }: RuleNeeds): Coverage {
  if (conditions.some((demands) => demands.length === 0)) return { rule, verdict: 'never', gaps: [] }
  const results = conditions.map((demands) => demands.flatMap(partsOf))
  const gaps = joinGaps(results.flat(2))
  if (results.some((parts) => parts.every(isLost))) return { rule, verdict: 'blind', gaps }
  const effects = new Set(gaps.map(({ effect }) => effect))
  if (effects.has('lost')) return { rule, verdict: 'partial', gaps }
  if (effects.has('unselective')) return { rule, verdict: 'unselective', gaps }
  return { rule, verdict: effects.has('output') ? 'output' : 'fed', gaps }

  function partsOf(demand: Demand): readonly (readonly Gap[])[] {
    return byKnownGroups(demand).flatMap((question) =>
      decisionsOver(policy, question).map((part) => gapsOf(demand, outputs, part)),
    )
  }
}

function isLost(gaps: readonly Gap[]): boolean {
  return gaps.some(({ effect, isTotal }) => effect === 'lost' && isTotal)
}
