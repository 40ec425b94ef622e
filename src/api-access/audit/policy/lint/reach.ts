import type { Policy } from '../policy.ts'
import { ALL_REQUESTS, type Cover, leftover, overlap, type Region } from './region.ts'
import { coversOf, NO_GROUP, reachesOf } from './rule-region.ts'
import { only } from './value-set.ts'

/** Why no request gets as far as a rule: the earlier rules that take them all. */
interface Shadowed {
  readonly by: readonly number[]
}

/** Tells which requests get past the earlier rules. */
export interface Reach {
  /**
   * @param target - only requests of this region count
   * @returns requests that the rule decides; undefined where there are none, or where that took too long to tell
   */
  decidedBy(rule: number, target?: Region): Region | undefined
  /** The earlier rules that leave nothing to a rule; undefined where something reaches it, or may. */
  shadow(rule: number): Shadowed | undefined
  /** Requests that no rule matches. */
  unmatched(): Region | undefined
}

/** Prepares the questions for one policy; "the FIRST matching rule is used", so order is all. */
export function createReach(policy: Policy): Reach {
  const covers = policy.rules.map((_, rule) => coversOf(policy, rule))
  const before = (rule: number) => covers.slice(0, rule).flat()

  return {
    decidedBy(rule, target = ALL_REQUESTS) {
      const earlier = before(rule)
      for (const region of reachesOf(policy, rule)) {
        const wanted = overlap(region, target)
        const rest = wanted === undefined ? undefined : leftover(wanted, earlier).region
        if (rest !== undefined) return rest
      }
      return undefined
    },
    shadow(rule) {
      const reaches = reachesOf(policy, rule)
      for (let one = 0; one < rule; one++)
        if (reaches.every((region) => leftover(region, covers[one] as Cover[]).isCovered))
          return { by: [one] }
      const earlier = before(rule)
      const taken = new Set<number>()
      for (const region of reaches) {
        const { isCovered, rules } = leftover(region, earlier)
        if (!isCovered) return undefined
        for (const each of rules) taken.add(each)
      }
      return { by: [...taken].sort((a, b) => a - b) }
    },
    unmatched() {
      return leftover({ ...ALL_REQUESTS, group: only([NO_GROUP]) }, covers.flat()).region
    },
  }
}
