import type { SharedNode } from '../sharing.ts'

/** A condition in which only checks are negated, and whose parts stand in the order in which they are to be asked. */
export type Plan = CheckPlan | JunctionPlan

interface CheckPlan extends Weight {
  readonly kind: 'check'
  /** Parts with the same key are the same. */
  readonly key: number
  readonly leaf: SharedNode
  readonly negated: boolean
}

interface JunctionPlan extends Weight {
  readonly kind: 'and' | 'or'
  readonly key: number
  readonly parts: readonly Plan[]
}

/** What a part takes, measured in comparisons of two numbers, and how often it is likely to hold. */
export interface Weight {
  readonly cost: number
  readonly likelihood: number
}

/** Checks that nearly always hold tell no conditions apart. */
const LIKELIEST_SHARED = 0.85

/**
 * Makes one condition of some: whether any of them holds. What several of them demand is asked for once, before the rest of
 * each; what is cheap and decides often goes first. Conditions have no effects, so that their order changes no answer.
 *
 * @param weightOf of a leaf that is not negated
 * @returns true where one of the conditions always holds
 */
export function planUnion(
  conditions: readonly SharedNode[],
  weightOf: (leaf: SharedNode) => Weight,
): Plan | true {
  const numbers = new Map<string, number>()
  /** By the numbers of parts, and those of their negations below zero. */
  const plans = new Map<number, Plan>()
  const terms = conditions.map((condition) => {
    const plan = normalised(condition, false)
    return plan.kind === 'and' ? plan.parts : [plan]
  })
  return unite(terms)

  function numberOf(name: string): number {
    const known = numbers.get(name)
    if (known !== undefined) return known
    numbers.set(name, numbers.size)
    return numbers.size - 1
  }

  /** "not (a or b)" is "not a and not b" (De Morgan). */
  function normalised(shared: SharedNode, negated: boolean): Plan {
    const known = plans.get(negated ? -1 - shared.number : shared.number)
    if (known !== undefined) return known
    const plan = normalise(shared, negated)
    plans.set(negated ? -1 - shared.number : shared.number, plan)
    return plan
  }

  function normalise(shared: SharedNode, negated: boolean): Plan {
    const { node, children } = shared
    if (node.kind === 'not') {
      const [child] = children
      if (child === undefined) throw new TypeError('a negation has its child')
      return normalised(child, !negated)
    }
    if (node.kind === 'and' || node.kind === 'or') {
      const parts = children.map((child) => normalised(child, negated))
      return (node.kind === 'and') !== negated ? junction('and', parts) : junction('or', parts)
    }
    return check(shared, negated)
  }

  function check(leaf: SharedNode, negated: boolean): Plan {
    const { cost, likelihood } = weightOf(leaf)
    return {
      kind: 'check',
      key: numberOf(`${negated ? '!' : ''}${leaf.number}`),
      leaf,
      negated,
      cost,
      likelihood: negated ? 1 - likelihood : likelihood,
    }
  }

  /** Parts of the same kind become parts of the whole; a part that stands there twice is asked once. */
  function junction(kind: 'and' | 'or', given: readonly Plan[]): Plan {
    const parts = new Map<number, Plan>()
    for (const part of given)
      for (const each of part.kind !== 'check' && part.kind === kind ? part.parts : [part])
        parts.set(each.key, each)
    const [only] = parts.values()
    if (only !== undefined && parts.size === 1) return only
    const ordered = [...parts.values()].sort((a, b) => rank(a, kind) - rank(b, kind))
    const key = numberOf(`${kind} ${ordered.map(({ key }) => key).join(' ')}`)
    return { kind, key, parts: ordered, ...junctionWeight(kind, ordered) }
  }

  /** @param terms for each condition what it demands */
  function unite(terms: readonly (readonly Plan[])[]): Plan | true {
    if (terms.some((term) => term.length === 0)) return true
    const common = mostCommon(terms)
    if (common === undefined)
      return junction(
        'or',
        terms.map((term) => junction('and', term)),
      )
    const holds = (term: readonly Plan[]) => term.some(({ key }) => key === common.key)
    const inner = unite(terms.filter(holds).map((term) => term.filter(({ key }) => key !== common.key)))
    const first = inner === true ? common : junction('and', [common, inner])
    const others = terms.filter((term) => !holds(term))
    if (others.length === 0) return first
    const rest = unite(others)
    return rest === true ? true : junction('or', [first, rest])
  }

  function mostCommon(terms: readonly (readonly Plan[])[]): Plan | undefined {
    const counts = new Map<number, number>()
    let best: Plan | undefined
    let most = 1
    for (const term of terms)
      for (const part of term) {
        const count = (counts.get(part.key) ?? 0) + 1
        counts.set(part.key, count)
        if (count < most || count < 2 || part.likelihood > LIKELIEST_SHARED) continue
        if (best !== undefined && count === most && rank(best, 'and') <= rank(part, 'and')) continue
        best = part
        most = count
      }
    return best
  }
}

/** What it takes on average until a part decides: an `and` is decided by what is false, an `or` by what is true. */
function rank({ cost, likelihood }: Weight, kind: 'and' | 'or'): number {
  return cost / Math.max(kind === 'and' ? 1 - likelihood : likelihood, 0.001)
}

function junctionWeight(kind: 'and' | 'or', parts: readonly Plan[]): Weight {
  let cost = 0
  let undecided = 1
  for (const part of parts) {
    cost += undecided * part.cost
    undecided *= undecidedBy(part, kind)
  }
  return { cost, likelihood: kind === 'and' ? undecided : 1 - undecided }
}

/** How often a junction goes on to its next part behind this one. */
export function undecidedBy({ likelihood }: Weight, kind: 'and' | 'or'): number {
  return kind === 'and' ? likelihood : 1 - likelihood
}
