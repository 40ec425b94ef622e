import type { PolicyRule } from '../../policy/index.ts'
import type { Region } from '../../policy/lint/region.ts'
import { intersect, isEmpty, only, subtract, type ValueSet } from '../../policy/lint/value-set.ts'
import type { Demand } from '../demand/demand.ts'
import { ANONYMOUS } from '../demand/known-values.ts'

/** What is known of the groups of the users of a region. */
export interface KnownGroups {
  /** They are in all of these. */
  readonly groups: readonly string[]
  /** They are in no others. */
  readonly isAll: boolean
}

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):[^:]+$/

/**
 * Splits a demand by what the names of its users tell of their groups: "authenticated users are put into the
 * `system:authenticated` group", anonymous ones into `system:unauthenticated`, service accounts into two more
 * (Kubernetes documentation, "Authenticating"). Requests whose authentication failed have no user, and no groups.
 */
export function byKnownGroups({
  region,
  groups,
}: Pick<Demand, 'region' | 'groups'>): readonly (KnownGroups & { region: Region })[] {
  if (groups !== undefined) return groups.map((group) => ({ region, groups: [group], isAll: false }))
  if (region.user.inverted) return [{ region, groups: [], isAll: false }]
  const names = [...region.user.values]
  const byAccount = Map.groupBy(names, (name) => SERVICE_ACCOUNT.exec(name)?.[1] ?? '')
  const others = only(byAccount.get('') ?? [])
  const special: ValueSet = only([ANONYMOUS, ''])
  byAccount.delete('')
  const parts = [
    { user: intersect(others, only([ANONYMOUS])), groups: ['system:unauthenticated'], isAll: true },
    { user: intersect(others, only([''])), groups: [], isAll: true },
    { user: subtract(others, special), groups: ['system:authenticated'], isAll: false },
    ...[...byAccount].map(([namespace, accounts]) => ({
      user: only(accounts),
      groups: ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`],
      isAll: false,
    })),
  ]
  return parts.flatMap(({ user, groups: known, isAll }) =>
    isEmpty(user) ? [] : [{ region: { ...region, user }, groups: known, isAll }],
  )
}

/** A rule as it looks to such users: a group that they are in asks for nothing, one that they cannot be in keeps them out. */
export function withKnownGroups(rule: PolicyRule, { groups, isAll }: KnownGroups): PolicyRule {
  if (rule.userGroups.length === 0) return rule
  if (rule.userGroups.some((group) => groups.includes(group))) return { ...rule, userGroups: [] }
  return isAll ? { ...rule, userGroups: [], users: [NOBODY] } : rule
}

/** No user has this name. */
const NOBODY = '\0nobody'
