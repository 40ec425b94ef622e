import { conditionsOf, matchedEventTypes, type Rule } from '../../rules/index.ts'
import { errorName } from '../../sensors/index.ts'
import { foldConstants } from './fold-constants.ts'

/**
 * Errors that the kernel has numbers for (include/linux/errno.h: up to ERECALLCONFLICT), as `evt.res` has them: one without a
 * name is its number, such as the -524 that some calls let out.
 */
const ERRORS = Array.from({ length: 530 }, (_, index) => errorName(index + 1) ?? String(-(index + 1)))

const FAILED = { 'evt.dir': ['<'], 'evt.failed': ['true'], 'evt.res': ERRORS }

/** Types of events that rules can match only where the call succeeded: `evt.type = unshare and evt.res = SUCCESS`. */
export function typesOfSuccess(rules: readonly Rule[]): ReadonlySet<string> {
  const conditions = rules.flatMap(conditionsOf)
  const types = new Set(conditions.flatMap((condition) => [...matchedEventTypes(condition)]))
  return new Set(
    [...types].filter((type) => {
      const facts = new Map(Object.entries({ ...FAILED, 'evt.type': [type] }))
      return conditions.every((condition) => foldConstants(condition, facts) === false)
    }),
  )
}
