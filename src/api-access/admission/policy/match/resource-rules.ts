import { matchesRule } from '../../match/resource-rule.ts'
import type { AdmissionRequest } from '../../stage.ts'
import type { ResourceRule } from '../definitions.ts'

/**
 * Whether a request is one of those that rules of a policy are about.
 *
 * @param matchPolicy - with `Equivalent` a rule also matches a request for another version of its group. The object is
 *   not converted: expressions see it in the version of the request
 */
export function matchesRules(
  rules: readonly ResourceRule[],
  matchPolicy: string,
  request: AdmissionRequest,
): boolean {
  return rules.some((rule) => {
    const { resourceNames = [] } = rule
    if (resourceNames.length > 0 && !resourceNames.includes(request.name)) return false
    return matchesRule(rule, request, matchPolicy !== 'Exact')
  })
}
