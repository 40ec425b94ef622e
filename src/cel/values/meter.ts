/** Evaluation went over its limits; it can't be absorbed by `||` or a macro. */
export class Cancelled extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded')
    this.name = 'Cancelled'
  }
}

/** Steps of work that one evaluation may take beyond what its cost counts; each takes some nanoseconds. */
const MAX_WORK = 10_000_000

/**
 * Counts the work that Kubernetes' costs leave out: `a == b` of two large objects costs as little as of two small
 * ones. Evaluation is synchronous, so one meter is enough for all.
 */
let left = MAX_WORK

/** Evaluations within each other, of the variables of a policy, share the meter of the outermost. */
let depth = 0

/** Runs an evaluation under the meter. */
export function metered<T>(evaluate: () => T): T {
  if (depth === 0) left = MAX_WORK
  depth++
  try {
    return evaluate()
  } finally {
    depth--
  }
}

/** @throws Cancelled where the evaluation took more steps than it may */
export function spend(steps: number): void {
  left -= steps
  if (left < 0) throw new Cancelled()
}

/** Text and bytes are gone over faster than values. */
export function spendOnText(length: number): void {
  if (length > 64) spend(length / 64)
}
