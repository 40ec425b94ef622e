import type { Rule } from '../../../../runtime/rules/index.ts'
import { type Level, type Stage, WRITES } from '../../policy/index.ts'
import { intersect, isEmpty, only, subtract } from '../../policy/lint/value-set.ts'
import { isBelow, levelOf, outputLevelOf } from '../cover/gap.ts'
import type { Demand } from '../demand/demand.ts'
import { isLongRunning } from '../demand/request-kinds.ts'
import type { RuleNeeds } from '../demand/rule-needs.ts'

/** Requests that have to be recorded, how much of them, and for which detection. */
export interface Cell extends Pick<Demand, 'region' | 'groups' | 'holdsEarly'> {
  readonly rule: Rule
  readonly level: Level
  /** Stages that are worth recording. */
  readonly stages: readonly Stage[]
  readonly readsManagedFields: boolean
}

/**
 * @param withOutput - whether what alerts show is wanted as well, and not only what conditions look into
 */
export function cellsOf({ rule, conditions, outputs }: RuleNeeds, withOutput: boolean): readonly Cell[] {
  return conditions.flat().flatMap((demand) => {
    const parts = withOutput ? byWrites(demand) : [demand]
    return parts.map((part): Cell => {
      const { region, groups, holdsEarly, reads } = part
      const shown = withOutput ? outputLevelOf(outputs, region) : 'Metadata'
      const own = levelOf(part)
      return {
        region,
        ...(groups && { groups }),
        holdsEarly,
        rule,
        level: isBelow(own, shown) ? shown : own,
        stages: worthwhile(part),
        readsManagedFields: reads.some((read) => read.readsManagedFields),
      }
    })
  })
}

/** Requests that write have bodies that an output may show, those that read have not. */
function byWrites(demand: Demand): readonly Demand[] {
  const { region } = demand
  const writes = only(WRITES)
  return [intersect(region.verb, writes), subtract(region.verb, writes)].flatMap((verb) =>
    isEmpty(verb) ? [] : [{ ...demand, region: { ...region, verb } }],
  )
}

/** A later stage repeats what an earlier one says; but what lasts is told when it starts, not when it is over. */
function worthwhile({ region, stages, holdsEarly }: Demand): readonly Stage[] {
  if (holdsEarly) return stages
  if (stages.includes('ResponseStarted') && isLongRunning(region)) return ['ResponseStarted']
  if (!stages.includes('ResponseComplete')) return stages
  return stages.filter((stage) => stage !== 'RequestReceived')
}
