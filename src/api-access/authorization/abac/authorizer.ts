import type { Decision, RequestAttributes, User } from '../../request/index.ts'
import type { Authorizer, NonResourceRule, ResourceRule, SubjectRules } from '../authorizer.ts'
import { policyMatches, subjectMatches } from './match.ts'
import { abacMessages } from './messages.ts'
import type { AbacPolicy } from './policy.ts'

const ALLOWED: Decision = { verdict: 'allow', reason: abacMessages.make.allowed({}) }
const NO_POLICY: Decision = { verdict: 'no-opinion', reason: abacMessages.make['no-policy']({}) }

/** ABAC over the lines of a policy file. */
export interface AbacAuthorizer extends Authorizer {
  authorize(attributes: RequestAttributes): Decision
  rulesFor(user: User, namespace: string): SubjectRules
}

/** The authorizer `ABAC`: "if any of the policies matches, the request is authorized" (and may fail other steps). */
export function createAbacAuthorizer(policies: readonly AbacPolicy[]): AbacAuthorizer {
  return {
    name: 'ABAC',
    authorize: (attributes) =>
      policies.some((policy) => policyMatches(policy, attributes)) ? ALLOWED : NO_POLICY,
    rulesFor(user, namespace) {
      const resourceRules: ResourceRule[] = []
      const nonResourceRules: NonResourceRule[] = []
      for (const policy of policies) {
        if (!subjectMatches(policy, user)) continue
        if (policy.namespace !== '*' && policy.namespace !== namespace) continue
        const { apiGroup, resource, nonResourcePath } = policy
        const verbs = policy.readonly ? ['get', 'list', 'watch'] : ['*']
        if (resource !== '')
          resourceRules.push({ verbs, apiGroups: [apiGroup], resources: [resource], resourceNames: [] })
        if (nonResourcePath !== '') nonResourceRules.push({ verbs, nonResourceURLs: [nonResourcePath] })
      }
      return { resourceRules, nonResourceRules, incomplete: false }
    },
  }
}
