import { LEVELS, type Level } from '../../standards/version.ts'
import type { PodSecurityPolicy } from '../types.ts'
import { type Coverage, POLICY_CONTROLS, type PolicyControl } from './coverage.ts'

/** A control of the standards, and how a policy stands to it. */
export interface CoveredControl {
  readonly control: PolicyControl
  readonly coverage: Coverage
}

/** The levels that come into question for a policy. */
export interface NearestLevel {
  /** The level that differs in the fewest controls from the policy; of two alike the stricter. */
  readonly level: Level
  /**
   * The strictest level that refuses nothing that the policy admits, as far as the policy says anything. Never
   * `restricted`: that wants fields to be written down which a policy fills in.
   */
  readonly enforceable: Level
  readonly controls: readonly CoveredControl[]
}

/** Compares a policy, decoded with its defaults, with every level of the standards (newest version). */
export function nearestLevel(policy: PodSecurityPolicy): NearestLevel {
  const controls = POLICY_CONTROLS.map((control) => ({ control, coverage: control.coverage(policy) }))
  const level = LEVELS.reduce((nearest, next) =>
    distance(controls, next) <= distance(controls, nearest) ? next : nearest,
  )
  const enforceable = LEVELS.findLast((candidate) =>
    controls.every(({ control, coverage }) => !includes(candidate, control) || isHarmless(coverage)),
  )
  return { level, enforceable: enforceable ?? 'privileged', controls }
}

/** Whether a level has the control: `restricted` has all of `baseline`. */
export function includes(level: Level, control: PolicyControl): boolean {
  return LEVELS.indexOf(control.level) <= LEVELS.indexOf(level)
}

function isHarmless(coverage: Coverage): boolean {
  return coverage === 'guaranteed' || coverage === 'unruled'
}

/** Controls of the level that the policy leaves open, and controls of the policy that the level does not have. */
function distance(controls: readonly CoveredControl[], level: Level): number {
  const ruled = controls.filter(({ coverage }) => coverage !== 'unruled')
  return ruled.filter(({ control, coverage }) => includes(level, control) === (coverage === 'open')).length
}
