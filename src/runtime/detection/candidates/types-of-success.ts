import type { Rule } from '../../rules/index.ts'
import { errorName } from '../../sensors/index.ts'
import { typesWhere } from './types-where.ts'

/**
 * Errors that the kernel has numbers for (include/linux/errno.h: up to ERECALLCONFLICT), as `evt.res` has them: one without a
 * name is its number, such as the -524 that some calls let out.
 */
const ERRORS = Array.from({ length: 530 }, (_, index) => errorName(index + 1) ?? String(-(index + 1)))

const FAILED = { 'evt.dir': ['<'], 'evt.failed': ['true'], 'evt.res': ERRORS }

/** Types of events that rules can match only where the call succeeded: `evt.type = unshare and evt.res = SUCCESS`. */
export function typesOfSuccess(rules: readonly Rule[]): ReadonlySet<string> {
  return typesWhere(rules, FAILED, (left) => left === false)
}
