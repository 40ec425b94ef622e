import type { FilterNode } from '../../parser/index.ts'
import type { Check } from '../check.ts'
import type { EventSource } from '../event-source.ts'
import { compileChecks } from '../filter-set.ts'
import { createInterner, type SharedNode } from '../sharing.ts'
import type { Scalar, Test } from '../value.ts'
import { generatePlan } from './generate.ts'
import { planUnion, type Weight } from './plan.ts'

/**
 * Makes what compiles conditions of an event source into one test: whether an event matches any of them. It takes far less
 * time than the tests of each, where most events match none.
 *
 * @returns for conditions whose macros and lists are resolved their test; undefined where there are too many of them
 */
export function createUnionCompiler<E>(
  source: EventSource<E>,
): (conditions: readonly FilterNode[]) => Test<E> | undefined {
  const interner = createInterner()
  const context = { source, absentDiffers: true }
  const checks = new Map<SharedNode, Check<E>>()
  const made = new Map<string, Test<E> | undefined>()
  return (conditions) => {
    const shared = conditions.map(interner.add)
    // What is left of conditions is often the same for several kinds of events: openat and openat2, execve and execveat.
    const key = shared.map(({ number }) => number).join(' ')
    if (!made.has(key)) made.set(key, compile(shared))
    return made.get(key)
  }

  function compile(shared: readonly SharedNode[]): Test<E> | undefined {
    if (hasMany(shared)) return undefined
    for (const condition of shared) {
      const error = compileChecks(condition, context, checks)
      if (error !== undefined) throw new TypeError(`a condition that was not checked: ${error.message}`)
    }
    const plan = planUnion(shared, (leaf) => weightOf(checkOf(leaf)))
    return plan === true ? () => true : generatePlan(plan, checkOf)
  }

  function checkOf(leaf: SharedNode): Check<E> {
    const check = checks.get(leaf)
    if (check === undefined) throw new TypeError('every leaf was compiled')
    return check
  }
}

/** The work of a plan grows faster than the number of its parts. */
const MOST_PARTS = 4000

function hasMany(conditions: readonly SharedNode[]): boolean {
  const seen = new Set<SharedNode>(conditions)
  for (const { children } of seen) {
    for (const child of children) seen.add(child)
    if (seen.size > MOST_PARTS) return true
  }
  return false
}

/** Estimates: they decide the order in which checks are made, never the answer. */
function weightOf<E>({ left, right, equal, members, plain }: Check<E>): Weight {
  const kind = left.steps?.asItIs
  const isSmall = kind === 'boolean' || kind === 'integer'
  // What has an argument is looked for among others of its kind.
  const argument = left.key.endsWith(']') || left.key.startsWith('evt.arg') ? 4 : 0
  const reading = (kind === undefined ? 8 : isSmall ? 1 : 2) + argument
  if (equal !== undefined) return { cost: reading + 1, likelihood: equalLikelihood(equal) }
  if (plain?.comparison === '!==') return { cost: reading + 1, likelihood: 0.9 }
  if (plain?.comparison === 'includes') return { cost: reading + 6, likelihood: 0.1 }
  if (plain !== undefined) return { cost: reading + 1, likelihood: isSmall ? 0.7 : 0.15 }
  if (members !== undefined) return { cost: reading + 2, likelihood: 0.15 }
  return { cost: reading + (right === undefined ? 10 : 20), likelihood: 0.3 }
}

function equalLikelihood(constant: Scalar): number {
  if (typeof constant !== 'string') return 0.4
  // One character stands for a kind, of which there are few.
  return constant.length === 1 ? 0.5 : 0.1
}
